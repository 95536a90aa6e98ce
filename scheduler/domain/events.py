"""What Rounds reports to the world. On the wire (`consumers/contracts`) these are CloudEvents.

Each is a fact about one branch-day revision; `data` holds ids, times and reasons, never a patient's name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from scheduler.domain.ids import BranchId, CaseManagerId, EventId, PatientId, VisitId
from scheduler.domain.plan import Reason, SolveRecord, Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTold:
    """One stop of a published itinerary, in order."""

    visit: VisitId
    patient: PatientId
    arrives: datetime
    starts: datetime
    ends: datetime
    drive_seconds: int
    drive_metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange:
    """What a revision did to one visit. `kind`: assigned, moved_time, moved_person, unassigned, removed, added."""

    visit: VisitId
    kind: str
    case_manager_before: CaseManagerId | None = None
    case_manager_after: CaseManagerId | None = None
    starts_before: datetime | None = None
    starts_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """`at` is when it was decided. `subject` and the revision make the event's stable id."""

    type: ClassVar[str]
    branch: BranchId
    date: dt.date
    revision: int
    at: datetime

    @property
    def subject(self) -> str:
        return f"{self.branch}/{self.date.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePublished(DomainEvent):
    """The first revision of a branch-day that people are told."""

    type: ClassVar[str] = "schedule.published"
    caused_by: tuple[EventId, ...]
    case_managers: tuple[CaseManagerId, ...]
    visits: tuple[VisitId, ...]
    unassigned: tuple[VisitId, ...]
    totals: Totals
    travel: str
    engine: str
    solve: SolveRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRevised(DomainEvent):
    """A later revision: only what changed, for whom, and which events caused it."""

    type: ClassVar[str] = "schedule.revised"
    replaces: int
    caused_by: tuple[EventId, ...]
    changes: tuple[VisitChange, ...]
    case_managers: tuple[CaseManagerId, ...]
    unassigned: tuple[VisitId, ...]
    totals: Totals
    travel: str
    engine: str
    solve: SolveRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ItineraryPublished(DomainEvent):
    """One case manager's whole day, told anew; sent only when theirs changed. No stops: the day is free."""

    type: ClassVar[str] = "itinerary.published"
    case_manager: CaseManagerId
    leaves: datetime | None
    returns: datetime | None
    stops: tuple[StopTold, ...]

    @property
    def subject(self) -> str:
        return f"{self.branch}/{self.date.isoformat()}/{self.case_manager}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAssigned(DomainEvent):
    """A visit got a case manager and a time, or another one."""

    type: ClassVar[str] = "visit.assigned"
    visit: VisitId
    patient: PatientId
    case_manager: CaseManagerId
    starts: datetime
    ends: datetime
    starts_before: datetime | None = None
    case_manager_before: CaseManagerId | None = None

    @property
    def subject(self) -> str:
        return self.visit


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitUnassigned(DomainEvent):
    """Nobody serves the visit on that day, and why. A dispatcher must look."""

    type: ClassVar[str] = "visit.unassigned"
    visit: VisitId
    patient: PatientId
    reasons: tuple[Reason, ...]

    @property
    def subject(self) -> str:
        return self.visit
