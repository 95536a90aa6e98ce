"""`rounds serve` and the roles it is made of: `consume`, `plan-worker`, `relay`, `clock`, `web`.

Each role is one process or, in `serve`, one thread. All end by SIGTERM or Ctrl-C, after what is under way; a search
that is under way is ended too.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from config.logs import start_logging
from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_topics import ensure_topics
from consumers.bus import BusUnavailable, BusWriter
from consumers.dead_topic import DeadTopic
from consumers.jsonl import JsonlWriter
from consumers.loop import IngestLoop
from consumers.relay import Relay
from optimizer import warm_up
from scheduler.bootstrap import (
    Rounds,
    broker_settings,
    database_of,
    read_settings,
    started,
    web_services,
)
from scheduler.cli.brokers import meet_broker, topic_layouts
from scheduler.cli.output import Exit, notes, speaking_of_errors
from scheduler.domain.errors import RoundsError
from scheduler.jobs.clock import JobClock
from scheduler.jobs.work import Retention
from scheduler.planning.worker import PlanningLoop
from scheduler.store.engine import Database
from scheduler.store.errors import NotMigrated
from scheduler.store.migrations.run import is_current, migrate
from web.server import WebServer

log = logging.getLogger(__name__)

Role = Callable[[Rounds, threading.Event], None]

PATIENCE_SECONDS = 6
"""So long what is under way may take when the process is told to end: containers are killed after ten."""


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: ROUNDS_HTTP_PORT=8080 rounds serve")(serve)
    app.command(epilog="Example: ROUNDS_KAFKA_BOOTSTRAP=kafka:9092 rounds consume")(consume)
    app.command("plan-worker", epilog="Example: rounds plan-worker")(plan_worker)
    app.command("relay", epilog="Example: ROUNDS_KAFKA_BOOTSTRAP=kafka:9092 rounds relay")(relay_events)
    app.command("clock", epilog="Example: rounds clock")(run_clock)
    app.command(epilog="Example: rounds web")(web)


def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Another port than the setting's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Log as JSON, and errors too.")] = False,
) -> None:
    """All in one process: HTTP intake and API, planner, clock and relay; Kafka too where it is configured."""
    with _running(as_json=as_json, migrates=True) as (rounds, stop), ExitStack() as stack:
        host, chosen = rounds.settings.http_host, rounds.settings.http_port if port is None else port
        server = stack.enter_context(WebServer(web_services(rounds), host=host, port=chosen))
        roles: list[Role] = [_plan, _relay, _clock]
        if rounds.settings.kafka_bootstrap:
            roles.append(_consume)
        ended_early = threading.Event()
        threads = [_in_thread(role, rounds, stop, ended_early) for role in roles]
        notes.print(f"Rounds listens on http://{host}:{server.port} (Ctrl-C ends it)", highlight=False)
        _wait_for_end(stop, threads)
        if ended_early.is_set():
            raise typer.Exit(Exit.OUTSIDE)


def consume(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Take in events from Kafka."""
    _run_role(_consume, as_json=as_json)


def plan_worker(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Plan branch-days that have news. Run as many as there are cores for them."""
    _run_role(_plan, as_json=as_json)


def relay_events(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Send published events: to Kafka, or without it to the published file."""
    _run_role(_relay, as_json=as_json)


def run_clock(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Do what the hour asks: roll the horizon, publish the evening before, purge."""
    _run_role(_clock, as_json=as_json)


def web(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The HTTP API alone."""
    with (
        _running(as_json=as_json) as (rounds, stop),
        WebServer(web_services(rounds), host=rounds.settings.http_host, port=rounds.settings.http_port),
    ):
        stop.wait()


def _consume(rounds: Rounds, stop: threading.Event) -> None:
    settings = rounds.settings
    broker = broker_settings(settings, role="consume")
    incoming, dead, _ = topic_layouts(settings)
    meet_broker(broker)

    def open_reader() -> KafkaReader:
        ensure_topics(broker, [incoming, dead])
        return KafkaReader(broker, [incoming.name])

    with closing(DeadTopic(topic=dead.name, open_writer=lambda: KafkaWriter(broker))) as dead_topic:
        loop = IngestLoop(
            open_reader=open_reader, intake=rounds.intake, sleep=_sleep_until(stop), dead_topic=dead_topic
        )
        loop.run(stop)


def _plan(rounds: Rounds, stop: threading.Event) -> None:
    warm_up(lambda note: log.info("engine.warms_up", extra={"state": note}))
    loop = PlanningLoop(
        open_uow=rounds.store.unit_of_work, clock=rounds.clock, desk=rounds.desk, sleep=_sleep_until(stop)
    )
    loop.run(stop)


def _relay(rounds: Rounds, stop: threading.Event) -> None:
    if rounds.settings.kafka_bootstrap:
        meet_broker(broker_settings(rounds.settings, role="relay"))
    relay = Relay(
        open_unit_of_work=rounds.store.unit_of_work,
        open_writer=lambda: _writer(rounds),
        clock=rounds.clock,
        owner=rounds.owner,
        topic=rounds.settings.kafka_schedule_topic,
        sleep=_sleep_until(stop),
    )
    relay.run(stop)


def _writer(rounds: Rounds) -> BusWriter:
    settings = rounds.settings
    if not settings.kafka_bootstrap:
        return _file_writer(settings.published_file)
    broker = broker_settings(settings, role="relay")
    *_, schedule = topic_layouts(settings)
    ensure_topics(broker, [schedule])
    return KafkaWriter(broker)


def _file_writer(path: Path) -> JsonlWriter:
    """A folder that is missing or a disk that is full is waited for, as a broker is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return JsonlWriter(path)
    except OSError as error:
        raise BusUnavailable(type(error).__name__) from error


def _clock(rounds: Rounds, stop: threading.Event) -> None:
    settings = rounds.settings
    clock = JobClock(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        policy=rounds.agency.policy,
        owner=rounds.owner,
        retention=Retention(
            sent_days=settings.keep_sent_days,
            payload_days=settings.keep_payload_days,
            letter_days=settings.keep_letter_days,
        ),
    )
    clock.start()
    try:
        stop.wait()
    finally:
        clock.stop()


def _run_role(role: Role, *, as_json: bool) -> None:
    with _running(as_json=as_json) as (rounds, stop):
        role(rounds, stop)


@contextmanager
def _running(*, as_json: bool, migrates: bool = False) -> Iterator[tuple[Rounds, threading.Event]]:
    """Rounds with its log, and an event that is set when the process is told to end."""
    with speaking_of_errors(as_json=as_json):
        settings = read_settings()
        start_logging(level=settings.log_level, form="json" if as_json else settings.log_format)
        _look_at_tables(database_of(settings), migrates=migrates)
        with started(settings, solve_seconds=settings.solve_seconds) as rounds:
            yield rounds, _stopping()


def _look_at_tables(place: Database, *, migrates: bool) -> None:
    """An embedded process brings its own tables up to date; with several processes a person decides when."""
    if migrates:
        migrate(place)
    elif not is_current(place):
        raise NotMigrated("look at its tables")


def _stopping() -> threading.Event:
    stop = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop


def _in_thread(role: Role, rounds: Rounds, stop: threading.Event, ended_early: threading.Event) -> threading.Thread:
    """A role that ends before it is told to takes the process with it: somebody must restart it."""

    def run() -> None:
        try:
            role(rounds, stop)
        except RoundsError as error:  # ours to say in words; any other fault keeps its trace
            facts = {"role": role.__name__, "code": error.code, "remedy": error.remedy}
            log.error("role.ended", extra=facts)
        finally:
            if not stop.is_set():
                ended_early.set()
            stop.set()

    thread = threading.Thread(target=run, name=f"rounds{role.__name__}", daemon=True)
    thread.start()
    return thread


def _wait_for_end(stop: threading.Event, threads: list[threading.Thread]) -> None:
    stop.wait()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _sleep_until(stop: threading.Event) -> Callable[[timedelta], object]:
    return lambda wait: stop.wait(wait.total_seconds())
