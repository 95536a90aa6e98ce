"""A plan speaks only of visits and shifts the day has, and leaves alone what has begun.

The engine cannot break this; a plan from a file, an old revision or a hand can. That no visit is lost or planned
twice is for `planning/check.py`, which sees the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan, Route, Stop
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.words import person

VISIT = "plan.unknown_visit"
SHIFT = "plan.unknown_shift"
BEGUN = "plan.begun_elsewhere"
CODES: Mapping[str, Saying] = {
    VISIT: Saying(
        severity=Severity.HARD,
        title="A plan has only visits that are to be made that day.",
        governed_by="visit.status",
    ),
    SHIFT: Saying(
        severity=Severity.HARD,
        title="A route belongs to a shift of that day and to its case manager.",
        governed_by="case_manager.hours",
    ),
    BEGUN: Saying(
        severity=Severity.HARD,
        title="A visit that has begun stays with whoever began it.",
        governed_by="visit.case_manager",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    """The engine knows no others, and decides nothing about what has begun."""
    del day, draft


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        shift = day.shift(route.shift)
        if shift is None or shift.case_manager.id != route.case_manager:
            yield _violation(SHIFT, route, f"Shift {route.shift} of {_name(day, route)} is not one of the day's.")
    for route, stop in plan.stops():
        yield from _stop(day, route, stop)


def _stop(day: Day, route: Route, stop: Stop) -> Iterator[Violation]:
    visit = day.visit(stop.visit)
    if visit is None or (visit.status.is_over and not visit.status.has_begun):
        state = "not one of the day's" if visit is None else visit.status.value
        yield _violation(VISIT, route, f"Visit {stop.visit} with {_name(day, route)} is {state}.", stop)
    elif visit.status.has_begun and visit.case_manager not in (None, route.case_manager):
        began = person(day, visit.case_manager)
        sentence = f"Visit {visit.id} was begun by {began}, so it cannot be with {_name(day, route)}."
        yield _violation(BEGUN, route, sentence, stop)


def _name(day: Day, route: Route) -> str:
    return person(day, route.case_manager)


def _violation(code: str, route: Route, sentence: str, stop: Stop | None = None) -> Violation:
    return Violation(code=code, severity=CODES[code].severity, sentence=sentence,
                     visit=stop.visit if stop else None, case_manager=route.case_manager)  # fmt: skip
