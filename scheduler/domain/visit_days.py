"""The days on which the visits of one order may fall, cut into work weeks.

Weekdays are numbered as Python numbers them: Monday 0 to Sunday 6. A work week is named by its first day.
Local calendar days only; knows no clock times and never asks what day it is today.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain.errors import Invalid

SUNDAY = 6
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


class InvalidVisitDays(Invalid):
    """An episode that ends before it starts, or a weekday that does not exist."""

    code = "visit_days.invalid"
    remedy = "Let the episode end on or after its first day; number weekdays from Monday 0 to Sunday 6."


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDays:
    """`starts` to `ends`, both inclusive, without the weekdays not allowed and the days to avoid.

    `allowed_weekdays`: empty means any. `avoid` holds days closed for a reason of their own: a holiday, a
    hospital stay, another discipline's day. `not_before` is the first day that can still be planned; weeks
    wholly before it are history.
    """

    starts: date
    ends: date
    week_starts_on: int = SUNDAY
    allowed_weekdays: Collection[int] = ()
    avoid: Collection[date] = frozenset()
    not_before: date | None = None

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise InvalidVisitDays(f"the episode ends on {self.ends}, before it starts on {self.starts}")
        if not {self.week_starts_on, *self.allowed_weekdays} <= set(range(7)):
            raise InvalidVisitDays("a weekday is not one of 0 to 6")

    def week_of(self, day: date) -> date:
        """The first day of the work week that contains `day`."""
        return day - timedelta(days=(day.weekday() - self.week_starts_on) % 7)

    def is_open(self, day: date) -> bool:
        is_plannable = self.not_before is None or day >= self.not_before
        return self.is_ordered(day) and is_plannable and self.is_allowed(day) and day not in self.avoid

    def is_allowed(self, day: date) -> bool:
        return not self.allowed_weekdays or day.weekday() in self.allowed_weekdays

    def first_allowed(self, day: date) -> date:
        """The first day from `day` on whose weekday is allowed."""
        return next(later for later in days_of(day) if self.is_allowed(later))

    def is_ordered(self, day: date) -> bool:
        """Whether the day belongs to the episode at all."""
        return self.starts <= day <= self.ends

    def open_days(self, week: date) -> tuple[date, ...]:
        return tuple(day for day in days_of(week) if self.is_open(day))

    def is_history(self, week: date) -> bool:
        return self.not_before is not None and week + WEEK <= self.not_before


def days_of(week: date) -> tuple[date, ...]:
    """The seven days from `week`, the first day of a work week, on."""
    return tuple(week + n * DAY for n in range(7))
