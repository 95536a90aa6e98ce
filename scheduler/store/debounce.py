"""When news lets a branch-day be planned. Arithmetic only: no database, no clock.

Each news item asks for `quiet` without further news, and to be planned `patience` after the burst began at the latest;
`quiet` 0 asks for at once. The most impatient item of a burst decides when the waiting ends. News that meets a plan
in the making begins a burst of its own, which the next plan answers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

NEVER_MET = {"claimed_seq": 0, "solved_seq": 0, "fence": 0, "attempts": 0}
AT_ONCE = timedelta(0)


def news_in(known: Row[Any] | None, *, now: datetime, quiet: timedelta, patience: timedelta) -> dict[str, Any]:
    """The columns of `branch_work` after one more item. `known` is the row so far."""
    first, due_by = _burst(known, now, now + (patience if quiet > AT_ONCE else AT_ONCE))
    not_before = min(now + quiet, due_by)
    changed: dict[str, Any] = {"first_dirty_at": first, "due_by": due_by, "not_before": not_before}
    if known is None:
        return {**NEVER_MET, **changed, "dirty_seq": 1, "ready_at": not_before}
    retry_at = known.retry_at if quiet > AT_ONCE else None
    allowed = max(not_before, retry_at) if retry_at else not_before
    ready_at = known.ready_at if known.lease_owner else allowed
    return {**changed, "dirty_seq": known.dirty_seq + 1, "retry_at": retry_at, "ready_at": ready_at}


def _burst(known: Row[Any] | None, now: datetime, asked: datetime) -> tuple[datetime, datetime]:
    """When it began, and when it must be planned at the latest."""
    if known is None or _begins_a_burst(known):
        return now, asked
    return known.first_dirty_at, min(asked, known.due_by)


def _begins_a_burst(known: Row[Any]) -> bool:
    is_clean = known.dirty_seq == known.solved_seq
    is_being_planned = known.lease_owner is not None and known.dirty_seq == known.claimed_seq
    return is_clean or is_being_planned
