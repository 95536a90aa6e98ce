"""Takes over a plan that exists, also one that has become impossible: what breaks a hard limit is taken out.

Takes out as little as it easily can, and never repairs by moving a visit: that is the search's work.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.company import misses_its_mate, quarrel
from optimizer.evaluate import evaluate
from optimizer.linked import linked_groups
from optimizer.route_timing import schedule
from optimizer.solution import Solution
from optimizer.tables import Tables
from optimizer.timing import timed

Orders = list[list[int]]


def possible_part(tables: Tables, warm: Solution) -> Solution:
    """The plan itself when it is without fault, else what can be kept of its orders, timed anew."""
    if evaluate(tables.problem, warm).is_feasible:
        return warm
    orders = _once_and_allowed(tables, warm)
    orders = [_timely(tables, route, order) for route, order in enumerate(orders)]
    _part_quarrels(tables, orders)
    _leave_mates(tables, orders)
    while (found := timed(tables.problem, orders)) is None:
        where = _where(orders)
        linked = [visit for group in linked_groups(tables, where) for visit in group]
        _drop(orders, linked[-1:] or [max(where)])
        _leave_mates(tables, orders)
    return found


def _once_and_allowed(tables: Tables, warm: Solution) -> Orders:
    seen: set[int] = set()
    orders: Orders = []
    for route, tour in enumerate(warm.tours):
        order = []
        for visit in tour.visits:
            if visit not in seen and route in tables.allowed_routes[visit]:
                seen.add(visit)
                order.append(visit)
        orders.append(order)
    return orders


def _timely(tables: Tables, route: int, order: list[int]) -> list[int]:
    """The order without what makes it impossible: one visit if one is enough, else whatever does not fit in turn."""
    table = tables.routes[route]
    if not order or schedule(tables, table, order) is not None:
        return order
    options = []
    for at in range(len(order)):
        shorter = [*order[:at], *order[at + 1 :]]
        if shorter and (timing := schedule(tables, table, shorter)) is not None:
            options.append((timing.price, shorter))
    if options:
        return min(options)[1]
    kept: list[int] = []
    for visit in order:
        if schedule(tables, table, [*kept, visit]) is not None:
            kept.append(visit)
    return kept


def _part_quarrels(tables: Tables, orders: Orders) -> None:
    where = _where(orders)
    for visit in sorted(where):
        if quarrel(tables, visit, where[visit], where) is not None:
            del where[visit]
            _drop(orders, [visit])


def _leave_mates(tables: Tables, orders: Orders) -> None:
    where = _where(orders)
    while lonely := [visit for visit in sorted(where) if misses_its_mate(tables, visit, where)]:
        _drop(orders, lonely)
        where = _where(orders)


def _drop(orders: Orders, visits: Iterable[int]) -> None:
    gone = set(visits)
    for order in orders:
        order[:] = [visit for visit in order if visit not in gone]


def _where(orders: Orders) -> dict[int, int]:
    return {visit: route for route, order in enumerate(orders) for visit in order}
