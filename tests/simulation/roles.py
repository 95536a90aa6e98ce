"""The roles of Rounds as a simulated process runs them: the product's own loops, given the simulated world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from consumers.dead_topic import DeadTopic
from consumers.loop import IngestLoop
from consumers.relay import Relay
from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.jobs.clock import JobClock
from scheduler.planning.service import PlanningDesk
from scheduler.planning.worker import PlanningLoop
from tests.simulation.process import Process, SimulatedUnitOfWork, SimulatedWriter
from tests.simulation.search import SlowSearch

EVENTS, DEAD, SCHEDULE = "events", "dead", "schedule"
TICK: Final = timedelta(seconds=30)
AGENCY: Final = read_agency(read_settings())


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the processes are made of. A faulty part in a sound one's place must be found out (`planted.py`)."""

    ingest: type[IngestLoop] = IngestLoop
    relay: type[Relay] = Relay
    writer: type[SimulatedWriter] = SimulatedWriter
    unit_of_work: type[SimulatedUnitOfWork] = SimulatedUnitOfWork
    goes_by_its_host: bool = False
    """Instead of the database's clock."""


SOUND: Final = Parts()


def _ingest(process: Process) -> None:
    world = process.world
    loop = world.parts.ingest(
        open_reader=lambda: process.reader([EVENTS]),
        intake=world.intake_into(process, process),
        sleep=process.nap,
        dead_topic=DeadTopic(topic=DEAD, open_writer=process.writer),
    )
    loop.run(process)


def _plan(process: Process) -> None:
    desk = PlanningDesk(
        owner=process.name,
        policy=process.world.policy,
        visit_types=AGENCY.visit_types,
        travel_provider=AGENCY.travel,
        search=SlowSearch(process),
    )
    PlanningLoop(open_uow=process.unit_of_work, clock=process, desk=desk, sleep=process.nap).run(process)


def _relay(process: Process) -> None:
    relay = process.world.parts.relay(
        open_unit_of_work=process.unit_of_work,
        open_writer=process.writer,
        clock=process,
        owner=process.name,
        topic=SCHEDULE,
        sleep=process.nap,
        batch=20,
    )
    relay.run(process)


def _clock(process: Process) -> None:
    clock = JobClock(
        open_uow=process.unit_of_work, clock=process, policy=process.world.policy, owner=process.name, every=TICK
    )
    while not process.is_set():
        clock.tick()
        process.nap(TICK)


ROLES: Final[Mapping[str, Callable[[Process], None]]] = {
    "ingest": _ingest,
    "planner": _plan,
    "relay": _relay,
    "clock": _clock,
}
