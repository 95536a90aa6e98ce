"""The stops of a plan as rules look at them, and what is settled already. Not a rule itself.

A visit that has begun is a fact: no plan can change who does it or when, so rules speak only about `open_stops`.
A frozen stop that has not begun is open: it stays where it is, but a person should know what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan, Route, Stop
from scheduler.domain.time import seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A stop with the visit, the shift and the route it belongs to."""

    visit: Visit
    shift: Shift
    stop: Stop
    route: Route

    def violation(self, code: str, severity: Severity, sentence: str) -> Violation:
        return Violation(code=code, severity=severity, sentence=sentence, visit=self.visit.id,
                         case_manager=self.shift.case_manager.id)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Who does a visit and when, where planning can no longer decide."""

    case_manager: CaseManagerId
    starts: datetime


def planned_stops(day: Day, plan: Plan) -> Iterator[Planned]:
    """In the order of the routes. Stops the day knows nothing of are left to the rule on unknown stops."""
    for route, stop in plan.stops():
        visit, shift = day.visit(stop.visit), day.shift(route.shift)
        if visit is not None and shift is not None:
            yield Planned(visit=visit, shift=shift, stop=stop, route=route)


def open_stops(day: Day, plan: Plan) -> Iterator[Planned]:
    """The stops a plan can still change."""
    return (planned for planned in planned_stops(day, plan) if not planned.visit.status.has_begun)


def has_open_stops(day: Day, route: Route) -> bool:
    """The route still has something a plan can change."""
    visits = (day.visit(stop.visit) for stop in route.stops)
    return any(visit is not None and not visit.status.has_begun for visit in visits)


def settled(day: Day, visit: Visit) -> Settled | None:
    """Where a visit stands that planning does not decide about: begun, or frozen in the current plan."""
    if visit.case_manager is not None and visit.started_at is not None:
        return Settled(case_manager=visit.case_manager, starts=visit.started_at)
    found = day.current.where(visit.id) if day.current else None
    return found and Settled(case_manager=found[0].case_manager, starts=found[1].starts)


def paid_seconds(route: Route) -> int:
    """From leaving to returning, less the unpaid breaks."""
    unpaid = sum(seconds_between(pause.starts, pause.ends) for pause in route.breaks if not pause.is_paid)
    return seconds_between(route.leaves, route.returns) - unpaid
