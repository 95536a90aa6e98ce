"""What waits at one moment: news for a planner, events for the world, letters for a person. Counts and moments only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Moments instead of ages, so that whoever looks says how old they are by a clock of their own.

    A branch-day is dirty from its first unanswered news on. Some of these are held, by a planner; some failed, and
    are tried again later. `due_at` is when the most overdue one may be planned. A lease is named by what it allows.
    """

    last_event_at: datetime | None = None
    dirty_days: int = 0
    held_days: int = 0
    failed_days: int = 0
    due_at: datetime | None = None
    oldest_news_at: datetime | None = None
    unsent: int = 0
    unsent_since: datetime | None = None
    letters: int = 0
    letters_since: datetime | None = None
    leases: Mapping[str, datetime] = field(default_factory=dict)
