"""Takes over a plan that exists, also one that has become impossible: what breaks a hard limit is taken out.

Takes out as little as it easily can, and never repairs by moving a visit: that is the search's work.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.company import misses_its_mate, quarrel
from optimizer.evaluate import evaluate
from optimizer.linked import linked_groups
from optimizer.search.draft import Draft
from optimizer.search.retime import drafted
from optimizer.search.states import States
from optimizer.solution import Solution

Orders = list[list[int]]


def warm_draft(states: States, warm: Solution) -> tuple[Draft, tuple[int, ...]]:
    """The plan as a draft, and the visits that had to be released."""
    draft = _as_it_is(states, warm) or _mended(states, warm)
    return draft, tuple(sorted(warm.served() - draft.where.keys()))


def _as_it_is(states: States, warm: Solution) -> Draft | None:
    if not evaluate(states.tables.problem, warm).is_feasible:
        return None
    starts = {visit: start for tour in warm.tours for visit, start in zip(tour.visits, tour.starts, strict=True)}
    orders = [tour.visits for tour in warm.tours]
    return drafted(states, orders, starts) or drafted(states, orders)


def _mended(states: States, warm: Solution) -> Draft:
    orders = _once_and_allowed(states, warm)
    orders = [_timely(states, route, order) for route, order in enumerate(orders)]
    _part_quarrels(states, orders)
    _leave_mates(states, orders)
    while (draft := drafted(states, orders)) is None:
        where = _where(orders)
        linked = [visit for group in linked_groups(states.tables, where) for visit in group]
        _drop(orders, linked[-1:] or [max(where)])
        _leave_mates(states, orders)
    return draft


def _once_and_allowed(states: States, warm: Solution) -> Orders:
    seen: set[int] = set()
    orders: Orders = []
    for route, tour in enumerate(warm.tours):
        order = []
        for visit in tour.visits:
            if visit not in seen and route in states.tables.allowed_routes[visit]:
                seen.add(visit)
                order.append(visit)
        orders.append(order)
    return orders


def _timely(states: States, route: int, order: list[int]) -> list[int]:
    """The order without what makes it impossible: one visit if one is enough, else whatever does not fit in turn."""
    if states.get(route, tuple(order)) is not None:
        return order
    shorter = ([*order[:at], *order[at + 1 :]] for at in range(len(order)))
    options = [(state.price, list(state.stops)) for one in shorter if (state := states.get(route, tuple(one)))]
    if options:
        return min(options)[1]
    kept: list[int] = []
    for visit in order:
        if states.get(route, (*kept, visit)) is not None:
            kept.append(visit)
    return kept


def _part_quarrels(states: States, orders: Orders) -> None:
    where = _where(orders)
    for visit in sorted(where):
        if quarrel(states.tables, visit, where[visit], where) is not None:
            del where[visit]
            _drop(orders, [visit])


def _leave_mates(states: States, orders: Orders) -> None:
    where = _where(orders)
    while lonely := [visit for visit in sorted(where) if misses_its_mate(states.tables, visit, where)]:
        _drop(orders, lonely)
        where = _where(orders)


def _drop(orders: Orders, visits: Iterable[int]) -> None:
    gone = set(visits)
    for order in orders:
        order[:] = [visit for visit in order if visit not in gone]


def _where(orders: Orders) -> dict[int, int]:
    return {visit: route for route, order in enumerate(orders) for visit in order}
