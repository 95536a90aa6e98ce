"""Case managers visit only where they hold every required credential on that day.

Credentials lapse at local midnight after the day they expire on.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import dated, listed

CODE = "credential.missing"
SEVERITY = Severity.HARD
TITLE = "The case manager holds every required credential on the day of the visit."
GOVERNED_BY = "visit.credentials, case_manager.credentials"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if lacking(visit, shift, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if lacking(planned.visit, planned.shift, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def lacking(visit: Visit, shift: Shift, day: Day) -> list[str]:
    return sorted(set(visit.credentials) - shift.case_manager.holds_on(day.date))


def why(visit: Visit, shift: Shift, day: Day) -> str:
    missing = listed(_described(code, shift) for code in lacking(visit, shift, day))
    return f"{shift.label} lacks {missing} for visit {visit.id} on {dated(day.date)}."


def _described(code: str, shift: Shift) -> str:
    """`wound care`, or with the day it ran out."""
    ran_out = [c.expires for c in shift.case_manager.credentials if c.code == code and c.expires]
    words = code.replace("_", " ")
    return f"{words} (expired on {dated(max(ran_out))})" if ran_out else words
