"""Case managers stay in their territory: postal codes, or the first characters of them.

Nobody without a territory leaves one; a place whose postal code is not known counts as inside.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops

CODE = "territory.outside"
SEVERITY = Severity.SOFT
TITLE = "A visit is done by somebody whose territory it lies in."
GOVERNED_BY = "case_manager.territory, prices.outside_territory"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_outside(visit, shift, day):
            draft.price_pair(visit, shift, day.policy.prices.outside_territory)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_outside(planned.visit, planned.shift, day):
            sentence = f"Visit {planned.visit.id} lies outside the territory of {planned.shift.label}."
            yield planned.violation(CODE, SEVERITY, sentence)


def is_outside(visit: Visit, shift: Shift, day: Day) -> bool:
    territory = shift.case_manager.territory
    if visit.is_remote or not territory:
        return False
    code = day.place_of(visit).postal_code
    return code is not None and not code.startswith(territory)
