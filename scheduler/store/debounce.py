"""When news lets a branch-day be planned. Arithmetic only: no database, no clock.

Each news item asks for `quiet` without further news, and to be planned `patience` after the burst began at the latest;
`quiet` 0 asks for at once. The most impatient item of a burst decides when the waiting ends. News that meets a plan
in the making begins a burst of its own, which the next plan answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import Row

from scheduler.domain.ids import EventId

NEVER_MET: Final = {"claimed_seq": 0, "solved_seq": 0, "fence": 0, "attempts": 0}
AT_ONCE: Final = timedelta(0)
CHANGED: Final = ("dirty_seq", "first_dirty_at", "due_by", "not_before", "retry_at", "ready_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    because: EventId | None
    now: datetime
    quiet: timedelta
    patience: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The columns of `branch_work` that news looks at."""

    dirty_seq: int
    claimed_seq: int
    solved_seq: int
    first_dirty_at: datetime
    due_by: datetime
    not_before: datetime
    retry_at: datetime | None
    ready_at: datetime
    lease_owner: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})


def after(items: Sequence[News], known: Known | None) -> tuple[dict[str, Any], list[tuple[int, EventId]]]:
    """The columns that change when these items come to `known`, in order, and the number of each that has a cause."""
    causes: list[tuple[int, EventId]] = []
    for item in items:
        known = _after_one(item, known)
        if item.because is not None:
            causes.append((known.dirty_seq, item.because))
    return {name: getattr(known, name) for name in CHANGED}, causes


def _after_one(item: News, known: Known | None) -> Known:
    first, due_by = _burst(known, item)
    not_before = min(item.now + item.quiet, due_by)
    begun: dict[str, Any] = {"first_dirty_at": first, "due_by": due_by, "not_before": not_before}
    if known is None:
        return Known(
            dirty_seq=1, claimed_seq=0, solved_seq=0, retry_at=None, ready_at=not_before, lease_owner=None, **begun
        )
    retry_at = known.retry_at if item.quiet > AT_ONCE else None
    allowed = max(not_before, retry_at) if retry_at else not_before
    ready_at = known.ready_at if known.lease_owner else allowed
    return replace(known, dirty_seq=known.dirty_seq + 1, retry_at=retry_at, ready_at=ready_at, **begun)


def _burst(known: Known | None, item: News) -> tuple[datetime, datetime]:
    """When it began, and when it must be planned at the latest."""
    asked = item.now + (item.patience if item.quiet > AT_ONCE else AT_ONCE)
    if known is None or _begins_a_burst(known):
        return item.now, asked
    return known.first_dirty_at, min(asked, known.due_by)


def _begins_a_burst(known: Known) -> bool:
    is_clean = known.dirty_seq == known.solved_seq
    is_being_planned = known.lease_owner is not None and known.dirty_seq == known.claimed_seq
    return is_clean or is_being_planned
