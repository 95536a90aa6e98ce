"""Commands that contradict what is known. Nothing is changed; a person decides."""

from __future__ import annotations

from datetime import date

from scheduler.domain.errors import Conflict, Invalid
from scheduler.domain.ids import CarePlanId, VisitId


class VisitExists(Conflict):
    code = "visit.exists"
    remedy = "Send `visit.changed` to change it, or request the new visit under an id of its own."

    def __init__(self, visit: VisitId) -> None:
        self.visit = visit
        super().__init__(f"Visit {visit} exists already, with other facts.")


class CarePlanExists(Conflict):
    code = "care_plan.exists"
    remedy = "Send `care_plan.changed` to change it, or create the new one under an id of its own."

    def __init__(self, care_plan: CarePlanId) -> None:
        self.care_plan = care_plan
        super().__init__(f"Care plan {care_plan} exists already, with other facts.")


class OtherPatient(Conflict):
    code = "patient.differs"
    remedy = "Check the id; what belongs to one patient is never handed to another."

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} belongs to another patient.")


class VersionReused(Conflict):
    code = "version.reused"
    remedy = "Let `entityversion` rise with every change, or leave it out."

    def __init__(self, what: str, version: int) -> None:
        self.what, self.version = what, version
        super().__init__(f"Version {version} of {what} is known already, with other facts.")


class PinOffTheDay(Invalid):
    code = "pin.off_the_day"
    remedy = "Change the date of the visit first, or pin a time on its day."

    def __init__(self, visit: VisitId, day: date) -> None:
        self.visit, self.day = visit, day
        super().__init__(f"Visit {visit} is on {day.isoformat()}, so it cannot start on another day.")
