"""The most that any plan of a problem could cost, so that no sum of it leaves 64 bits. Whole cents; no search.

Deliberately coarse: every curve at the largest value it could ever be asked for, every visit and route at its dearest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.problem import NEVER, Curve, Measure, Route, StartPrice, Visit

if TYPE_CHECKING:
    from optimizer.problem import Problem

LARGEST_SUM = 2**60
"""No plan may cost as much: from here on, prices stand for what is impossible."""


def faults(problem: Problem) -> Iterator[str]:
    if (total := dearest_plan(problem)) >= LARGEST_SUM:
        yield f"a plan could cost up to {total} cents, past {LARGEST_SUM}: lower its rates, prices or times"


def dearest_plan(problem: Problem) -> int:
    """At least what any plan costs. Curves count before they are divided, as they do in memory."""
    horizon = max((route.closes for route in problem.routes), default=0)
    latest = [max(0, min(horizon, visit.windows[-1][1])) for visit in problem.visits]
    visits = sum(_dearest_visit(visit, last) for visit, last in zip(problem.visits, latest, strict=True))
    reach = [_reach(problem, route) for route in problem.routes]
    late = max((_latest(visit, last) for visit, last in zip(problem.visits, latest, strict=True)), default=0)
    routes = sum(_dearest_route(route, most) for route, most in zip(problem.routes, reach, strict=True))
    worst = sum(
        undivided(term.curve, max((most.get(term.measure, late) for most in reach), default=0))
        for term in problem.worst_prices
    )
    return visits + _dearest_pairs(problem) + routes + worst


def undivided(curve: Curve, value: int) -> int:
    """The price times `per`."""
    return Curve(steps=curve.steps)(value)


def _dearest_pairs(problem: Problem) -> int:
    if not problem.pair_price.size:
        return 0
    most, least = problem.pair_price.max(axis=1).tolist(), problem.pair_price.min(axis=1).tolist()
    return sum(max(high, -low) for high, low in zip(most, least, strict=True))


def _dearest_visit(visit: Visit, latest: int) -> int:
    return (visit.unserved_price or 0) + sum(_dearest_start(price, latest) for price in visit.start_prices)


def _dearest_start(price: StartPrice, latest: int) -> int:
    return undivided(price.early, price.early_before) + undivided(price.late, latest - price.late_after)


def _latest(visit: Visit, latest: int) -> int:
    """The largest lateness of a visit."""
    return max((latest - price.late_after for price in visit.start_prices), default=0)


def _dearest_route(route: Route, most: dict[Measure, int]) -> int:
    missed = sum(pause.missed_price for pause in route.breaks if pause.missed_price != NEVER)
    return route.unused_price + missed + sum(undivided(curve, most[measure]) for measure, curve in route.prices)


def _reach(problem: Problem, route: Route) -> dict[Measure, int]:
    """The largest value of each measure of a route: clocks run until it closes."""
    seconds, metres = problem.travel_seconds[route.profile], problem.travel_metres[route.profile]
    out = route.closes - min(0, route.departed or 0)
    most = {
        Measure.DRIVE: out,
        Measure.METRES: (len(problem.visits) + 1) * int(metres[seconds < NEVER].max(initial=0)),
        Measure.WAIT: out,
        Measure.PAID: out,
        Measure.LATE_RETURN: max(0, route.closes - route.soft_closes),
        Measure.VISITS: len(problem.visits),
        Measure.POINTS: sum(max(0, visit.points) for visit in problem.visits),
        Measure.IDLE: out + max(0, route.shift[1] - route.shift[0]),
    }
    for measure, amount in route.base:
        most[measure] += max(0, amount)
    return most
