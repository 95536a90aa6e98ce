"""Branch-days with news, leased to planners."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from scheduler.domain.ids import BranchId, EventId


class Urgency(StrEnum):
    NOW = "now"
    SOON = "soon"
    """After the quiet period, so that a burst of news costs one solve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A branch-day is ours to plan until `until`. `fence` rises with every claim; an old one cannot write.

    `dirty` is the state of news the plan will answer; `because` the events behind it, in order of arrival.
    """

    branch: BranchId
    date: dt.date
    owner: str
    fence: int
    until: datetime
    dirty: int
    attempts: int
    because: tuple[EventId, ...] = field(default=())


class PlanningWork(Protocol):
    """Branch-days with news, leased to planners. Clock times are given by the caller."""

    def mark_dirty(self, branch: BranchId, day: dt.date, *, because: EventId | None, now: datetime,
                   quiet: timedelta, patience: timedelta) -> None:  # fmt: skip
        """Plan it after `quiet` without news, and at the latest `patience` after the first; quiet 0 is at once."""
        ...

    def claim(self, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """The most overdue dirty branch-day nobody holds, or None. Skips rows others are claiming."""
        ...

    def renew(self, claim: Claim, *, now: datetime, lease: timedelta) -> bool:
        """False when the lease was lost."""
        ...

    def holds(self, claim: Claim, *, now: datetime) -> bool:
        """The fence is still the newest. Locks the row, so the answer stays true until commit."""
        ...

    def finish(self, claim: Claim) -> None:
        """Planned up to `claim.dirty`; news that came meanwhile leaves it dirty."""
        ...

    def release(self, claim: Claim, *, not_before: datetime, error: str) -> None:
        """Hand it back after a failure; attempts rises."""
        ...

    def next_due(self) -> datetime | None:
        """When the next dirty branch-day may be planned, for whoever waits."""
        ...
