"""The day file as it stands on disk, format `rounds-day/1`. Its JSON Schema is published in `docs/schemas`.

Pydantic models of the edge; `day_reading` turns them into domain values, `day_writing` back.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scheduler.domain.people import Gender, Licence, TravelProfile
from scheduler.domain.visit import LinkKind, Priority, VisitStatus
from scheduler.files.moments import Moment
from scheduler.files.problems import fault
from scheduler.files.visit_types import VisitTypeModel

Id = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$")]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Count = Annotated[int, Field(ge=0, le=1000)]
Minutes = Annotated[int, Field(ge=0, le=1440)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class PlaceEntry(Entry):
    """Where something is. Without coordinates the visits there are not planned: they need an address first."""

    id: Id | None = Field(None, description="Names a row of the travel matrix; made from its owner when left out.")
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    address: Annotated[str, Field(max_length=300)] | None = None
    postal_code: Annotated[str, Field(max_length=20)] | None = None

    @model_validator(mode="after")
    def _is_a_whole_point(self) -> PlaceEntry:
        if (self.latitude is None) != (self.longitude is None):
            raise fault("place.half_a_point", "One coordinate is missing.", "Give latitude and longitude, or neither.")
        return self


class CredentialEntry(Entry):
    code: Code
    expires: dt.date | None = Field(None, description="Valid through this local day.")


class ShiftEntry(Entry):
    starts: Moment
    ends: Moment


class CaseManagerEntry(Entry):
    """One case manager. Without a shift they are known but not planned."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=120)]
    licence: Licence
    licence_expires: dt.date | None = None
    credentials: tuple[CredentialEntry, ...] = ()
    languages: tuple[Code, ...] = ("en",)
    gender: Gender | None = None
    profile: TravelProfile = TravelProfile.CAR
    begins_from: PlaceEntry
    finishes_at: PlaceEntry | None = Field(None, description="Where the day ends; as it began when left out.")
    shifts: tuple[ShiftEntry, ...] = ()
    territory: tuple[Code, ...] = Field((), description="Postal codes; empty means everywhere.")
    max_visits_a_day: Count | None = None
    max_points_a_day: Annotated[float, Field(ge=0, le=1000)] | None = None
    takes_break: bool = Field(True, description="Entitled to the break of a long day.")
    week_hours: Annotated[float, Field(ge=0, le=168)] = Field(0, description="Hours the week holds already.")
    week_points: Annotated[float, Field(ge=0, le=1000)] = 0


class PatientEntry(Entry):
    id: Id
    name: Annotated[str, Field(max_length=120)] = ""
    home: PlaceEntry
    languages: tuple[Code, ...] = ()
    gender_wanted: Gender | None = None
    primary: Id | None = None
    required: tuple[Id, ...] = Field((), description="Only these case managers.")
    preferred: tuple[Id, ...] = ()
    barred: tuple[Id, ...] = Field((), description="Never these case managers.")
    is_away: bool = Field(False, description="On hold that day: not visited.")


class WindowEntry(Entry):
    opens: Moment
    closes: Moment


class LinkEntry(Entry):
    """How this visit hangs together with another one; gaps are minutes between the two starts."""

    kind: LinkKind
    other: Id
    min_gap_minutes: Annotated[int, Field(ge=-1440, le=1440)] | None = None
    max_gap_minutes: Annotated[int, Field(ge=-1440, le=1440)] | None = None
    different_people: bool = False
    both_or_none: bool = False


class PinEntry(Entry):
    case_manager: Id | None = None
    starts: Moment | None = None


class ToldEntry(Entry):
    case_manager: Id
    starts: Moment


class VisitEntry(Entry):
    """One visit. What is left out comes from its type."""

    id: Id
    patient: Id
    type: Code
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    points: Annotated[float, Field(ge=0, le=100)] | None = None
    licences: tuple[Licence, ...] | None = None
    credentials: tuple[Code, ...] | None = None
    discipline: Code | None = None
    windows: tuple[WindowEntry, ...] = Field((), description="When it may start; none means any time in a shift.")
    late_by_price: bool = Field(False, description="A late start is priced instead of forbidden.")
    must_end_by_close: bool = Field(False, description="The window's close bounds the end, not the start.")
    wished: WindowEntry | None = None
    priority: Priority | None = None
    is_remote: bool | None = None
    place: PlaceEntry | None = Field(None, description="Elsewhere than the patient's home.")
    links: tuple[LinkEntry, ...] = ()
    preferred: tuple[Id, ...] = Field((), description="Case managers preferred for this visit.")
    pin: PinEntry | None = None
    may_share_day: bool = Field(False, description="Another discipline may visit the same patient that day.")
    status: VisitStatus = VisitStatus.REQUESTED
    told: ToldEntry | None = None
    case_manager: Id | None = Field(None, description="Who began it, for a visit under way or done.")
    started_at: Moment | None = None
    ended_at: Moment | None = None


class MatrixEntry(Entry):
    """Square tables in the order of `places`: `seconds[from][to]`. -1 means there is no way."""

    seconds: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...] | None = Field(None, description="0 everywhere when left out.")


class TravelEntry(Entry):
    """An explicit travel matrix; every place the day needs must be among `places`."""

    provider: Code = "given"
    places: tuple[Id, ...]
    profiles: dict[TravelProfile, MatrixEntry]


class PastVisitEntry(Entry):
    patient: Id
    case_manager: Id
    date: dt.date


class DayFile(Entry):
    """One planning snapshot of a branch and a local day."""

    format: Literal["rounds-day/1"]
    branch: Id
    date: dt.date
    time_zone: Annotated[str, Field(description="IANA name.", examples=["America/New_York"], max_length=60)]
    now: Moment | None = Field(None, description="The moment of planning, on a day that has begun.")
    case_managers: tuple[CaseManagerEntry, ...]
    patients: tuple[PatientEntry, ...]
    visits: tuple[VisitEntry, ...]
    visit_types: dict[Code, VisitTypeModel] = Field({}, description="Added to, or in place of, the agency's.")
    travel: TravelEntry | None = Field(None, description="Estimated from coordinates when left out.")
    history: tuple[PastVisitEntry, ...] = Field((), description="Past visits, newest first, for continuity.")
    policy: dict[str, Any] = Field({}, description="Overrides of `config/policy.toml`, same sections and names.")
    current_plan: dict[str, Any] | None = Field(None, description="The plan people work by: a plan file.")
    current_is_told: bool = False
