"""Things that were named but are not there."""

from __future__ import annotations

from datetime import date

from scheduler.domain.errors import NotFound
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, EventId, PatientId, VisitId


class UnknownBranch(NotFound):
    code = "branch.unknown"
    remedy = "Send the branch's facts (`branch.changed`) before anything that belongs to it."

    def __init__(self, branch: BranchId) -> None:
        self.branch = branch
        super().__init__(f"There is no branch {branch}.")


class UnknownPatient(NotFound):
    code = "patient.unknown"
    remedy = "Send the patient's facts first, and check that the patient belongs to this branch."

    def __init__(self, branch: BranchId, patient: PatientId) -> None:
        self.branch, self.patient = branch, patient
        super().__init__(f"Branch {branch} has no patient {patient}.")


class UnknownCaseManager(NotFound):
    code = "case_manager.unknown"
    remedy = "Send the case manager's facts first, and check that they belong to this branch."

    def __init__(self, branch: BranchId, case_manager: CaseManagerId) -> None:
        self.branch, self.case_manager = branch, case_manager
        super().__init__(f"Branch {branch} has no case manager {case_manager}.")


class UnknownCarePlan(NotFound):
    code = "care_plan.unknown"
    remedy = "Create the care plan first, and check that it belongs to this branch."

    def __init__(self, branch: BranchId, care_plan: CarePlanId) -> None:
        self.branch, self.care_plan = branch, care_plan
        super().__init__(f"Branch {branch} has no care plan {care_plan}.")


class UnknownVisit(NotFound):
    code = "visit.unknown"
    remedy = "Request the visit first, and check that it belongs to this branch."

    def __init__(self, branch: BranchId, visit: VisitId) -> None:
        self.branch, self.visit = branch, visit
        super().__init__(f"Branch {branch} has no visit {visit}.")


class UnknownRevision(NotFound):
    code = "plan.unknown_revision"
    remedy = "Load the day's plan and take the number from there."

    def __init__(self, branch: BranchId, day: date, number: int) -> None:
        self.branch, self.day, self.number = branch, day, number
        super().__init__(f"The plan of {branch} for {day.isoformat()} has no revision {number}.")


class UnknownEvent(NotFound):
    code = "event.unknown"
    remedy = "Claim the event in the inbox before settling it."

    def __init__(self, source: str, event: EventId) -> None:
        self.source, self.event = source, event
        super().__init__(f"The inbox has never met event {event} from {source}.")


class UnknownDeadLetter(NotFound):
    code = "dead_letter.unknown"
    remedy = "List the dead letters and take the number from there."

    def __init__(self, letter: int) -> None:
        self.letter = letter
        super().__init__(f"There is no dead letter {letter}.")
