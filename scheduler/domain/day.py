"""The snapshot a day is planned from: everything rules may read, nothing else. What a day file says.

Immutable; makes its own lookups once. Never reads a clock: `now` is given, or None for a day not begun.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, PlaceId, ShiftId, VisitId
from scheduler.domain.people import CaseManager, Patient, TravelProfile
from scheduler.domain.place import Place
from scheduler.domain.plan import Plan
from scheduler.domain.policy import Policy
from scheduler.domain.time import day_bounds
from scheduler.domain.visit import Visit, VisitType


class Travel(Protocol):
    """Times and distances between the places of a day. Unreachable pairs answer None."""

    @property
    def provider(self) -> str: ...
    def seconds(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None: ...
    def metres(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One case manager's working time without interruption; an absence at noon makes two of a day.

    `week_seconds` and `week_centipoints` are what the week holds already, this day apart.
    """

    id: ShiftId
    case_manager: CaseManager
    starts: datetime
    ends: datetime
    week_seconds: int = 0
    week_centipoints: int = 0

    @property
    def label(self) -> str:
        """For people: the dispatcher's board, reasons, itineraries."""
        return self.case_manager.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    """History for continuity: who was there, and when."""

    patient: PatientId
    case_manager: CaseManagerId
    date: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`visits` are those to plan and those that have begun; `current` is the plan people work by, if any.

    `history` is newest first. `unplaced` visits have no point yet: they are not planned, and say so.
    `is_told` tells whether `current` was published.
    """

    branch: BranchId
    date: dt.date
    zone: ZoneInfo
    shifts: tuple[Shift, ...]
    patients: tuple[Patient, ...]
    visits: tuple[Visit, ...]
    visit_types: Mapping[str, VisitType]
    places: tuple[Place, ...]
    travel: Travel
    policy: Policy
    history: tuple[PastVisit, ...] = ()
    current: Plan | None = None
    is_told: bool = False
    now: datetime | None = None
    _shift: Mapping[ShiftId, Shift] = field(init=False, repr=False, compare=False)
    _patient: Mapping[PatientId, Patient] = field(init=False, repr=False, compare=False)
    _visit: Mapping[VisitId, Visit] = field(init=False, repr=False, compare=False)
    _place: Mapping[PlaceId, Place] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_shift", {shift.id: shift for shift in self.shifts})
        object.__setattr__(self, "_patient", {patient.id: patient for patient in self.patients})
        object.__setattr__(self, "_visit", {visit.id: visit for visit in self.visits})
        object.__setattr__(self, "_place", {place.id: place for place in self.places})

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return day_bounds(self.date, self.zone)

    def shift(self, shift: ShiftId) -> Shift | None:
        return self._shift.get(shift)

    def visit(self, visit: VisitId) -> Visit | None:
        return self._visit.get(visit)

    def patient_of(self, visit: Visit) -> Patient:
        return self._patient[visit.patient]

    def place_of(self, visit: Visit) -> Place:
        """Where the visit happens; meaningless for remote visits."""
        return self._place[visit.place] if visit.place else self.patient_of(visit).home

    def pairs(self) -> Iterator[tuple[Visit, Shift]]:
        for visit in self.visits:
            for shift in self.shifts:
                yield visit, shift

    def visits_of(self, patient: PatientId) -> tuple[Visit, ...]:
        return tuple(visit for visit in self.visits if visit.patient == patient)
