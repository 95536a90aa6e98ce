"""What a dispatcher pinned stays: the case manager, the start, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import clock, person

PERSON = "pin.case_manager"
START = "pin.start"
CODES: Mapping[str, Saying] = {
    PERSON: Saying(
        severity=Severity.HARD,
        title="A visit pinned to a case manager is done by nobody else.",
        governed_by="visit.pin",
    ),
    START: Saying(
        severity=Severity.HARD,
        title="A visit pinned to a start begins then.",
        governed_by="visit.pin",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit in day.visits:
        if visit.pin and visit.pin.starts:
            draft.narrow(visit, [(visit.pin.starts, visit.pin.starts)])
    for visit, shift in day.pairs():
        if is_other(visit, shift):
            draft.forbid(visit, shift, because=PERSON)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        visit, start = planned.visit, planned.stop.starts
        if is_other(visit, planned.shift):
            yield planned.violation(PERSON, Severity.HARD, why(visit, planned.shift, day))
        if visit.pin and visit.pin.starts and visit.pin.starts != start:
            yield planned.violation(
                START,
                Severity.HARD,
                f"Visit {visit.id} with {planned.shift.label} starts at {clock(day, start)}, "
                f"but is pinned to {clock(day, visit.pin.starts)}.",
            )


def is_other(visit: Visit, shift: Shift) -> bool:
    pinned = pinned_person(visit)
    return pinned is not None and pinned != shift.case_manager.id


def pinned_person(visit: Visit) -> CaseManagerId | None:
    return visit.pin.case_manager if visit.pin else None


def why(visit: Visit, shift: Shift, day: Day) -> str:
    pinned = pinned_person(visit)
    name = person(day, pinned) if pinned else "nobody"
    return f"Visit {visit.id} is pinned to {name}, not to {shift.label}."
