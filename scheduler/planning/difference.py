"""What a plan changes against the one before: visit by visit, and whose itinerary is another one now.

Any other start is a change; the planner avoids small ones by their price, not by hiding them here. Visits that
have begun are facts, not changes: name them in `begun`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scheduler.domain.events import VisitChange
from scheduler.domain.ids import CaseManagerId, VisitId
from scheduler.domain.plan import Plan

ASSIGNED, ADDED = "assigned", "added"
MOVED_TIME, MOVED_PERSON = "moved_time", "moved_person"
UNASSIGNED, REMOVED = "unassigned", "removed"

Told = tuple[tuple[VisitId, datetime, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """`changes` by visit id; `case_managers` are those whose stops, order or times are others now."""

    changes: tuple[VisitChange, ...]
    case_managers: tuple[CaseManagerId, ...]

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.case_managers

    @property
    def moved(self) -> tuple[VisitChange, ...]:
        """Visits served before and after, by somebody else or at another time."""
        return tuple(c for c in self.changes if c.kind in (MOVED_TIME, MOVED_PERSON))

    def of_kind(self, *kinds: str) -> tuple[VisitChange, ...]:
        return tuple(change for change in self.changes if change.kind in kinds)


def difference(before: Plan | None, after: Plan, *, begun: Collection[VisitId] = frozenset()) -> PlanDifference:
    """From nothing, every visit served is added, every other one unassigned."""
    return PlanDifference(
        changes=tuple(_changes(before, after, begun)),
        case_managers=tuple(_concerned(before, after, begun)),
    )


def _changes(before: Plan | None, after: Plan, begun: Collection[VisitId]) -> Iterator[VisitChange]:
    old, new = _served(before), _served(after)
    waited, waits = _waiting(before), _waiting(after)
    for visit in sorted((old.keys() | new.keys() | waited | waits) - set(begun)):
        was, now = old.get(visit), new.get(visit)
        kind = _kind(was, now, waited=visit in waited, waits=visit in waits)
        if kind is not None:
            yield VisitChange(
                visit=visit,
                kind=kind,
                case_manager_before=was and was[0],
                case_manager_after=now and now[0],
                starts_before=was and was[1],
                starts_after=now and now[1],
            )


def _kind(
    was: tuple[CaseManagerId, datetime] | None,
    now: tuple[CaseManagerId, datetime] | None,
    *,
    waited: bool,
    waits: bool,
) -> str | None:
    if was and now:
        if was[0] != now[0]:
            return MOVED_PERSON
        return MOVED_TIME if was[1].astimezone(UTC) != now[1].astimezone(UTC) else None
    if now:
        return ASSIGNED if waited else ADDED
    if waits:
        return None if waited else UNASSIGNED
    return REMOVED


def _concerned(before: Plan | None, after: Plan, begun: Collection[VisitId]) -> Iterator[CaseManagerId]:
    old, new = _told(before, begun), _told(after, begun)
    for case_manager in sorted(old.keys() | new.keys()):
        if old.get(case_manager, ()) != new.get(case_manager, ()):
            yield case_manager


def _told(plan: Plan | None, begun: Collection[VisitId]) -> dict[CaseManagerId, Told]:
    """What each case manager is told, over all shifts of the day, in order of time."""
    stops: dict[CaseManagerId, list[tuple[VisitId, datetime, datetime]]] = {}
    for route, stop in plan.stops() if plan else ():
        if stop.visit not in begun:
            told = (stop.visit, stop.starts.astimezone(UTC), stop.ends.astimezone(UTC))
            stops.setdefault(route.case_manager, []).append(told)
    return {person: tuple(sorted(told, key=lambda stop: stop[1])) for person, told in stops.items()}


def _served(plan: Plan | None) -> dict[VisitId, tuple[CaseManagerId, datetime]]:
    return {stop.visit: (route.case_manager, stop.starts) for route, stop in plan.stops()} if plan else {}


def _waiting(plan: Plan | None) -> set[VisitId]:
    return {missing.visit for missing in plan.unassigned} if plan else set()
