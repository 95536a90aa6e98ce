"""Nobody is sent to a patient who is in hospital or away on that day."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import dated

CODE = "patient.on_hold"
SEVERITY = Severity.HARD
TITLE = "No visit takes place while the patient is on hold (hospital, travel)."
GOVERNED_BY = "patient.holds"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_away(visit, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_away(planned.visit, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def is_away(visit: Visit, day: Day) -> bool:
    return day.patient_of(visit).is_away_on(day.date)


def why(visit: Visit, shift: Shift, day: Day) -> str:
    del shift
    hold = next(hold for hold in day.patient_of(visit).holds if hold.covers(day.date))
    until = f"until {dated(hold.ends)}" if hold.ends else "until further notice"
    return f"The patient of visit {visit.id} is on hold from {dated(hold.starts)} {until}."
