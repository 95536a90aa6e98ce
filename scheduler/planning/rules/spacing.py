"""One visit after another: at least, and at most, so many minutes between the two starts."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.problem import Alike
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.time import seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Link, LinkKind
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.links import alone, is_same_person, links_of, open_one, planned_pairs
from scheduler.planning.rules.stops import Planned
from scheduler.planning.rules.words import minutes

CODE = "link.after"
SEVERITY = Severity.HARD
TITLE = "A visit that follows another starts the least to the most minutes after it."
GOVERNED_BY = "visit.links"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, other, link in links_of(day, LinkKind.AFTER):
        least, most = gap_seconds(link)
        people = Alike.DIFFERENT if link.different_people else Alike.ANY
        draft.relate(other, visit, min_gap=least, max_gap=most, people=people, both_or_none=link.both_or_none)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for one, two, link, visit, other in planned_pairs(day, plan, LinkKind.AFTER):
        if one and two:
            yield from _breaches(one, two, link)
        elif link.both_or_none:
            yield from alone(CODE, one, two, visit, other)


def gap_seconds(link: Link) -> tuple[int, int | None]:
    """Least and most; with no least given, `after` still means not before."""
    least = 0 if link.min_gap_minutes is None else 60 * link.min_gap_minutes
    return least, None if link.max_gap_minutes is None else 60 * link.max_gap_minutes


def _breaches(one: Planned, two: Planned, link: Link) -> Iterator[Violation]:
    least, most = gap_seconds(link)
    gap = seconds_between(two.stop.starts, one.stop.starts)
    told = open_one(one, two)
    if gap < least or (most is not None and gap > most):
        is_after = f"{minutes(gap)} after" if gap >= 0 else f"{minutes(-gap)} before"
        yield told.violation(
            CODE,
            SEVERITY,
            f"Visit {one.visit.id} with {one.shift.label} starts {is_after} visit {two.visit.id}, "
            f"not {_wanted(least, most)} after it.",
        )
    if link.different_people and is_same_person(one, two):
        yield told.violation(
            CODE,
            SEVERITY,
            f"Visits {two.visit.id} and {one.visit.id} need different people, but {told.shift.label} has both.",
        )


def _wanted(least: int, most: int | None) -> str:
    return f"at least {minutes(least)}" if most is None else f"{minutes(least)} to {minutes(most)}"
