"""A visit needs a place with a point on the map; until its address is found nobody can be sent there."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops

CODE = "place.needs_address"
SEVERITY = Severity.HARD
TITLE = "The address of every visit has been found on the map."
GOVERNED_BY = "visit.place"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_lost(visit, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_lost(planned.visit, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def is_lost(visit: Visit, day: Day) -> bool:
    return not visit.is_remote and day.place_of(visit).needs_address


def why(visit: Visit, shift: Shift, day: Day) -> str:
    del shift, day
    return f"The address of visit {visit.id} has not been found yet."
