"""Orders given to the core: one for each event that comes in, whatever door it came through.

Facts carry a `version`: a higher one replaces a lower one, an older one after a newer is recorded, not applied.
Times are aware. `at` is when it happened in the world.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId, VisitId
from scheduler.domain.people import Absence, CaseManager, Credential, Hold, Patient
from scheduler.domain.visit import Pin, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    branch: BranchId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBranch(Command):
    facts: Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePatient(Command):
    facts: Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class PutPatientOnHold(Command):
    patient: PatientId
    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPatient(Command):
    """The patient is back: holds end on `on`; needs a resumption of care when away 24 h or more."""

    patient: PatientId
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCaseManager(Command):
    facts: CaseManager


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCaseManagerOff(Command):
    case_manager: CaseManagerId
    absence: Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class BringCaseManagerBack(Command):
    case_manager: CaseManagerId
    from_: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCredential(Command):
    """One credential gained, renewed (new expiry) or, with `is_revoked`, lost."""

    case_manager: CaseManagerId
    credential: Credential
    is_revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestVisit(Command):
    """`clinicians` 2 makes a second visit `<id>/2`, linked to be served at the same moment by somebody else."""

    facts: Visit
    clinicians: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVisit(Command):
    facts: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class PinVisit(Command):
    """A dispatcher's decision; None takes the pin away."""

    visit: VisitId
    pin: Pin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelVisit(Command):
    visit: VisitId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartVisit(Command):
    visit: VisitId
    case_manager: CaseManagerId


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteVisit(Command):
    visit: VisitId
    case_manager: CaseManagerId
    began: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MissVisit(Command):
    """Not done: nobody home, refused, unsafe. Made up within its week where the order allows."""

    visit: VisitId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCarePlan(Command):
    facts: CarePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCarePlan(Command):
    facts: CarePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCarePlan(Command):
    care_plan: CarePlanId
    on: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeItinerary(Command):
    case_manager: CaseManagerId
    date: dt.date
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineItinerary(Command):
    """A case manager cannot do it as told; a dispatcher must look. `visit` when it is about one."""

    case_manager: CaseManagerId
    date: dt.date
    revision: int
    reason: str
    visit: VisitId | None = None
