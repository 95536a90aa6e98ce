"""`rounds plan-worker`: the planner. The only role that loads the engine."""

from __future__ import annotations

import logging
from threading import Event
from typing import Annotated

import typer

from optimizer.search.warm_up import warm_up
from scheduler.bootstrap.planning import planning_desk
from scheduler.bootstrap.process import Rounds
from scheduler.cli.running import run_role, sleep_until
from scheduler.domain.waiting import Heartbeat
from scheduler.planning.worker import PlanningLoop

log = logging.getLogger(__name__)


def register(app: typer.Typer) -> None:
    app.command("plan-worker", epilog="Example: rounds plan-worker")(plan_worker)


def plan_worker(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Plan branch-days that have news. Run as many as there are cores for them."""
    run_role("plan-worker", plan_days, as_json=as_json)


def plan_days(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    warm_up(lambda note: log.info("engine.warms_up", extra={"state": note}))
    loop = PlanningLoop(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        desk=planning_desk(rounds, seconds=rounds.settings.solve_seconds),
        sleep=sleep_until(stop),
        heartbeat=pulse,
        on_outcome=rounds.measures.planned,
    )
    loop.run(stop)
