"""Many branches planned side by side by one, two and four planner processes on one PostgreSQL.

    python -m tests.campaign.branches --branches 50 --planners 1 2 4

Two days of each branch are planned once, unmeasured. Then a few events of each are taken in, all days are let be
planned at once, and the time until the last is planned anew is taken. Planners run when the measuring begins, and the
clock runs from the first plan, so that how often they look for work does not count. What a plan costs is read as well.
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
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from config.settings import Settings
from scheduler.bootstrap.process import Rounds, started
from scheduler.domain.ids import BranchId
from scheduler.store.migrations.run import migrate
from scheduler.store.tables import branch_work, visit
from tests.campaign.command import run
from tests.campaign.costs import Meter, each
from tests.campaign.reading import dirty_days, rows
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Made, Workload
from tests.campaign.world import SWIFT, a_database
from tests.command import quick_policy
from tests.integration.installation import Installation, installed

LOOK_SECONDS: Final = 0.2
NEWS_EACH: Final = 3
COSTS: Final = ("planner_cpu_ms", "database_cpu_ms", "commits", "wal_bytes")
MOST_SECONDS: Final = 900
AT_ONCE: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    rounds: Rounds
    installation: Installation
    days: Sequence[tuple[BranchId, date]]
    made: Iterator[Made]
    """Events without end, of which the first were taken in."""
    database: int
    """The process of its server."""


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
            "each_plan": {name: table[0][name] for name in COSTS},
        }


def _said(row: dict[str, float]) -> str:
    worked = f"{row['planner_cpu_ms']:.0f} ms of a core each and {row['database_cpu_ms']:.0f} of the database's"
    kept = f"{row['commits']:.1f} commits, {row['wal_bytes'] / 1024:.0f} KB of the database's log"
    return f"{row['plans_per_second']} plans/s, {worked}, {kept}"


def _with_planners(office: Office, count: int, passes: int) -> dict[str, float]:
    supervisor = Supervisor(office.installation, {"plan-worker": count})
    try:
        supervisor.start()
        _plan_all(office, supervisor)
        pids = [post.role.process.pid for post in supervisor.posts]
        meter = Meter(store=office.rounds.store, families={"planner": pids, "database": [office.database]})
        before = meter.read()
        spans = [_plan_all(office, supervisor) for _ in range(passes)]
        costs = each(before, meter.read(), passes * len(office.days))
    finally:
        supervisor.stop()
    plans, seconds, looks = (sum(part) for part in zip(*spans, strict=True))
    costs["commits"] = round(
        costs["commits"] - looks / (passes * len(office.days)), 2
    )  # each look was a commit of ours
    return {"planners": count, "plans_per_second": round(plans / seconds, 1), **costs}


def _plan_all(office: Office, supervisor: Supervisor) -> tuple[int, float, int]:
    """How many plans were made since the first were seen, how long that took, and how often was looked."""
    _tell_news(office)
    _mark_all(office)
    begun, first, left, looks = time.monotonic(), 0.0, len(office.days), 0
    while dirty := len(dirty_days(office.rounds.store)):
        supervisor.tend()
        if time.monotonic() > begun + MOST_SECONDS or supervisor.ended:
            raise AssertionError(f"{dirty} days were not planned\n{office.installation.told()}")
        if dirty < len(office.days) and not first:
            first, left = time.monotonic(), dirty
        looks += 1
        time.sleep(LOOK_SECONDS)
    return left, time.monotonic() - (first or begun), looks


def _tell_news(office: Office) -> None:
    """So that there is something to plan. It is not measured what this costs: see `cold_start`."""
    news = islice(office.made, NEWS_EACH * len(office.days))
    for _ in office.rounds.intake.take_in_all([made.raw for made in news], door="campaign"):
        pass


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
        database, _ = a_database(ending, is_careful=True)
        url = ending.enter_context(database.fresh_database())
        policy = quick_policy(home, **{**SWIFT, "effort": asked.effort})
        migrate(url)
        rounds = ending.enter_context(started(Settings(database_url=url, policy_file=policy)))
        made = Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC)).events(sys.maxsize)
        for event in islice(made, asked.events):
            rounds.intake.take_in(event.raw, door="campaign")
        days = [(BranchId(row.branch), row.day) for row in rows(rounds.store, select(branch_work))]
        yield Office(
            rounds=rounds,
            installation=ending.enter_context(installed(home, database_url=url, policy_file=str(policy))),
            days=days,
            made=made,
            database=database.pid,
        )


def main(words: Sequence[str] | None = None) -> None:
    run("branches", measured, words, about="Branches side by side.", seed=7, branches=50, events=4000,
        planners=[1, 2, 4], passes=3, effort=1.0)  # fmt: skip


if __name__ == "__main__":
    main()
