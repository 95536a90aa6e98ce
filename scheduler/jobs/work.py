"""What each clock job does, and who may do it: the row of the slot decides, never the scheduler that asks.

A slot is taken in one transaction and done in another, which also marks it finished. Whoever dies in between keeps
the slot until the lease ends; then the next who asks does it. Every job may be done twice without harm: marking a day
that is planned, telling what was told and purging what is gone change nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from scheduler.domain.branch import Branch
from scheduler.domain.ids import BranchId
from scheduler.domain.plan import Revision
from scheduler.domain.policy import Policy
from scheduler.handlers.dirty_days import horizon
from scheduler.jobs.agenda import PUBLISH_EVENING, RETENTION, ROLL_HORIZON, DueSlot
from scheduler.planning.publish import publish_due, say_published
from scheduler.ports.unit_of_work import OpenUnitOfWork, UnitOfWork

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
AT_ONCE: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long things are kept that have done their work."""

    sent_days: int = 30
    """Messages that the broker has confirmed."""
    payload_days: int = 90
    """Contents of events that took effect; their ids are kept for good."""
    letter_days: int = 30
    """Dead letters after they took effect by a replay. Those that wait are kept."""


def run_slot(
    slot: DueSlot,
    *,
    open_uow: OpenUnitOfWork,
    now: datetime,
    owner: str,
    policy: Policy,
    retention: Retention | None = None,
    covers: Sequence[DueSlot] = (),
    lease: timedelta = LEASE,
) -> bool:
    """Do the job unless somebody else does or did. `covers` are older slots that are thereby done, too.

    False when the slot was not ours, or another's before we were done: then nothing of ours is kept. What the job
    raises is passed on; the slot is then free when the lease ends.
    """
    with open_uow() as uow:
        is_ours = uow.job_runs.begin(slot.run, slot.due, owner=owner, now=now, lease=lease)
        uow.commit()
    if not is_ours:
        return False
    with open_uow() as uow:
        effect = _WORK[slot.job](uow, _Turn(slot, now, policy, retention or Retention()))
        if not uow.job_runs.finish(slot.run, slot.due, now=now, owner=owner):
            log.warning("job.overtaken", extra={"job": slot.job, "branch": slot.branch, "due": slot.due})
            return False
        for done in covers:
            uow.job_runs.finish(done.run, done.due, now=now)
        uow.commit()
    log.info("job.done", extra={"job": slot.job, "branch": slot.branch, "due": slot.due, "count": effect.count})
    say_published(effect.told)
    return True


@dataclass(frozen=True, slots=True)
class _Turn:
    slot: DueSlot
    now: datetime
    policy: Policy
    retention: Retention


@dataclass(frozen=True, slots=True)
class _Effect:
    """How many days, revisions or rows it met, and which revisions people are told."""

    count: int
    told: Sequence[Revision] = ()


def roll_horizon(uow: UnitOfWork, branch: Branch, now: datetime, policy: Policy) -> int:
    """The nightly plan: mark the day that enters the horizon, and every other that lacks a plan for an open visit.

    Days that are dirty already stay so. The number of days marked.
    """
    first, last = horizon(policy.planning, branch, now)
    days = [
        day
        for day in uow.visits.days_with_open_visits(branch.id, first, last)
        if day == last or _is_unplanned(uow, branch.id, day)
    ]
    for day in days:
        uow.work.mark_dirty(branch.id, day, because=None, now=now, quiet=AT_ONCE, patience=AT_ONCE)
    return len(days)


def _is_unplanned(uow: UnitOfWork, branch: BranchId, day: date) -> bool:
    head = uow.plans.head(branch, day)
    if head is None:
        return True
    answered = {stop.visit for _, stop in head.plan.stops()} | {missing.visit for missing in head.plan.unassigned}
    return any(visit.is_open and visit.id not in answered for visit in uow.visits.on(branch, day))


def _roll(uow: UnitOfWork, turn: _Turn) -> _Effect:
    return _Effect(roll_horizon(uow, uow.branches.get(_branch_of(turn.slot)), turn.now, turn.policy))


def _publish(uow: UnitOfWork, turn: _Turn) -> _Effect:
    told = publish_due(uow, _branch_of(turn.slot), turn.now, turn.policy)
    return _Effect(len(told), told)


def _purge(uow: UnitOfWork, turn: _Turn) -> _Effect:
    kept = turn.retention
    purged = uow.outbox.purge(turn.now - timedelta(days=kept.sent_days))
    purged += uow.dead_letters.purge(turn.now - timedelta(days=kept.letter_days))
    return _Effect(purged + uow.inbox.forget_payloads(turn.now - timedelta(days=kept.payload_days)))


def _branch_of(slot: DueSlot) -> BranchId:
    if slot.branch is None:
        raise LookupError(f"{slot.job} is done for one branch, and the slot names none")
    return slot.branch


_Work: TypeAlias = Callable[[UnitOfWork, _Turn], _Effect]
_WORK: Final[Mapping[str, _Work]] = {ROLL_HORIZON: _roll, PUBLISH_EVENING: _publish, RETENTION: _purge}
