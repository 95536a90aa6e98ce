"""Nobody works while absent.

Whoever makes the day cuts shifts around absences. What is left to guard here: a shift that begins inside an
absence carries nothing, and one that an absence ends must be over by then (`hours.latest_return`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scheduler.domain.day import Day, Shift
from scheduler.domain.people import Absence
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import clock

CODE = "shift.absent"
SEVERITY = Severity.HARD
TITLE = "Nobody is planned while absent."
GOVERNED_BY = "case_manager.absences"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if absence_at(shift, shift.starts):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        person, stop = planned.shift.case_manager, planned.stop
        if any(_meets(absence, stop.starts, stop.ends) for absence in person.absences):
            yield planned.violation(
                CODE,
                SEVERITY,
                f"{planned.shift.label} is absent during visit {planned.visit.id}, "
                f"{clock(day, stop.starts)} to {clock(day, stop.ends)}.",
            )


def absence_at(shift: Shift, moment: datetime) -> Absence | None:
    absences = shift.case_manager.absences
    return next((a for a in absences if a.starts <= moment and (a.ends is None or moment < a.ends)), None)


def why(visit: Visit, shift: Shift, day: Day) -> str:
    absence = absence_at(shift, shift.starts)
    until = clock(day, absence.ends) if absence and absence.ends else "further notice"
    return f"{shift.label} is absent until {until}, so cannot take visit {visit.id}."


def _meets(absence: Absence, starts: datetime, ends: datetime) -> bool:
    return absence.starts < ends and (absence.ends is None or starts < absence.ends)
