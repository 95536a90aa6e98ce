"""Case manager and patient share a language; else an interpreter is needed, or the policy forbids it.

A patient with no language recorded speaks with anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import listed

REQUIRED = "language.required"
INTERPRETER = "language.interpreter"
CODES: Mapping[str, Saying] = {
    REQUIRED: Saying(
        severity=Severity.HARD,
        title="Case manager and patient share a language.",
        governed_by="patient.languages, limits.language_is_hard",
    ),
    INTERPRETER: Saying(
        severity=Severity.SOFT,
        title="The same, where the policy lets an interpreter help.",
        governed_by="limits.language_is_hard, prices.wrong_language",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if shares_language(visit, shift, day):
            continue
        if day.policy.limits.language_is_hard:
            draft.forbid(visit, shift, because=REQUIRED)
        else:
            draft.price_pair(visit, shift, day.policy.prices.wrong_language)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    code = REQUIRED if day.policy.limits.language_is_hard else INTERPRETER
    for planned in open_stops(day, plan):
        if not shares_language(planned.visit, planned.shift, day):
            yield planned.violation(code, CODES[code].severity, why(planned.visit, planned.shift, day))


def shares_language(visit: Visit, shift: Shift, day: Day) -> bool:
    spoken = day.patient_of(visit).languages
    return not spoken or not set(spoken).isdisjoint(shift.case_manager.languages)


def why(visit: Visit, shift: Shift, day: Day) -> str:
    wanted = listed(day.patient_of(visit).languages, last="or")
    return f"Visit {visit.id} needs {wanted}; {shift.label} speaks {listed(shift.case_manager.languages)}."
