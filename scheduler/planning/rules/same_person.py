"""Two linked visits are done by the same case manager, such as a visit and its documentation."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.problem import Alike
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import LinkKind
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.links import alone, is_same_person, links_of, open_one, planned_pairs

CODE = "link.same_person"
SEVERITY = Severity.HARD
TITLE = "Visits linked to stay with one person are done by the same case manager."
GOVERNED_BY = "visit.links"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, other, link in links_of(day, LinkKind.SAME):
        draft.relate(other, visit, people=Alike.SAME, both_or_none=link.both_or_none)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for one, two, link, visit, other in planned_pairs(day, plan, LinkKind.SAME):
        if one and two and not is_same_person(one, two):
            yield open_one(one, two).violation(
                CODE,
                SEVERITY,
                f"Visits {one.visit.id} and {two.visit.id} need the same person, "
                f"but are with {one.shift.label} and {two.shift.label}.",
            )
        elif link.both_or_none:
            yield from alone(CODE, one, two, visit, other)
