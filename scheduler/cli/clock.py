"""`rounds clock`: what the hour asks. It marks days to be planned, and plans none."""

from __future__ import annotations

from threading import Event
from typing import Annotated

import typer

from scheduler.bootstrap.process import Rounds
from scheduler.cli.running import run_role
from scheduler.domain.waiting import Heartbeat
from scheduler.jobs.clock import JobClock
from scheduler.jobs.work import Retention


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds clock")(clock)


def clock(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Do what the hour asks: roll the horizon, publish the evening before, purge."""
    run_role("clock", do_jobs, as_json=as_json)


def do_jobs(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    settings = rounds.settings
    jobs = JobClock(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        policy=rounds.policy,
        owner=rounds.owner,
        retention=Retention(
            sent_days=settings.keep_sent_days,
            payload_days=settings.keep_payload_days,
            letter_days=settings.keep_letter_days,
        ),
        heartbeat=pulse,
        on_job=rounds.measures.job,
    )
    jobs.start()
    try:
        stop.wait()
    finally:
        jobs.stop()
