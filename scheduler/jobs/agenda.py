"""Which clock jobs fall due when. Arithmetic on dates only: no clock, no database, no scheduler.

A slot is one job on one local date, never an instant: a night that skips 02:30 or has it twice still has exactly one
slot (a skipped time is moved forward by the gap, a doubled one is its first). Moments are UTC.

What was missed is caught up by its newest slot alone. Rolling the horizon today enters every day the missed nights
would have, publishing tells every draft whose evening has passed, and purging takes whatever is old by now: running
the older slots first would do nothing the newest does not. So the newest covers them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.domain.branch import Branch
from scheduler.domain.ids import BranchId
from scheduler.domain.policy import Planning
from scheduler.domain.time import at_local

ROLL_HORIZON, PUBLISH_EVENING, RETENTION = "roll-horizon", "publish-evening", "retention"

A_DAY: Final = timedelta(days=1)
LOOK_BACK: Final = timedelta(days=2)
"""Whoever never ran a job begins with its newest slot, which is at most a long day old."""
LOOK_AHEAD: Final = timedelta(days=3)
_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do once a day, at `at` in each branch's zone; or once for all branches, in UTC."""

    name: str
    at: time
    is_per_branch: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSlot:
    """One job on one local date. `moment` is when it falls due."""

    moment: datetime
    job: str
    branch: BranchId | None
    slot: date

    @property
    def run(self) -> str:
        """The name its runs are kept under."""
        return self.job if self.branch is None else f"{self.job}/{self.branch}"

    @property
    def due(self) -> str:
        return self.slot.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A slot to run now, and the older ones that need no run of their own once it is done."""

    slot: DueSlot
    covers: tuple[DueSlot, ...] = ()


LastFinished = Callable[[str], str | None]
"""`JobRuns.last`: the newest slot of a run's name that is done, with none before it undone."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """All jobs there are. Those that share a moment come in the order they are declared, then by branch."""

    jobs: tuple[Job, ...]

    def due(self, branches: Sequence[Branch], since: datetime, until: datetime) -> list[DueSlot]:
        """Slots after `since`, up to and including `until`, in order."""
        slots = (slot for job in self.jobs for slot in _slots(job, branches, since, until))
        return sorted(slots, key=self._order)

    def next_due(self, branches: Sequence[Branch], after: datetime | DueSlot) -> DueSlot:
        """What comes next. Slots may share a moment: to miss none of them, give the slot that was run last."""
        if isinstance(after, datetime):
            return self.due(branches, after, after + LOOK_AHEAD)[0]
        just_before = after.moment - timedelta(microseconds=1)
        coming = self.due(branches, just_before, after.moment + LOOK_AHEAD)
        return next(slot for slot in coming if self._order(slot) > self._order(after))

    def outstanding(self, branches: Sequence[Branch], last: LastFinished, now: datetime) -> list[Turn]:
        """For each job and branch its newest slot that is due and not done, in order."""
        turns = (_turn(job, branch, last, now) for job in self.jobs for branch in _concerned(job, branches))
        return sorted((turn for turn in turns if turn), key=lambda turn: self._order(turn.slot))

    def _order(self, slot: DueSlot) -> tuple[datetime, int, str]:
        rank = next(number for number, job in enumerate(self.jobs) if job.name == slot.job)
        return slot.moment, rank, slot.branch or ""


def agenda_of(planning: Planning) -> Agenda:
    """The jobs of Rounds. Where two share a moment the nightly plan goes first: what it marks is not told too early."""
    return Agenda(
        (
            Job(name=ROLL_HORIZON, at=time(2, 30)),
            Job(name=PUBLISH_EVENING, at=planning.publish_hour),
            Job(name=RETENTION, at=time(3, 30), is_per_branch=False),
        )
    )


def _slots(job: Job, branches: Iterable[Branch], since: datetime, until: datetime) -> Iterator[DueSlot]:
    for branch in _concerned(job, branches):
        yield from _slots_of(job, branch, since.astimezone(UTC), until.astimezone(UTC))


def _concerned(job: Job, branches: Iterable[Branch]) -> Iterable[Branch | None]:
    return branches if job.is_per_branch else (None,)


def _slots_of(job: Job, branch: Branch | None, since: datetime, until: datetime) -> Iterator[DueSlot]:
    zone = branch.zone if branch else _UTC
    # A time that is moved out of a gap may fall on the next date, so one more date is looked at on either side.
    day, last = since.astimezone(zone).date() - A_DAY, until.astimezone(zone).date() + A_DAY
    while day <= last:
        moment = at_local(day, job.at, zone).astimezone(UTC)
        if since < moment <= until:
            yield DueSlot(moment=moment, job=job.name, branch=branch.id if branch else None, slot=day)
        day += A_DAY


def _turn(job: Job, branch: Branch | None, last: LastFinished, now: datetime) -> Turn | None:
    run = DueSlot(moment=now, job=job.name, branch=branch.id if branch else None, slot=now.date()).run
    done = last(run)
    since = now - LOOK_BACK
    if done is not None:
        zone = branch.zone if branch else _UTC
        since = at_local(date.fromisoformat(done), job.at, zone)
    slots = list(_slots_of(job, branch, since.astimezone(UTC), now.astimezone(UTC)))
    return Turn(slot=slots[-1], covers=tuple(slots[:-1])) if slots else None
