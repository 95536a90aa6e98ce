"""A patient who names required clinicians is visited by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import listed, person

CODE = "clinician.required"
SEVERITY = Severity.HARD
TITLE = "A patient with required clinicians is visited by one of them."
GOVERNED_BY = "patient.required"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_other(visit, shift, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_other(planned.visit, planned.shift, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def is_other(visit: Visit, shift: Shift, day: Day) -> bool:
    required = day.patient_of(visit).required
    return bool(required) and shift.case_manager.id not in required


def why(visit: Visit, shift: Shift, day: Day) -> str:
    names = listed((person(day, one) for one in day.patient_of(visit).required), last="or")
    return f"Visit {visit.id} requires {names}, not {shift.label}."
