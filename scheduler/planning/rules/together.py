"""Two clinicians at once: linked visits start together, with different people, both or neither."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.problem import Alike
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import LinkKind
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.links import alone, is_same_person, links_of, open_one, planned_pairs
from scheduler.planning.rules.stops import Planned
from scheduler.planning.rules.words import clock

CODE = "link.together"
SEVERITY = Severity.HARD
TITLE = "Visits that need two clinicians at once start together, with two people, or not at all."
GOVERNED_BY = "visit.links"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, other, _ in links_of(day, LinkKind.TOGETHER):
        draft.relate(other, visit, min_gap=0, max_gap=0, people=Alike.DIFFERENT, both_or_none=True)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for one, two, _, visit, other in planned_pairs(day, plan, LinkKind.TOGETHER):
        if one and two:
            yield from _breaches(day, one, two)
        else:
            yield from alone(CODE, one, two, visit, other)


def _breaches(day: Day, one: Planned, two: Planned) -> Iterator[Violation]:
    told = open_one(one, two)
    pair = f"Visits {one.visit.id} and {two.visit.id}"
    if is_same_person(one, two):
        yield told.violation(CODE, SEVERITY, f"{pair} need two people at once, but {told.shift.label} has both.")
    elif one.stop.starts != two.stop.starts:
        starts = f"{clock(day, one.stop.starts)} and {clock(day, two.stop.starts)}"
        yield told.violation(CODE, SEVERITY, f"{pair} must start together, but start at {starts}.")
