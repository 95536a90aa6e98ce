"""A branch: an office with its territory. The unit of ordering, planning and scaling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.domain.ids import BranchId
from scheduler.domain.time import day_bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """`week_starts_on` is a weekday, Monday is 0; home-health weeks begin on Sunday (6) unless the agency differs."""

    id: BranchId
    name: str
    zone: ZoneInfo
    week_starts_on: int = 6
    version: int = 0

    def local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        return day_bounds(day, self.zone)
