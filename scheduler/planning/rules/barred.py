"""A clinician whom the patient does not let in is never sent."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops

CODE = "clinician.barred"
SEVERITY = Severity.HARD
TITLE = "A clinician on the patient's do-not-send list is never sent."
GOVERNED_BY = "patient.barred"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_barred(visit, shift, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_barred(planned.visit, planned.shift, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def is_barred(visit: Visit, shift: Shift, day: Day) -> bool:
    return shift.case_manager.id in day.patient_of(visit).barred


def why(visit: Visit, shift: Shift, day: Day) -> str:
    del day
    return f"{shift.label} is on the do-not-send list of the patient of visit {visit.id}."
