"""What pricing needs of every route, relaxed on the safe side. Seconds, metres, fine costs (cents times `scale`).

Routes that are alike in everything share one case. Breaks beyond two a route are left out, with what they would do
to waiting and paid time; a price of idle time counts by what driving and serving take from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.bound.case_facts import case_facts
from optimizer.bound.case_tables import after_table, pause_table, piece_table, visit_table, way_table
from optimizer.bound.fixed_costs import fixed_cost, resting_cost
from optimizer.bound.price_lines import PriceLines, price_lines
from optimizer.bound.relaxed_route import RelaxedRoute, relaxed_route
from optimizer.bound.route_prices import RoutePrices
from optimizer.kernel import label_layout as lay
from optimizer.kernel.packed import packed
from optimizer.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteGroup:
    """Routes that are alike, their case for the kernels, and the visits they may serve, by number in the case.

    `fixed` is the fine cost of a route that serves somebody beyond what its labels count, `rest` of one that does not.
    """

    routes: tuple[int, ...]
    visits: tuple[int, ...]
    case: lay.RouteCase
    fixed: int
    rest: int

    @property
    def nodes(self) -> int:
        return len(self.visits)

    @property
    def buckets(self) -> int:
        return int(self.case.facts[lay.F_BUCKETS])

    @property
    def tracked(self) -> int:
        return int(self.case.facts[lay.F_TRACKED])


def route_groups(problem: Problem, open_visits: frozenset[int], *, scale: int, free: bool = False) -> list[RouteGroup]:
    """The groups of a problem in the order of their first routes. `free`: nothing costs anything, only limits count."""
    alike: dict[tuple[object, ...], list[int]] = {}
    linked = any(relation.people.value != "any" or relation.days.value != "any" for relation in problem.relations)
    for index, route in enumerate(problem.routes):
        facts = (
            route.start_place, route.end_place, route.opens, route.closes, route.soft_closes, route.shift,
            route.profile, route.departed, route.base, route.breaks, route.caps, route.prices,
            route.unused_price,
            (route.person, route.day) if linked else None,
            problem.allowed[:, index].tobytes(), problem.service_seconds[:, index].tobytes(),
            problem.pair_price[:, index].tobytes(),
        )  # fmt: skip
        alike.setdefault(facts, []).append(index)
    return [
        _group(routes, relaxed_route(problem, routes[0], open_visits, scale=scale, free=free))
        for routes in alike.values()
    ]


def _group(routes: list[int], relaxed: RelaxedRoute) -> RouteGroup:
    prices = RoutePrices(relaxed)
    lines = price_lines(relaxed, prices)
    case = _case(relaxed, prices, lines)
    fixed = fixed_cost(relaxed, prices, lines)
    return RouteGroup(
        routes=tuple(routes),
        visits=tuple(relaxed.pieces),
        case=case,
        fixed=fixed,
        rest=resting_cost(relaxed, case, lines, fixed),
    )


def _case(relaxed: RelaxedRoute, prices: RoutePrices, lines: PriceLines) -> lay.RouteCase:
    data, profile = packed(relaxed.problem), relaxed.route.profile
    way = way_table(relaxed, prices)
    near = np.stack((relaxed.problem.travel_seconds[profile].min(axis=0), way.min(axis=0)), axis=1)
    visits = visit_table(relaxed, prices)
    after, quickest = after_table(relaxed, visits)
    return lay.RouteCase(
        facts=case_facts(relaxed, prices, lines, quickest),
        visits=visits,
        pieces=piece_table(relaxed),
        seconds=data.seconds[profile],
        metres=data.metres[profile],
        way=way,
        near=near.astype(np.int64),
        lines=np.array(lines.rows, dtype=np.int64).reshape(-1, lay.N_COLUMNS),
        pauses=pause_table(relaxed, prices),
        after=after,
        table=data.visits,
        flat=data.flat,
    )
