"""Three clocks on one PostgreSQL, hours apart, over both odd nights, while they die and hang in the middle of jobs.

Each has a store of its own, as a process has. Time is turned by hand; what each meets is drawn from a seed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from scheduler.clock import ManualClock
from scheduler.domain.ids import BranchId
from scheduler.domain.plan import Revision
from scheduler.domain.policy import Policy
from scheduler.domain.time import after
from scheduler.jobs.agenda import PUBLISH_EVENING, RETENTION, ROLL_HORIZON
from scheduler.jobs.clock import JobClock
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import migrate
from scheduler.store.tables import job_run, outbox
from tests.builders import BRANCH, a_branch, a_day, a_patient, a_plan, a_visit, at

A_DAY = timedelta(days=1)
HOUR = 3600
SKEWS = {"right": timedelta(0), "ahead": timedelta(hours=2), "behind": timedelta(hours=-2)}
BRANCHES = (BRANCH, BranchId("south"))
NIGHTS = {"an hour is skipped": date(2026, 3, 8), "an hour comes twice": date(2026, 11, 1)}
DIES, HANGS = 0.25, 0.25


class Died(Exception):
    """The process is gone."""


@dataclass
class Instance:
    """One process. It may die between taking a slot and doing it, or hang there while the others go on."""

    name: str
    store: Store
    skew: timedelta
    chance: Random
    others: list[Instance] = field(default_factory=list)
    down_until: datetime | None = None
    is_hanging: bool = False
    met: Counter[str] = field(default_factory=Counter)
    _opened: int = 0

    def ask(self, now: datetime) -> None:
        if self.is_hanging or (self.down_until and now < self.down_until):
            return
        self._now, self._opened = now, 0
        clock = JobClock(
            open_uow=self._open, clock=ManualClock(now + self.skew), policy=Policy(), owner=self.name, every=A_DAY
        )
        try:
            clock.tick()
        except Died:
            self.down_until = now + timedelta(hours=self.chance.randrange(1, 5))

    def _open(self, *, read_only: bool = False) -> UnitOfWork:
        """Each slot is two transactions that write: it is taken in the first, and done in the second."""
        self._opened += not read_only
        if not read_only and self._opened % 2 == 0 and not any(other.is_hanging for other in self.others):
            self._stumble(self.chance.random())
        return self.store.unit_of_work(read_only=read_only)

    def _stumble(self, draw: float) -> None:
        if draw < DIES:
            self.met["died"] += 1
            raise Died
        if draw < DIES + HANGS:
            self.met["hung"] += 1
            self.is_hanging = True
            for other in self.others:
                other.ask(after(self._now, self.chance.choice((60, HOUR, 3 * HOUR))))
            self.is_hanging = False


@pytest.fixture
def instances(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[list[Instance]]:
    migrate(postgres_url)
    with ExitStack() as ending:
        found = [
            Instance(name, ending.enter_context(open_store(postgres_url)), skew, _chance(request.node.name, name))
            for name, skew in SKEWS.items()
        ]
        for each in found:
            each.others = [other for other in found if other is not each]
        yield found


def _chance(test: str, name: str) -> Random:
    return Random(f"{test}/{name}")  # noqa: S311 - what is met is no secret


def has_drafts(store: Store, days: list[date]) -> None:
    """Of both branches, one visit and a plan nobody was told yet for each day."""
    for branch in BRANCHES:
        for day in days:
            with store.unit_of_work() as uow:
                uow.branches.save(a_branch(id=branch))
                name = f"v-{day}"
                uow.patients.save(a_patient(name, branch=branch))
                uow.visits.save(a_visit(name, branch=branch, date=day))
                plan = a_plan(a_day(visits=[name], date=day, branch=branch), kim=f"09:00 {name}")
                uow.plans.add(Revision(number=1, plan=plan, caused_by=(), made_at=at("12:00", day=day - 9 * A_DAY)))
                uow.commit()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("night", NIGHTS)
def test_each_job_has_one_accepted_run_for_each_branch_and_date(
    instances: list[Instance], night: str, seed: int, caplog: Any
) -> None:
    del seed  # it is part of the test's name, from which everything is drawn
    caplog.set_level(logging.INFO)
    begins, ends = at("12:00", day=NIGHTS[night] - 2 * A_DAY), at("12:00", day=NIGHTS[night] + 2 * A_DAY)
    dates = [begins.date() + number * A_DAY for number in range(5)]
    has_drafts(instances[0].store, [day + A_DAY for day in dates])

    now = begins
    while now <= ends + timedelta(hours=8):
        for each in instances:
            each.ask(now)
        now = after(now, HOUR)

    met = sum((each.met for each in instances), Counter[str]())
    assert met["died"] > 0
    assert met["hung"] > 0
    accepted = Counter((record.job, record.branch, record.due) for record in caplog.records if record.msg == "job.done")
    assert {run: times for run, times in accepted.items() if times != 1} == {}
    assert_no_date_is_missing(instances[0].store, dates)
    assert_each_day_is_told_once(instances[0].store, [day + A_DAY for day in dates[:-1]])


def assert_no_date_is_missing(store: Store, dates: list[date]) -> None:
    """A row for each date, or a later one that covered it; all of them done."""
    with store.reader.connect() as connection:
        rows = connection.execute(job_run.select()).all()
    assert [row for row in rows if row.finished_at is None] == []
    found = {(row.job, row.due) for row in rows}
    for run in (RETENTION, *(f"{job}/{branch}" for job in (ROLL_HORIZON, PUBLISH_EVENING) for branch in BRANCHES)):
        due = [day.isoformat() for day in dates[1:-1]]
        assert [day for day in due if (run, day) not in found] == [], run


def assert_each_day_is_told_once(store: Store, days: list[date]) -> None:
    with store.reader.connect() as connection:
        told = Counter((row.key, row.type, row.subject) for row in connection.execute(outbox.select()))
    for branch in BRANCHES:
        for day in days:
            assert told[branch, "schedule.published", f"{branch}/{day}"] == 1, (branch, day, told)
