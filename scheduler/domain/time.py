"""Time in the domain: windows of aware datetimes, and the one way from local to absolute time.

Never reads a clock. A local time that a daylight-saving change skips is moved forward by the gap; one that
happens twice is its first occurrence, as people mean it when they say "half past one" (PEP 495, fold 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.errors import Invalid


class InvalidWindow(Invalid):
    """A time window that cannot be met."""

    code = "window.invalid"
    remedy = "Give both ends a time zone, and let the window close after it opens."

    def __init__(self, opens: datetime, closes: datetime, fault: str) -> None:
        self.opens, self.closes = opens, closes
        super().__init__(f"The window {opens.isoformat()} to {closes.isoformat()} {fault}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """When service may start. Both ends inclusive, both aware of their zone."""

    opens: datetime
    closes: datetime

    def __post_init__(self) -> None:
        if self.opens.tzinfo is None or self.closes.tzinfo is None:
            raise InvalidWindow(self.opens, self.closes, "lacks a time zone")
        if _utc(self.closes) < _utc(self.opens):
            raise InvalidWindow(self.opens, self.closes, "closes before it opens")

    def admits(self, start: datetime) -> bool:
        return _utc(self.opens) <= _utc(start) <= _utc(self.closes)


def _utc(moment: datetime) -> datetime:
    # Moments of one zone compare by their clocks, which is wrong in the hour that autumn has twice.
    return moment.astimezone(UTC)


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment when clocks in `zone` show `clock` on `day`, in that zone; see the module for the odd nights."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC).astimezone(zone)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Local midnight to the next local midnight: 23, 24 or 25 hours apart."""
    return at_local(day, time.min, zone), at_local(day + timedelta(days=1), time.min, zone)


def seconds_between(earlier: datetime, later: datetime) -> int:
    """Elapsed whole seconds, right across a daylight-saving change (same-zone subtraction would not be)."""
    return round((later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds())


def after(moment: datetime, seconds: int) -> datetime:
    """`seconds` of elapsed time later, in the zone of `moment`."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)
