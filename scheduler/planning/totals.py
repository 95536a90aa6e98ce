"""The figures over a plan. Seconds, metres, cents; continuity in per mille of the stops."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId, PatientId
from scheduler.domain.plan import Route, Totals, Unassigned
from scheduler.domain.time import seconds_between
from scheduler.planning.rules.continuity import met_lately
from scheduler.planning.rules.windows import seconds_late


def totals(day: Day, routes: Sequence[Route], missing: Sequence[Unassigned], *, price_cents: int) -> Totals:
    stops = [(route, stop) for route in routes for stop in route.stops]
    return Totals(
        served=len(stops),
        unassigned=len(missing),
        drive_seconds=sum(stop.drive_seconds for _, stop in stops) + sum(route.home_seconds for route in routes),
        drive_metres=sum(stop.drive_metres for _, stop in stops) + sum(route.home_metres for route in routes),
        wait_seconds=sum(_wait(route) for route in routes),
        overtime_seconds=sum(_overtime(day, route) for route in routes),
        late_seconds=sum(seconds_late(visit, stop.starts) for _, stop in stops if (visit := day.visit(stop.visit))),
        continuity_per_mille=_continuity(day, [(route.case_manager, stop.patient) for route, stop in stops]),
        price_cents=price_cents,
    )


def _wait(route: Route) -> int:
    """Between arriving and starting, less the breaks taken then."""
    total = 0
    for number, stop in enumerate(route.stops):
        pauses = (seconds_between(p.starts, p.ends) for p in route.breaks if p.before == number)
        total += max(0, seconds_between(stop.arrives, stop.starts) - sum(pauses))
    return total


def _overtime(day: Day, route: Route) -> int:
    shift = day.shift(route.shift)
    return max(0, seconds_between(shift.ends, route.returns)) if shift and route.stops else 0


def _continuity(day: Day, visits: Sequence[tuple[CaseManagerId, PatientId]]) -> int:
    """The share of stops by somebody who was there in the patient's last visits."""
    lately = met_lately(day)
    met = sum(person in lately.get(patient, ()) for person, patient in visits)
    return 1000 * met // len(visits) if visits else 0
