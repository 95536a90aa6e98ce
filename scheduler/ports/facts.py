"""What is known of a branch: its people, their patients, care plans and visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan
from scheduler.domain.day import PastVisit
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId, VisitId
from scheduler.domain.people import CaseManager, Patient
from scheduler.domain.visit import Visit


class Branches(Protocol):
    def find(self, branch: BranchId) -> Branch | None: ...
    def get(self, branch: BranchId) -> Branch:
        """Raises `UnknownBranch`."""
        ...

    def all(self) -> Sequence[Branch]: ...
    def save(self, branch: Branch) -> None: ...


class Patients(Protocol):
    def find(self, branch: BranchId, patient: PatientId) -> Patient | None: ...
    def get(self, branch: BranchId, patient: PatientId) -> Patient:
        """Raises `UnknownPatient`."""
        ...

    def of(self, branch: BranchId, patients: Sequence[PatientId]) -> Sequence[Patient]: ...
    def save(self, patient: Patient) -> None: ...


class CaseManagers(Protocol):
    def find(self, branch: BranchId, case_manager: CaseManagerId) -> CaseManager | None: ...
    def get(self, branch: BranchId, case_manager: CaseManagerId) -> CaseManager:
        """Raises `UnknownCaseManager`."""
        ...

    def of_branch(self, branch: BranchId) -> Sequence[CaseManager]: ...
    def save(self, case_manager: CaseManager) -> None: ...


class CarePlans(Protocol):
    def find(self, branch: BranchId, care_plan: CarePlanId) -> CarePlan | None: ...
    def get(self, branch: BranchId, care_plan: CarePlanId) -> CarePlan:
        """Raises `UnknownCarePlan`."""
        ...

    def save(self, care_plan: CarePlan) -> None: ...


class Visits(Protocol):
    """Ids are unique within a branch."""

    def find(self, branch: BranchId, visit: VisitId) -> Visit | None: ...
    def get(self, branch: BranchId, visit: VisitId) -> Visit:
        """Raises `UnknownVisit`."""
        ...

    def on(self, branch: BranchId, day: dt.date) -> Sequence[Visit]:
        """Every visit of the day, whatever its state, by id."""
        ...

    def of_care_plan(self, branch: BranchId, care_plan: CarePlanId) -> Sequence[Visit]: ...
    def of_patient(self, branch: BranchId, patient: PatientId, first: dt.date, last: dt.date) -> Sequence[Visit]: ...
    def history(
        self, branch: BranchId, patients: Sequence[PatientId], before: dt.date, each: int
    ) -> Sequence[PastVisit]:
        """The last `each` done visits of each patient before a day, newest first."""
        ...

    def days_with_open_visits(self, branch: BranchId, first: dt.date, last: dt.date) -> Sequence[dt.date]: ...
    def save(self, visit: Visit) -> None: ...
