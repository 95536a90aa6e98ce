"""Case managers and patients: facts about people that rules read. Standard library only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from scheduler.domain.errors import Invalid
from scheduler.domain.ids import BranchId, CaseManagerId, PatientId
from scheduler.domain.place import Place


class Licence(StrEnum):
    """Licence levels. An RN may do LPN work, at the price of wasting an RN; not the reverse."""

    RN = "RN"
    LPN = "LPN"
    LCSW = "LCSW"

    @property
    def discipline(self) -> str:
        return "social_work" if self is Licence.LCSW else "nursing"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class TravelProfile(StrEnum):
    CAR = "car"
    TRANSIT = "transit"
    WALKING = "walking"


class InvalidShift(Invalid):
    """A shift that ends before it starts."""

    code = "shift.invalid"
    remedy = "Let the shift end after it starts, on the same local day."

    def __init__(self, starts: time, ends: time) -> None:
        self.starts, self.ends = starts, ends
        super().__init__(f"The shift {starts:%H:%M} to {ends:%H:%M} ends before it starts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A certificate or speciality, such as `wound_care`. Valid through the whole local day `expires`."""

    code: str
    expires: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        return self.expires is None or day <= self.expires


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """A shift that repeats on `weekday` (Monday is 0), or with `date` a single one that replaces the pattern."""

    starts: time
    ends: time
    weekday: int | None = None
    date: dt.date | None = None

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise InvalidShift(self.starts, self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Time off, from `starts` until `ends`; open-ended when nobody knows yet."""

    starts: datetime
    ends: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseManager:
    """A licensed nurse or social worker who drives to patients' homes.

    `centipoints` are hundredths of productivity points. `begins_from` and `finishes_at` are home or office.
    """

    id: CaseManagerId
    branch: BranchId
    name: str
    licence: Licence
    begins_from: Place
    finishes_at: Place
    licence_expires: dt.date | None = None
    credentials: tuple[Credential, ...] = ()
    languages: tuple[str, ...] = ("en",)
    gender: Gender | None = None
    profile: TravelProfile = TravelProfile.CAR
    hours: tuple[WorkingHours, ...] = ()
    absences: tuple[Absence, ...] = ()
    territory: tuple[str, ...] = ()
    max_visits_a_day: int | None = None
    max_centipoints_a_day: int | None = None
    takes_break: bool = True
    contact: str | None = None
    version: int = 0

    def holds_on(self, day: dt.date) -> frozenset[str]:
        """Codes of every credential valid on the local `day`."""
        return frozenset(c.code for c in self.credentials if c.holds_on(day))

    def is_licensed_on(self, day: dt.date) -> bool:
        return self.licence_expires is None or day <= self.licence_expires

    def hours_on(self, day: dt.date) -> tuple[WorkingHours, ...]:
        """A dated entry replaces the weekly pattern of that day."""
        dated = tuple(h for h in self.hours if h.date == day)
        return dated or tuple(h for h in self.hours if h.date is None and h.weekday == day.weekday())


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The patient is away (hospital, travel) from `starts`; visits from then on wait until `ends`."""

    starts: dt.date
    ends: dt.date | None = None
    reason: str = ""

    def covers(self, day: dt.date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who is visited, where, and whom they will let in."""

    id: PatientId
    branch: BranchId
    name: str
    home: Place
    languages: tuple[str, ...] = ()
    gender_wanted: Gender | None = None
    primary: CaseManagerId | None = None
    required: tuple[CaseManagerId, ...] = ()
    preferred: tuple[CaseManagerId, ...] = ()
    barred: tuple[CaseManagerId, ...] = ()
    holds: tuple[Hold, ...] = ()
    phone: str | None = None
    version: int = 0

    def is_away_on(self, day: dt.date) -> bool:
        return any(hold.covers(day) for hold in self.holds)
