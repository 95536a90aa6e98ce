"""A patient who asks for a woman or a man gets one. A case manager who has not said counts as neither.

Where the policy makes the wish soft, it costs as much as sending somebody outside the preferred list.
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

REQUIRED = "gender.required"
WISHED = "gender.wished"
CODES: Mapping[str, Saying] = {
    REQUIRED: Saying(
        severity=Severity.HARD,
        title="The case manager has the gender the patient asks for.",
        governed_by="patient.gender_wanted, limits.gender_is_hard",
    ),
    WISHED: Saying(
        severity=Severity.SOFT,
        title="The same, where the policy lets it be a wish.",
        governed_by="limits.gender_is_hard, prices.not_preferred",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if not differs(visit, shift, day):
            continue
        if day.policy.limits.gender_is_hard:
            draft.forbid(visit, shift, because=REQUIRED)
        else:
            draft.price_pair(visit, shift, day.policy.prices.not_preferred)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    code = REQUIRED if day.policy.limits.gender_is_hard else WISHED
    for planned in open_stops(day, plan):
        if differs(planned.visit, planned.shift, day):
            yield planned.violation(code, CODES[code].severity, why(planned.visit, planned.shift, day))


def differs(visit: Visit, shift: Shift, day: Day) -> bool:
    wanted = day.patient_of(visit).gender_wanted
    return wanted is not None and shift.case_manager.gender is not wanted


def why(visit: Visit, shift: Shift, day: Day) -> str:
    return f"Visit {visit.id} asks for a {day.patient_of(visit).gender_wanted} case manager; {_is(shift)}."


def _is(shift: Shift) -> str:
    gender = shift.case_manager.gender
    return f"{shift.label} is {gender}" if gender else f"{shift.label}'s gender is not recorded"
