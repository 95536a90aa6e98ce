"""What re-planning must not touch: for each shift, the stops behind the case manager and those just ahead.

A shift's *prefix* holds, in order, the visits done and under way, and then the stops that begin within the
policy's freeze minutes of now, with every stop planned before one of those. They keep person, order and time;
a time moves later only as far as a late stop before it forces. Silence means that things go as planned: a stop
whose time has passed without news is taken to be served. The engine plans what comes after, from now on.

An imminent stop is let go when a person pinned it elsewhere, when its case manager is absent by then, and when
it can no longer begin inside its windows: somebody else may still make it. Reads no clock: `day.now` is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId, ShiftId, VisitId
from scheduler.domain.plan import Route, Stop
from scheduler.domain.visit import Visit
from scheduler.planning.prefix import Prefix, PrefixWalk, in_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """`prefixes` has the shifts that have one. `shift_of` finds the shift a frozen visit is in."""

    prefixes: Mapping[ShiftId, Prefix]
    shift_of: Mapping[VisitId, ShiftId] = field(init=False)

    def __post_init__(self) -> None:
        where = {stop.visit: shift for shift, prefix in self.prefixes.items() for stop in prefix.stops}
        object.__setattr__(self, "shift_of", where)

    def stop(self, visit: VisitId) -> Stop | None:
        shift = self.shift_of.get(visit)
        return None if shift is None else next(s for s in self.prefixes[shift].stops if s.visit == visit)


def frozen(day: Day) -> Frozen:
    """The prefix of every shift that has one, with times brought up to `day.now`."""
    prefixes = {shift.id: _prefix(day, shift) for shift in day.shifts}
    return Frozen(prefixes={shift: prefix for shift, prefix in prefixes.items() if prefix is not None})


def shift_at(day: Day, case_manager: CaseManagerId, moment: datetime) -> Shift | None:
    """The shift of this case manager that a stop at `moment` belongs to: the last to begin by then, or the first."""
    own = [shift for shift in day.shifts if shift.case_manager.id == case_manager]
    own.sort(key=lambda shift: shift.starts.astimezone(UTC))
    begun = (shift for shift in reversed(own) if shift.starts.astimezone(UTC) <= moment.astimezone(UTC))
    return next(begun, own[0] if own else None)


def _prefix(day: Day, shift: Shift) -> Prefix | None:
    walk = PrefixWalk(day, shift)
    for visit, stop in _begun(day, shift):
        walk.add_begun(visit, stop)
    for visit, stop in _imminent(day, shift):
        walk.add_imminent(visit, stop)
    return walk.prefix()


def _begun(day: Day, shift: Shift) -> Iterator[tuple[Visit, Stop | None]]:
    """Visits under way and done in this shift, by when they began, each with its planned stop, if this person's."""
    begun = [
        (visit.started_at.astimezone(UTC), visit)
        for visit in day.visits
        if visit.status.has_begun and visit.case_manager == shift.case_manager.id and visit.started_at
    ]
    for started_at, visit in sorted(begun, key=lambda pair: (pair[0], pair[1].id)):
        if shift_at(day, shift.case_manager.id, started_at) == shift:
            planned = day.current.where(visit.id) if day.current else None
            is_own = planned is not None and planned[0].case_manager == visit.case_manager
            yield visit, in_utc(planned[1]) if planned and is_own else None


def _imminent(day: Day, shift: Shift) -> Iterator[tuple[Visit, Stop]]:
    """Open visits that begin too soon to be moved, and those before them, in planned order."""
    if day.now is None or day.current is None:
        return
    until = day.now.astimezone(UTC) + timedelta(minutes=day.policy.planning.freeze_minutes)
    for route in _routes_of(day, shift):
        last = max((i for i, stop in enumerate(route.stops) if stop.starts.astimezone(UTC) <= until), default=-1)
        for stop in route.stops[: last + 1]:
            visit = day.visit(stop.visit)
            if visit is not None and visit.is_open and _may_stay(day, shift, visit, stop):
                yield visit, in_utc(stop)


def _routes_of(day: Day, shift: Shift) -> Iterator[Route]:
    """What this shift was to do. A shift that an absence cut finds its stops in the route of the whole one."""
    person = shift.case_manager.id
    for route in day.current.routes if day.current else ():
        if route.case_manager == person:
            stops = tuple(stop for stop in route.stops if shift_at(day, person, stop.starts) == shift)
            if stops:
                yield replace(route, stops=stops)


def _may_stay(day: Day, shift: Shift, visit: Visit, stop: Stop) -> bool:
    if day.patient_of(visit).is_away_on(day.date):
        return False
    pin = visit.pin
    if pin and pin.case_manager not in (None, shift.case_manager.id):
        return False
    return not (pin and pin.starts not in (None, stop.starts))
