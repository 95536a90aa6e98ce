"""Nobody is sent where there is no way to, or back from."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops

CODE = "travel.no_way"
SEVERITY = Severity.HARD
TITLE = "There is a way to the visit and back, by the case manager's means of travel."
GOVERNED_BY = "case_manager.profile"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if is_cut_off(visit, shift, day):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if is_cut_off(planned.visit, planned.shift, day):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def is_cut_off(visit: Visit, shift: Shift, day: Day) -> bool:
    """A visit without a point is lost, not cut off: another rule says so."""
    if visit.is_remote or day.place_of(visit).needs_address:
        return False
    person, place = shift.case_manager, day.place_of(visit).id
    there = day.travel.seconds(person.profile, person.begins_from.id, place)
    back = day.travel.seconds(person.profile, place, person.finishes_at.id)
    return there is None or back is None


def why(visit: Visit, shift: Shift, day: Day) -> str:
    del day
    return f"There is no way by {shift.case_manager.profile} for {shift.label} to visit {visit.id} and back."
