"""A problem as a plain route planner can be asked it, and the list of what it cannot be asked.

Nodes are the distinct start and end places, then the visits. An arc costs its driving (and kilometres) at the route's
price plus, into a visit, the price of that pair; so a planner that knows one cost matrix for each vehicle knows skills,
homes and preferred people exactly. Costs are whole `cost_unit`ths of a cent. A pair that is not allowed costs `barred`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np

from optimizer.problem import NEVER, NO_PLACE, BoolArray, Curve, IntArray, Measure, Problem, Route
from optimizer.solution import Solution
from optimizer.timing import timed

ARC_MEASURES: Final = (Measure.DRIVE, Measure.METRES)
LOADS: Final = (Measure.VISITS, Measure.POINTS)
Orders = list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Routes that are alike in everything a plain planner sees. `cost` and `seconds` are [nodes, nodes]; `seconds`
    holds the service at the first node, then the driving."""

    routes: tuple[int, ...]
    start: int
    end: int
    opens: int
    closes: int
    most: tuple[int, ...]
    cost: IntArray
    seconds: IntArray


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`visits` are those asked for, by their index in the problem; node `terminals + k` is `visits[k]`."""

    problem: Problem
    unserved_price: int | None
    visits: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        able = self.problem.allowed
        asked = (v for v, visit in enumerate(self.problem.visits) if visit.place != NO_PLACE and able[v].any())
        object.__setattr__(self, "visits", tuple(asked))

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Of the terminals, each once."""
        ends = {place for route in self.problem.routes for place in (route.start_place, route.end_place)}
        return tuple(sorted(ends))

    @property
    def terminals(self) -> int:
        return len(self.places)

    @cached_property
    def cost_unit(self) -> int:
        """So many units of cost make a cent, so that every arc's and every second's price is whole."""
        routes = [curve for route in self.problem.routes for measure, curve in route.prices if measure in ARC_MEASURES]
        late = [price.late for visit in self.problem.visits for price in visit.start_prices]
        return math.lcm(
            *(Fraction(curve.steps[0][1], curve.per).denominator for curve in (*routes, *late) if curve.steps)
        )

    def rate(self, curve: Curve) -> int:
        """Units of cost for each second or metre, by the curve's first step."""
        return curve.steps[0][1] * self.cost_unit // curve.per if curve.steps else 0

    @cached_property
    def horizon(self) -> int:
        """No route is out longer than this; windows without an end are cut here."""
        closes = [route.closes for route in self.problem.routes]
        if all(close < NEVER for close in closes):
            return max(closes, default=0)
        return self._everything_in_a_row()

    @cached_property
    def barred(self) -> int:
        """Dearer than any visit is worth."""
        dearest = max((self.skip_cost(visit) or 0 for visit in self.visits), default=0)
        arcs = [int(fleet_cost.max(initial=0)) for fleet_cost in self._drives.values()]
        pairs = int(self.problem.pair_price.max(initial=0)) * self.cost_unit
        return 2 * dearest + 100 * (max(arcs, default=0) + pairs) + 1

    @cached_property
    def fleets(self) -> tuple[Fleet, ...]:
        alike: dict[tuple[object, ...], list[int]] = {}
        for index in range(len(self.problem.routes)):
            alike.setdefault(self._likeness(index), []).append(index)
        return tuple(self._fleet(tuple(routes)) for routes in alike.values())

    def prepare(self) -> None:
        """Make the matrices now, so that they are not counted as the peer's seconds."""
        _ = self.fleets

    def skip_cost(self, visit: int) -> int | None:
        """What leaving it out costs; nothing when it must be served."""
        own = self.problem.visits[visit].unserved_price
        price = self.unserved_price if own is None else own
        return None if price is None else price * self.cost_unit

    def windows(self, visit: int) -> list[tuple[int, int]]:
        """On the start of service, cut where it would end too late."""
        about = self.problem.visits[visit]
        last = min(self.horizon, about.latest_end - self._shortest(visit))
        return [(opens, min(closes, last)) for opens, closes in about.windows if opens <= min(closes, last)] or [(0, 0)]

    def hull(self, visit: int) -> tuple[int, int]:
        """From the first opening to the last close."""
        windows = self.windows(visit)
        return windows[0][0], windows[-1][1]

    def load(self, visit: int) -> tuple[int, ...]:
        """What it adds to each of `LOADS`."""
        return 1, self.problem.visits[visit].points

    def solution(self, orders: Orders) -> Solution | None:
        """With exact times by our own timing; nothing when no times keep every hard limit."""
        return timed(self.problem, orders)

    def _everything_in_a_row(self) -> int:
        latest = max((visit.windows[-1][0] for visit in self.problem.visits), default=0)
        farthest = self.problem.travel_seconds.max(axis=(0, 1), initial=0, where=self.problem.travel_seconds < NEVER)
        service = self.problem.service_seconds.max(axis=1, initial=0).sum()
        return int(latest + service + farthest.sum() + farthest.max(initial=0))

    def _shortest(self, visit: int) -> int:
        return int(self.problem.service_seconds[visit].min(initial=NEVER))

    @cached_property
    def _nodes(self) -> IntArray:
        """The place of every node."""
        return np.array([*self.places, *(self.problem.visits[visit].place for visit in self.visits)], dtype=np.int64)

    @cached_property
    def _drives(self) -> dict[tuple[object, ...], IntArray]:
        """By profile and prices: what driving each arc costs."""
        return {self._rates(route): self._drive(route) for route in self.problem.routes}

    def _rates(self, route: Route) -> tuple[object, ...]:
        return (route.profile, *((m, curve) for m, curve in route.prices if m in ARC_MEASURES))

    def _drive(self, route: Route) -> IntArray:
        between = np.ix_(self._nodes, self._nodes)
        cost = np.zeros((len(self._nodes), len(self._nodes)), dtype=np.int64)
        for measure, curve in route.prices:
            if measure in ARC_MEASURES:
                amount = self.problem.travel_seconds if measure is Measure.DRIVE else self.problem.travel_metres
                cost += np.where(self._no_way(route), 0, amount[route.profile][between]) * self.rate(curve)
        return cost

    def _no_way(self, route: Route) -> BoolArray:
        between = np.ix_(self._nodes, self._nodes)
        return np.asarray(self.problem.travel_seconds[route.profile][between] >= NEVER)

    def _likeness(self, index: int) -> tuple[object, ...]:
        problem, route = self.problem, self.problem.routes[index]
        columns = (problem.allowed[:, index], problem.pair_price[:, index], problem.service_seconds[:, index])
        ends = (route.start_place, route.end_place, route.opens, route.closes)
        return (*ends, self._caps(route), self._rates(route), *(column.tobytes() for column in columns))

    def _caps(self, route: Route) -> tuple[int, ...]:
        used = dict(route.base)
        caps = {measure: limit - used.get(measure, 0) for measure, limit in route.caps}
        return tuple(max(0, caps.get(measure, NEVER)) for measure in LOADS)

    def _fleet(self, routes: tuple[int, ...]) -> Fleet:
        route, asked = self.problem.routes[routes[0]], list(self.visits)
        between = np.ix_(self._nodes, self._nodes)
        seconds = np.minimum(self.problem.travel_seconds[route.profile][between], 2 * self.horizon)
        seconds[self.terminals :] += self.problem.service_seconds[asked, routes[0]][:, None]
        cost = self._drives[self._rates(route)].copy()
        cost[:, self.terminals :] += self.problem.pair_price[asked, routes[0]] * self.cost_unit
        cost[:, self.terminals :][:, ~self.problem.allowed[asked, routes[0]]] = self.barred
        cost[self._no_way(route)] = self.barred
        np.maximum(cost, 0, out=cost)
        np.fill_diagonal(cost, 0)
        np.fill_diagonal(seconds, 0)
        return Fleet(
            routes=routes,
            start=self.places.index(route.start_place),
            end=self.places.index(route.end_place),
            opens=route.opens,
            closes=min(route.closes, self.horizon),
            most=self._caps(route),
            cost=cost,
            seconds=seconds,
        )
