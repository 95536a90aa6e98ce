"""Many branches planned side by side by one, two and four planner processes on one PostgreSQL.

    python -m tests.campaign.branches --branches 50 --planners 1 2 4

Two days of each branch are planned once, unmeasured; then all are marked as having news, and the time until the last
is planned anew is taken. Planners run when the measuring begins.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from config.settings import Settings
from scheduler.bootstrap.process import Rounds, started
from scheduler.domain.ids import BranchId
from scheduler.store.migrations.run import migrate
from scheduler.store.tables import branch_work, visit
from tests.campaign import proc
from tests.campaign import rows as kept
from tests.campaign.reading import dirty_days, rows
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Workload
from tests.campaign.world import SWIFT, a_database
from tests.command import quick_policy
from tests.integration.installation import Installation, installed

LOOK_SECONDS: Final = 0.05
MOST_SECONDS: Final = 900
AT_ONCE: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    rounds: Rounds
    installation: Installation
    days: Sequence[tuple[BranchId, date]]


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    with _office(asked) as office:
        table = [_with_planners(office, count, asked.passes) for count in asked.planners]
        (visits,) = rows(
            office.rounds.store,
            select(func.count()).select_from(visit).where(visit.c.status.in_(("requested", "planned", "told"))),
        )[0]
        return {
            "branches": asked.branches,
            "branch_days": len(office.days),
            "open_visits": visits,
            "effort": asked.effort,
            "by_planners": {str(row["planners"]): _said(row) for row in table},
        }


def _said(row: dict[str, float]) -> str:
    return f"{row['plans_per_second']} plans/s, {row['cpu_ms']} ms of a core each"


def _with_planners(office: Office, count: int, passes: int) -> dict[str, float]:
    supervisor = Supervisor(office.installation, {"plan-worker": count})
    try:
        supervisor.start()
        _plan_all(office, supervisor)
        pids = [post.role.process.pid for post in supervisor.posts]
        worked, begun = sum(map(proc.cpu_seconds, pids)), time.monotonic()
        for _ in range(passes):
            _plan_all(office, supervisor)
        seconds, worked = time.monotonic() - begun, sum(map(proc.cpu_seconds, pids)) - worked
    finally:
        supervisor.stop()
    plans = passes * len(office.days)
    return {
        "planners": count,
        "plans_per_second": round(plans / seconds, 1),
        "cpu_ms": round(1000 * worked / plans),
    }


def _plan_all(office: Office, supervisor: Supervisor) -> None:
    _mark_all(office)
    deadline = time.monotonic() + MOST_SECONDS
    while dirty := dirty_days(office.rounds.store):
        supervisor.tend()
        if time.monotonic() > deadline or supervisor.ended:
            raise AssertionError(f"{len(dirty)} days were not planned\n{office.installation.told()}")
        time.sleep(LOOK_SECONDS)


def _mark_all(office: Office) -> None:
    with office.rounds.store.unit_of_work() as uow:
        for branch, day in office.days:
            uow.work.mark_dirty(
                branch, day, because=None, now=office.rounds.clock.now(), quiet=AT_ONCE, patience=AT_ONCE
            )
        uow.commit()


@contextmanager
def _office(asked: argparse.Namespace) -> Iterator[Office]:
    with ExitStack() as ending:
        home = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="rounds-campaign-")))
        database, _ = a_database(ending, own_disk=False)
        url = ending.enter_context(database.fresh_database())
        policy = quick_policy(home, **{**SWIFT, "effort": asked.effort})
        migrate(url)
        rounds = ending.enter_context(started(Settings(database_url=url, policy_file=policy)))
        for made in Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC)).events(asked.events):
            rounds.intake.take_in(made.raw, door="campaign")
        days = [(BranchId(row.branch), row.day) for row in rows(rounds.store, select(branch_work))]
        yield Office(
            rounds=rounds,
            installation=ending.enter_context(installed(home, database_url=url, policy_file=str(policy))),
            days=days,
        )


def main(words: Sequence[str] | None = None) -> None:
    given = sys.argv[1:] if words is None else list(words)
    parser = argparse.ArgumentParser(description="Branches side by side.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--branches", type=int, default=50)
    parser.add_argument("--events", type=int, default=4000)
    parser.add_argument("--planners", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--effort", type=float, default=1.0)
    parser.add_argument("--rows", type=Path, help="the row is added to this file")
    asked = parser.parse_args(given)
    kept.say(kept.add(asked.rows, "branches", given, measured(asked)))


if __name__ == "__main__":
    main()
