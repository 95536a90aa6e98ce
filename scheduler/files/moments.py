"""Moments in a day file: an ISO 8601 time with its offset, or a local clock time of that day ("08:30").

A clock time is read in the day's own zone, so a file can be written by hand and a daylight-saving night is right.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from scheduler.domain.time import at_local
from scheduler.files.problems import fault

_NO_CLOCK: Final = ("time.malformed", "This is not a local clock time.", "Write it as 08:30.")
_NO_MOMENT: Final = ("time.malformed", "This is not a moment.", "Write it as 08:30, or 2026-11-23T08:30:00-05:00.")
_NAIVE: Final = ("time.naive", "This moment has no offset from UTC.", "Add it, as in 2026-11-23T08:30:00-05:00.")


def _is_moment(text: str) -> str:
    _clock(text) if len(text) <= 8 else _absolute(text)
    return text


def _clock(text: str) -> time:
    if text in ("24:00", "24:00:00"):
        return time.min
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise fault(*_NO_CLOCK) from None
    if clock.tzinfo is not None or clock.microsecond:
        raise fault(*_NO_CLOCK)
    return clock


def _absolute(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise fault(*_NO_MOMENT) from None
    if moment.tzinfo is None:
        raise fault(*_NAIVE)
    return moment


Moment = Annotated[
    str,
    AfterValidator(_is_moment),
    Field(max_length=40, description="Local clock time `08:30`, or ISO 8601 with offset.", examples=["08:30"]),
]


def moment_at(text: str, day: date, zone: ZoneInfo) -> datetime:
    """The moment `text` means on `day`; "24:00" is the midnight that ends it."""
    if len(text) > 8:
        return _absolute(text).astimezone(zone)
    if text.startswith("24:00"):
        return at_local(date.fromordinal(day.toordinal() + 1), time.min, zone)
    return at_local(day, _clock(text), zone)
