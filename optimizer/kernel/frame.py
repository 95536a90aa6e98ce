"""What stays the same during a whole search, derived from the problem once: who is near whom, who moves with whom."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from optimizer.kernel.packed import (
    F_COUNTS_LATENESS,
    F_WORST_COUNT,
    MEASURES,
    V_GAP_COUNT,
    V_LATE_ONLY,
    V_TERM_COUNT,
    Int32,
    Int64,
    packed,
)
from optimizer.problem import NEVER, Measure, Problem
from optimizer.route_timing import resting
from optimizer.tables import Tables, tables_of

# Cells of `Frame.facts`
IS_REGULAR = 0  # no price falls when something starts later, and none depends on more than order and earliest starts
HAS_GAPS = 1
HAS_TERMS = 2
COUNTS_LATENESS = 3
WORST_COUNT = 4
LONGEST_CASCADE = 5
IS_SIMPLE = 6  # regular, and nothing is priced by the clock: an insertion is judged without moving anything
FACTS = 7

_NEIGHBOURS = 160
_SMALL_GROUP = 4
_MOST_RANKS = 5
_MILDLY = 4
_STEPS_PER_VISIT = 40
"""A cascade that has not come to rest by then goes round in a circle."""
_REGULAR_MEASURES = {Measure.DRIVE, Measure.METRES, Measure.VISITS, Measure.POINTS}


# Columns of `Frame.visits`
W_ROUTES = 0  # from here to there in `lists`: the routes that may serve the visit
W_ROUTES_END = 1
W_MATES = 2  # who leaves with it
W_MATES_END = 3
W_ABSENT = 4  # weight of leaving it out
W_PENALTY = 5  # the same, mild
W_IS_OPEN = 6  # could ever be served
W_ORDERS = 7  # sort keys, from here on


class Frame(NamedTuple):
    """Shapes: facts [FACTS]; near [n, k], the nearest visits, itself first; visits [n, -]; lists [-];
    rest [m, 1 + MEASURES]: price and sums of a route that serves nobody."""

    facts: Int64
    near: Int32
    visits: Int64
    lists: Int64
    rest: Int64


def frame_of(problem: Problem, hopeless: frozenset[int]) -> Frame:
    tables = tables_of(problem)
    lists: list[int] = []
    orders = _orders(tables)
    visits = np.zeros((len(problem.visits), W_ORDERS + len(orders)), dtype=np.int64)
    for visit, routes in enumerate(tables.allowed_routes):
        visits[visit, W_ROUTES] = len(lists)
        lists += [] if visit in hopeless else routes
        visits[visit, W_ROUTES_END] = visits[visit, W_MATES] = len(lists)
        lists += companions(tables, visit)
        visits[visit, W_MATES_END] = len(lists)
    ranks = _ranks(problem)
    visits[:, W_ABSENT] = _weights(ranks, len(problem.visits) + 1)
    visits[:, W_PENALTY] = _weights(ranks, _MILDLY)
    visits[:, W_IS_OPEN] = [visit not in hopeless for visit in range(len(problem.visits))]
    visits[:, W_ORDERS:] = orders.T
    return Frame(
        facts=_facts(problem),
        near=_near(problem),
        visits=visits,
        lists=np.array(lists, dtype=np.int64),
        rest=_rest(tables),
    )


def _facts(problem: Problem) -> Int64:
    arrays = packed(problem)
    facts = np.zeros(FACTS, dtype=np.int64)
    facts[IS_REGULAR] = is_regular(problem)
    facts[HAS_GAPS] = int(arrays.visits[:, V_GAP_COUNT].sum() > 0)
    facts[HAS_TERMS] = int(arrays.visits[:, V_TERM_COUNT].sum() > 0)
    facts[COUNTS_LATENESS] = arrays.flat[F_COUNTS_LATENESS]
    facts[WORST_COUNT] = arrays.flat[F_WORST_COUNT]
    facts[IS_SIMPLE] = (
        facts[IS_REGULAR]
        and not (facts[HAS_GAPS] or facts[HAS_TERMS] or facts[WORST_COUNT])
        and not any(measure is Measure.LATE_RETURN for route in problem.routes for measure, _ in route.prices)
    )
    facts[LONGEST_CASCADE] = _STEPS_PER_VISIT * len(problem.visits) + 64
    return facts


def is_regular(problem: Problem) -> bool:
    """Do earliest starts always cost least, so that a route needs no timing of its own?"""
    arrays = packed(problem)
    routes = all(
        not route.breaks
        and {measure for measure, _ in route.prices} <= {*_REGULAR_MEASURES, Measure.LATE_RETURN}
        and {measure for measure, _ in route.caps} <= _REGULAR_MEASURES
        and not any(measure is Measure.LATE_RETURN for measure, _ in route.base)
        for route in problem.routes
    )
    worst = {term.measure for term in problem.worst_prices} <= {*_REGULAR_MEASURES, Measure.LATENESS}
    return routes and worst and bool(arrays.visits[:, V_LATE_ONLY].all())


def companions(tables: Tables, visit: int) -> list[int]:
    """What leaves with a visit: mates it is worth nothing without, and the rest of a small linked group."""
    group = [visit]
    for one in group:
        group += [partner for partner, _, _ in tables.gaps[one] if partner not in group]
    mates = group if len(group) <= _SMALL_GROUP else [visit]
    for one in mates:
        for relation in tables.relations[one]:
            partner = relation.second if relation.first == one else relation.first
            if relation.both_or_none and partner not in mates:
                mates.append(partner)
    return sorted({*mates} - {visit})


def _near(problem: Problem) -> Int32:
    """By visit, the others by nearness. Remote visits are near to what happens at the same time."""
    count = len(problem.visits)
    kept = min(count, _NEIGHBOURS)
    place = np.array([visit.place for visit in problem.visits], dtype=np.int64)
    opens = np.array([visit.windows[0][0] for visit in problem.visits], dtype=np.int64)
    near = np.zeros((count, kept), dtype=np.int32)
    ways = problem.travel_seconds[0] if problem.routes else problem.travel_seconds.reshape(-1, 1, 1)[0]
    for visit in range(count):
        apart = np.abs(opens - opens[visit])
        way = ways[place[visit], place] + ways[place, place[visit]]
        way = np.where((place < 0) | (place[visit] < 0), apart, way)
        way[visit] = -1
        near[visit] = np.lexsort((np.arange(count), apart, way))[:kept]
    return near


def _rest(tables: Tables) -> Int64:
    rest = np.zeros((len(tables.routes), 1 + MEASURES), dtype=np.int64)
    for index, route in enumerate(tables.routes):
        timed = resting(tables, route)
        rest[index] = timed.price, *timed.measures
    return rest


def _weights(ranks: list[int], base: int) -> list[int]:
    """One more of a class outweighs all of the classes after it (beyond the fifth class, they count alike)."""
    return [0 if rank < 0 else base**rank for rank in ranks]


def _ranks(problem: Problem) -> list[int]:
    """By visit, how many classes are less important; -1 where being left out has a price."""
    classes = sorted({visit.unserved_class for visit in problem.visits if visit.unserved_price is None})[:_MOST_RANKS]
    lowest = len(classes) - 1
    return [
        -1 if visit.unserved_price is not None else lowest - min(bisect_left(classes, visit.unserved_class), lowest)
        for visit in problem.visits
    ]


def _orders(tables: Tables) -> Int64:
    """Keys to sort by, smallest first: longest service, far from the first start, near to it, tightest, first, last."""
    visits = tables.problem.visits
    homes = [route.start for route in tables.routes] or [0]
    seconds = tables.routes[0].seconds if tables.routes else [[0]]
    far = [0 if place < 0 else min(min(seconds[home][place], NEVER) for home in set(homes)) for place in tables.places]
    width = [
        sum(closes - opens + 1 for opens, closes in visit.windows) * (1 + len(tables.allowed_routes[index]))
        for index, visit in enumerate(visits)
    ]
    service = [max(row, default=0) + points for row, points in zip(tables.service, tables.points, strict=True)]
    return np.array(
        [
            [-amount for amount in service],
            [-way for way in far],
            far,
            width,
            [visit.windows[0][0] for visit in visits],
            [-visit.windows[-1][1] for visit in visits],
        ],
        dtype=np.int64,
    ).reshape(6, len(visits))
