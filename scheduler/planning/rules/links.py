"""What the rules on linked visits share: walking the links of a day, and who stands where. Not a rule itself.

A link whose other visit is not part of the day binds nothing here: the days were chosen when visits were made.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import VisitId
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Link, LinkKind, Visit
from scheduler.planning.rules.stops import Planned, planned_stops, settled
from scheduler.planning.rules.words import person


def links_of(day: Day, kind: LinkKind) -> Iterator[tuple[Visit, Visit, Link]]:
    """(the visit that carries the link, the other, the link), each pair once even when both carry one."""
    seen: set[frozenset[VisitId]] = set()
    for visit in day.visits:
        for link in visit.links:
            other = day.visit(link.other)
            if link.kind is not kind or other is None or other.id == visit.id:
                continue
            pair = frozenset((visit.id, other.id))
            if kind is LinkKind.AFTER or pair not in seen:
                seen.add(pair)
                yield visit, other, link


def planned_pairs(
    day: Day, plan: Plan, kind: LinkKind
) -> Iterator[tuple[Planned | None, Planned | None, Link, Visit, Visit]]:
    """Where the two visits of each link are in a plan, if the plan can still change one of them."""
    where = {planned.visit.id: planned for planned in planned_stops(day, plan)}
    for visit, other, link in links_of(day, kind):
        if not (visit.status.has_begun and other.status.has_begun):
            yield where.get(visit.id), where.get(other.id), link, visit, other


def alone(code: str, one: Planned | None, two: Planned | None, visit: Visit, other: Visit) -> Iterator[Violation]:
    """One of two visits that are worth nothing without each other is planned, the other is not."""
    planned, missing = (one, other) if one else (two, visit)
    has_begun = missing.status.has_begun or (planned is not None and planned.visit.status.has_begun)
    if planned and not (one and two) and not has_begun:
        yield planned.violation(
            code,
            Severity.HARD,
            f"Visit {planned.visit.id} is planned with {planned.shift.label}, "
            f"but visit {missing.id}, which belongs with it, is not planned.",
        )


def open_one(one: Planned, two: Planned) -> Planned:
    """The one to speak about: `one`, unless it has begun."""
    return two if one.visit.status.has_begun else one


def is_same_person(one: Planned, two: Planned) -> bool:
    return one.shift.case_manager.id == two.shift.case_manager.id


def why_linked(visit: Visit, shift: Shift, day: Day) -> str:
    """Why this shift may not take a visit, given who does the visit it is linked to."""
    for one, other, link in _all_links(day):
        if visit.id not in (one.id, other.id):
            continue
        partner = other if visit.id == one.id else one
        stands = settled(day, partner)
        if stands is None:
            continue
        is_same = stands.case_manager == shift.case_manager.id
        name = person(day, stands.case_manager)
        if is_same and (link.kind in (LinkKind.TOGETHER, LinkKind.APART) or link.different_people):
            return f"Visit {visit.id} needs somebody else than visit {partner.id}, which {name} does."
        if not is_same and link.kind is LinkKind.SAME:
            return f"Visit {visit.id} needs {name}, who does visit {partner.id}, not {shift.label}."
    return f"{shift.label} cannot take visit {visit.id} because of a visit it is linked to."


def _all_links(day: Day) -> Iterator[tuple[Visit, Visit, Link]]:
    for kind in LinkKind:
        yield from links_of(day, kind)
