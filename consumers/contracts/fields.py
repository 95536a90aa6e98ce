"""The kinds of fields events are made of: ids, texts, moments, days, clock times, windows, places.

Everything has a cap. Moments need an offset; days and clock times are local to the branch. Strict: a number in
quotes is a text, not a number.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from consumers.contracts.problems import fault
from scheduler.domain.ids import PlaceId
from scheduler.domain.place import Place, Point
from scheduler.domain.time import TimeWindow

FIRST_YEAR, LAST_YEAR = 2000, 2099
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NO_CONTROL_CHARACTERS: Final = r"^[^\x00-\x1f\x7f]*$"


DayOrMoment = TypeVar("DayOrMoment", bound=date)


class Part(BaseModel):
    """Every object in an event: strict, closed, and silent about what it was given."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


def _moment(value: Any) -> datetime:
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise fault("time.malformed", "This is not a moment.", "Write it as 2026-11-23T08:00:00-05:00.")
    if found["offset"] is None:
        raise fault("time.naive", "This moment has no offset from UTC.", "Add it, as in 2026-11-23T08:00:00-05:00.")
    try:
        moment = datetime.fromisoformat(found[0].upper())
    except ValueError:
        raise fault("time.impossible", "There is no such moment.", "Check the month, the day and the hour.") from None
    return _within_years(moment)


def _day(value: Any) -> date:
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise fault("date.malformed", "This is not a date.", "Write it as 2026-11-23.")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise fault("date.impossible", "There is no such date.", "Check the month and the day.") from None
    return _within_years(day)


def _within_years(day: DayOrMoment) -> DayOrMoment:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise fault("date.out_of_range", f"The year is not {FIRST_YEAR} to {LAST_YEAR}.", "Check the year.")
    return day


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError, TypeError):  # what zoneinfo raises for names, paths, folders, numbers
        raise fault(
            "zone.unknown", "There is no such time zone.", "Use a name of the IANA list, such as America/New_York."
        ) from None


Id = Annotated[
    str,
    Field(
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$",
        description="Opaque, never a name: letters, digits and `. _ : -`.",
    ),
]
VisitRef = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
        description="A visit's id: as requested, or as generated from an order.",
    ),
]
Code = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", description="ISO 639, such as `en` or `es`.")]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=_NO_CONTROL_CHARACTERS)]
Reason = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=_NO_CONTROL_CHARACTERS,
        description="A code or a few words. No names, no diagnoses: it appears in the audit.",
    ),
]
Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "ISO 8601 with an offset."}),
]
Day = Annotated[
    date,
    PlainValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "description": "A local date of the branch."}),
]
Clock = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local clock time, such as `08:30`.")
]
Zone = Annotated[
    ZoneInfo,
    PlainValidator(_zone),
    WithJsonSchema({"type": "string", "description": "IANA time zone, such as `America/New_York`."}),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PostalCode = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9 -]+$")]
Minutes = Annotated[int, Field(ge=5, le=720)]
Gap = Annotated[int, Field(ge=-1440, le=1440)]
Points = Annotated[float, Field(ge=0, le=20, description="Productivity points, up to two decimals.")]


class Window(Part):
    """When service may start; both ends inclusive."""

    opens: Moment
    closes: Moment

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.closes < self.opens:
            raise fault("window.invalid", "The window closes before it opens.", "Swap or correct its ends.")
        return self

    def window(self) -> TimeWindow:
        return TimeWindow(opens=self.opens, closes=self.closes)


class Whereabouts(Part):
    """A home or an office: its coordinates, or the address to find them by."""

    address: Annotated[str, Field(min_length=3, max_length=300, pattern=_NO_CONTROL_CHARACTERS)] | None = None
    postal_code: PostalCode | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, description="Degrees, WGS 84.")] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, description="Degrees, WGS 84.")] | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise fault("place.half_a_point", "One coordinate is missing.", "Give latitude and longitude, or neither.")
        if self.latitude is None and self.address is None:
            raise fault("place.nowhere", "There is neither an address nor a point.", "Give one of them.")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        """The address, when it is all there is."""
        return (self.address,) if self.address and self.latitude is None else ()

    def place(self, name: str) -> Place:
        """The place `name` is an id made from its owner's."""
        point = None
        if self.latitude is not None and self.longitude is not None:
            point = Point(latitude=self.latitude, longitude=self.longitude)
        return Place(id=PlaceId(name), point=point, address=self.address, postal_code=self.postal_code)
