"""A preferred clinician comes, or the visit costs more. A visit's own list goes before the patient's."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import listed, person

CODE = "clinician.not_preferred"
SEVERITY = Severity.SOFT
TITLE = "A visit with preferred clinicians is done by one of them."
GOVERNED_BY = "visit.preferred, patient.preferred, prices.not_preferred"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_other(visit, shift, day):
            draft.price_pair(visit, shift, day.policy.prices.not_preferred)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_other(planned.visit, planned.shift, day):
            names = listed((person(day, one) for one in preferred(planned.visit, day)), last="or")
            sentence = f"Visit {planned.visit.id} prefers {names}, not {planned.shift.label}."
            yield planned.violation(CODE, SEVERITY, sentence)


def preferred(visit: Visit, day: Day) -> tuple[CaseManagerId, ...]:
    return visit.preferred or day.patient_of(visit).preferred


def is_other(visit: Visit, shift: Shift, day: Day) -> bool:
    wanted = preferred(visit, day)
    return bool(wanted) and shift.case_manager.id not in wanted
