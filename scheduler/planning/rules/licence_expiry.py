"""A licence that has run out allows no visit. It counts through the whole local day it expires on."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import dated

CODE = "licence.expired"
SEVERITY = Severity.HARD
TITLE = "The case manager's licence is valid on the day of the visit."
GOVERNED_BY = "case_manager.licence_expires"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if has_expired(shift, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if has_expired(planned.shift, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def has_expired(shift: Shift, day: Day) -> bool:
    return not shift.case_manager.is_licensed_on(day.date)


def why(visit: Visit, shift: Shift, day: Day) -> str:
    expires = shift.case_manager.licence_expires
    until = f" on {dated(expires)}" if expires else ""
    return f"{shift.label}'s licence expired{until}, before visit {visit.id} on {dated(day.date)}."
