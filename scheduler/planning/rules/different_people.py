"""Two linked visits are done by different case managers, whatever their times."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.problem import Alike
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import LinkKind
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.links import alone, is_same_person, links_of, open_one, planned_pairs

CODE = "link.different_people"
SEVERITY = Severity.HARD
TITLE = "Visits linked to be apart are done by different case managers."
GOVERNED_BY = "visit.links"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, other, link in links_of(day, LinkKind.APART):
        draft.relate(other, visit, people=Alike.DIFFERENT, both_or_none=link.both_or_none)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for one, two, link, visit, other in planned_pairs(day, plan, LinkKind.APART):
        if one and two and is_same_person(one, two):
            told = open_one(one, two)
            yield told.violation(
                CODE,
                SEVERITY,
                f"Visits {one.visit.id} and {two.visit.id} need different people, but {told.shift.label} has both.",
            )
        elif link.both_or_none:
            yield from alone(CODE, one, two, visit, other)
