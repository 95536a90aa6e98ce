"""Two disciplines do not come to one patient on one day, unless that was ordered.

Ordered is what `may_share_day` says of either visit, and what a link between the two says. Remote visits knock on
no door, so they do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import planned_stops, settled

CODE = "discipline.two_on_a_day"
SEVERITY = Severity.HARD
TITLE = "Two disciplines do not visit one patient on one day unless ordered."
GOVERNED_BY = "visit.discipline, visit.may_share_day, limits.one_discipline_a_day"


def compile(day: Day, draft: ProblemDraft) -> None:
    for one, other in clashes(day):
        draft.exclude(one, other, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    where = {planned.visit.id: planned for planned in planned_stops(day, plan)}
    for pair in clashes(day):
        planned = [where[visit.id] for visit in pair if visit.id in where]
        still_open = [one for one in planned if not one.visit.status.has_begun]
        if len(planned) == len(pair) and still_open:
            told = max(still_open, key=lambda one: (one.stop.starts, one.visit.id))
            other = next(visit for visit in pair if visit.id != told.visit.id)
            yield told.violation(CODE, SEVERITY, _sentence(told.visit, told.shift, other))


def clashes(day: Day) -> Iterator[tuple[Visit, Visit]]:
    """Pairs of visits that may not both take place."""
    if not day.policy.limits.one_discipline_a_day:
        return
    for patient in day.patients:
        at_home = [visit for visit in day.visits_of(patient.id) if not visit.is_remote]
        for one, other in combinations(at_home, 2):
            if one.discipline != other.discipline and not _is_ordered(one, other):
                yield one, other


def why(visit: Visit, shift: Shift, day: Day) -> str:
    others = [other for pair in clashes(day) if visit in pair for other in pair if other is not visit]
    return _sentence(visit, shift, min(others, key=lambda other: settled(day, other) is None))


def _is_ordered(one: Visit, other: Visit) -> bool:
    linked = {link.other for link in one.links} | {link.other for link in other.links}
    return one.may_share_day or other.may_share_day or one.id in linked or other.id in linked


def _sentence(visit: Visit, shift: Shift, other: Visit) -> str:
    return (
        f"Visit {visit.id} with {shift.label} would be {_words(visit)} on the day of visit {other.id}, "
        f"{_words(other)}, and sharing the day was not ordered."
    )


def _words(visit: Visit) -> str:
    return visit.discipline.replace("_", " ")
