"""`rounds serve` and the roles it is made of: `consume`, `plan-worker`, `relay`, `clock`, `web`.

Each role is one process or, in `serve`, one thread. All end by SIGTERM or Ctrl-C, after what is under way; a search
that is under way is ended too.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Annotated

import typer

from config.logs import start_logging
from scheduler.bootstrap import Rounds, database_of, read_settings, started, web_services
from scheduler.cli.output import Exit, notes, speaking_of_errors
from scheduler.cli.role_work import WORK
from scheduler.cli.watching import pulse_of, watched
from scheduler.domain.errors import RoundsError
from scheduler.store.engine import Database
from scheduler.store.errors import NotMigrated
from scheduler.store.migrations.run import is_current, migrate
from web.pulse import Pulse
from web.server import WebServer

log = logging.getLogger(__name__)

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
        has_broker = bool(rounds.settings.kafka_bootstrap)
        pulses = [pulse_of(role) for role in WORK if has_broker or role != "consume"]
        services = web_services(rounds, host=host, pulses=pulses, asks_broker=has_broker)
        server = stack.enter_context(WebServer(services, host=host, port=chosen))
        ended_early = threading.Event()
        threads = [_in_thread(pulse, rounds, stop, ended_early) for pulse in pulses]
        notes.print(f"Rounds listens on http://{host}:{server.port} (Ctrl-C ends it)", highlight=False)
        _wait_for_end(stop, threads)
        if ended_early.is_set():
            raise typer.Exit(Exit.OUTSIDE)


def consume(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Take in events from Kafka."""
    _run_role("consume", as_json=as_json)


def plan_worker(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Plan branch-days that have news. Run as many as there are cores for them."""
    _run_role("plan-worker", as_json=as_json)


def relay_events(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Send published events: to Kafka, or without it to the published file."""
    _run_role("relay", as_json=as_json)


def run_clock(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Do what the hour asks: roll the horizon, publish the evening before, purge."""
    _run_role("clock", as_json=as_json)


def web(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The HTTP API alone."""
    with _running(as_json=as_json) as (rounds, stop):
        host = rounds.settings.http_host
        with WebServer(web_services(rounds, host=host), host=host, port=rounds.settings.http_port):
            stop.wait()


def _run_role(role: str, *, as_json: bool) -> None:
    with _running(as_json=as_json) as (rounds, stop), watched(rounds, role) as pulse:
        WORK[role](rounds, stop, pulse)


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


def _in_thread(pulse: Pulse, rounds: Rounds, stop: threading.Event, ended_early: threading.Event) -> threading.Thread:
    """A role that ends before it is told to takes the process with it: somebody must restart it."""

    def run() -> None:
        try:
            WORK[pulse.role](rounds, stop, pulse)
        except RoundsError as error:  # ours to say in words; any other fault keeps its trace
            facts = {"role": pulse.role, "code": error.code, "remedy": error.remedy}
            log.error("role.ended", extra=facts)
        finally:
            if not stop.is_set():
                ended_early.set()
            stop.set()

    thread = threading.Thread(target=run, name=f"rounds-{pulse.role}", daemon=True)
    thread.start()
    return thread


def _wait_for_end(stop: threading.Event, threads: list[threading.Thread]) -> None:
    stop.wait()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
