"""The patient's primary case manager comes, or the visit costs more."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import person

CODE = "clinician.not_primary"
SEVERITY = Severity.SOFT
TITLE = "A visit is done by the patient's primary case manager."
GOVERNED_BY = "patient.primary, prices.not_primary"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_other(visit, shift, day):
            draft.price_pair(visit, shift, day.policy.prices.not_primary)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        primary = day.patient_of(planned.visit).primary
        if primary and is_other(planned.visit, planned.shift, day):
            name = person(day, primary)
            sentence = f"Visit {planned.visit.id} goes to {planned.shift.label}; the primary case manager is {name}."
            yield planned.violation(CODE, SEVERITY, sentence)


def is_other(visit: Visit, shift: Shift, day: Day) -> bool:
    return day.patient_of(visit).primary not in (None, shift.case_manager.id)
