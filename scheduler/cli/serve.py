"""`rounds serve`: all roles in one process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Annotated, Final

import typer

from scheduler.bootstrap.days import day_reader
from scheduler.bootstrap.process import Rounds
from scheduler.bootstrap.serving import services_of
from scheduler.cli.clock import do_jobs
from scheduler.cli.consume import take_in_events
from scheduler.cli.output import Exit, notes
from scheduler.cli.plan_worker import plan_days
from scheduler.cli.relay import send_events
from scheduler.cli.running import Work, running
from scheduler.cli.watching import pulse_of
from scheduler.domain.errors import RoundsError
from web.pulse import Pulse
from web.server import WebServer

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 6
"""So long what is under way may take when the process is told to end: containers are killed after ten."""

WORK: Final[Mapping[str, Work]] = {
    "consume": take_in_events,
    "plan-worker": plan_days,
    "relay": send_events,
    "clock": do_jobs,
}
"""By the name of the command."""


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: ROUNDS_HTTP_PORT=8080 rounds serve")(serve)


def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Another port than the setting's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Log as JSON, and errors too.")] = False,
) -> None:
    """All in one process: HTTP intake and API, planner, clock and relay; Kafka too where it is configured."""
    with running(as_json=as_json, migrates=True) as (rounds, stop), ExitStack() as stack:
        host, chosen = rounds.settings.http_host, rounds.settings.http_port if port is None else port
        has_broker = bool(rounds.settings.kafka_bootstrap)
        pulses = [pulse_of(role) for role in WORK if has_broker or role != "consume"]
        services = services_of(rounds, host=host, pulses=pulses, asks_broker=has_broker, read_day=day_reader(rounds))
        server = stack.enter_context(WebServer(services, host=host, port=chosen))
        ended_early = threading.Event()
        threads = [_in_thread(pulse, rounds, stop, ended_early) for pulse in pulses]
        notes.print(f"Rounds listens on http://{host}:{server.port} (Ctrl-C ends it)", highlight=False)
        _wait_for_end(stop, threads)
        if ended_early.is_set():
            raise typer.Exit(Exit.OUTSIDE)


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
