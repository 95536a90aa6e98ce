"""Searches that are ended from outside, in real processes: Ctrl-C once, Ctrl-C twice, a supervisor's TERM."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.store.engine import open_store
from scheduler.store.migrations.run import migrate
from scheduler.store.tables import branch_work
from tests.builders import BRANCH, ZONE
from tests.command import PROGRAM, environment, quick_policy
from tests.processes import end, wait_until
from tests.scenarios.replanning.office import Office, StandingClock

PATIENCE = 60
ENDLESS = {"effort": 100, "gap_percent": 0}
DEAF_ENGINE = """
import time
import scheduler.planning.search
from optimizer.answer import Progress
from scheduler.cli.main import main

def deaf(problem, *, on_progress, **_):
    while True:
        on_progress(Progress(round=1, unserved=(0,), price=100, bound=None, seconds=0.0))
        time.sleep(0.02)

scheduler.planning.search.solve = deaf
main()
"""


@pytest.fixture
def busy_day_file(day: dict[str, Any], day_file: Path) -> Path:
    """Six case managers and sixty visits: more than a search is done with in a moment."""
    people = [{**day["case_managers"][0], "id": f"cm{n}", "name": f"Nurse {n}"} for n in range(6)]
    places = [{"latitude": 39.9 + n % 8 / 50, "longitude": -83.1 + n // 8 / 40} for n in range(60)]
    patients = [{"id": f"p{n}", "home": place} for n, place in enumerate(places)]
    visits = [{"id": f"v{n}", "patient": f"p{n}", "type": "routine"} for n in range(60)]
    day_file.write_text(json.dumps(day | {"case_managers": people, "patients": patients, "visits": visits}))
    return day_file


@contextmanager
def running(log: Path, words: tuple[str, ...], **settings: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as err:
        process = subprocess.Popen(
            words, cwd=log.parent, env=environment(**settings), stdout=subprocess.DEVNULL, stderr=err
        )
    try:
        yield process
    finally:
        end(process, signal=signal.SIGKILL)


def says(log: Path, words: str) -> Callable[[], bool]:
    return lambda: words in log.read_text(encoding="utf-8")


def test_ctrl_c_takes_the_best_plan_so_far(busy_day_file: Path, tmp_path: Path) -> None:
    log, out, history = tmp_path / "err.log", tmp_path / "plan.json", tmp_path / "history.json"
    words = (*PROGRAM, "plan", busy_day_file.name, "--out", out.name, "--history", history.name, "--effort", "100",
             "--gap", "0")  # fmt: skip
    with running(log, words) as process:
        wait_until(says(log, "value $"), process=process, log=log, seconds=PATIENCE, what="a line of progress")
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)

    plan = json.loads(out.read_text(encoding="utf-8"))
    assert code == 0
    assert plan["solve"]["stopped_by"] == "cancelled"
    assert plan["totals"]["served"] > 0
    assert "Ended by Ctrl-C" in log.read_text(encoding="utf-8")
    points = json.loads(history.read_text(encoding="utf-8"))["history"]
    assert points[-1]["price_cents"] == plan["totals"]["price_cents"]


def test_a_second_ctrl_c_gives_up_and_writes_nothing(busy_day_file: Path, tmp_path: Path) -> None:
    log, out = tmp_path / "err.log", tmp_path / "plan.json"
    words = (sys.executable, "-c", DEAF_ENGINE, "plan", busy_day_file.name, "--out", out.name)
    with running(log, words) as process:
        wait_until(says(log, "value $"), process=process, log=log, seconds=PATIENCE, what="a line of progress")
        process.send_signal(signal.SIGINT)
        wait_until(says(log, "once more"), process=process, log=log, seconds=PATIENCE, what="the word about Ctrl-C")
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE)

    assert code == 130
    assert not out.exists()
    assert log.read_text(encoding="utf-8").endswith("Given up: nothing was written.\n")


def test_a_planner_that_is_told_to_end_hands_its_day_back_at_once(tmp_path: Path) -> None:
    url, log, now = f"sqlite:///{tmp_path / 'rounds.db'}", tmp_path / "err.log", datetime.now(UTC)
    migrate(url)
    with open_store(url) as store:
        earlier, in_two_days = now - timedelta(hours=1), now.astimezone(ZONE).date() + timedelta(days=2)
        office = Office(store, day=in_two_days, clock=StandingClock(earlier))
        office.open("kim", "lee", "max", "nan", "oda", "pia")
        office.request(*(f"patient-{n}" for n in range(60)))

        def is_claimed() -> bool:
            with store.unit_of_work(read_only=True) as uow:
                row = uow.transaction.row(select(branch_work.c.lease_owner))
                return row is not None and row.lease_owner is not None

        policy = quick_policy(tmp_path, **ENDLESS)
        with running(log, (*PROGRAM, "plan-worker"), database_url=url, policy_file=policy) as process:
            wait_until(is_claimed, process=process, log=log, seconds=PATIENCE, what="a planner at work")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0

        with store.unit_of_work() as uow:
            assert uow.plans.head(BRANCH, in_two_days) is None
            assert uow.work.claim(owner="another", now=datetime.now(UTC), lease=timedelta(seconds=45)) is not None
    assert "plan.stopped" in log.read_text(encoding="utf-8")
