"""Start times for given orders of stops on all routes, with everything that links them.

The starts are first the least ones: a forward pass per route, where a gap that is too short pushes its second
visit, one that is too long its first, until nothing moves (the least fixpoint of a monotone system) or a window
closes. Then each linked visit is held around its start, which frees the routes from each other, and they are
timed one by one for price; at last whole groups of linked visits are shifted where that is cheaper.
Whole seconds. Pure and deterministic. Routes without links are touched once and never influence another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence

from optimizer.linked import Interval, held_intervals, linked_groups
from optimizer.problem import NEVER, Problem
from optimizer.route_timing import schedule, soonest
from optimizer.schedule import NOTHING_HELD, Schedule
from optimizer.solution import Solution
from optimizer.tables import Tables, tables_of

Orders = Sequence[Sequence[int]]
"""One sequence of visit indexes per route."""
_SWEEPS = 3


class Timetable:
    """The orders of all routes with their schedules and the intervals that hold linked visits."""

    __slots__ = ("held", "orders", "schedules", "tables")

    def __init__(self, tables: Tables, orders: Orders) -> None:
        self.tables = tables
        self.orders = [tuple(order) for order in orders]
        self.held: dict[int, Interval] = {}
        self.schedules: dict[int, Schedule] = {}

    def solution(self) -> Solution:
        return Solution(tours=tuple(self.schedules[route].tour(order) for route, order in enumerate(self.orders)))

    def starts(self, routes: Iterable[int]) -> dict[int, int]:
        return {
            visit: start
            for route in routes
            for visit, start in zip(self.orders[route], self.schedules[route].starts, strict=False)
        }


def timed(problem: Problem, orders: Orders) -> Solution | None:
    """The solution with these orders, or nothing when no times can satisfy every hard limit on it."""
    found = timetable(tables_of(problem), orders)
    return None if found is None else found.solution()


def timetable(
    tables: Tables, orders: Orders, starts: Mapping[int, int] | None = None, *, only: Collection[int] | None = None
) -> Timetable | None:
    """As `timed`; `starts` are the starts of linked visits to hold on to, where they are known to fit.

    With `only`, no other routes are timed; none of theirs may be linked to these.
    """
    table = Timetable(tables, orders)
    where = {visit: route for route, order in enumerate(table.orders) for visit in order}
    groups = linked_groups(tables, where)
    if groups:
        linked = [visit for group in groups for visit in group]
        anchors = starts if starts is not None else _least_starts(tables, table.orders, where, linked)
        if anchors is None:
            return None
        table.held = held_intervals(tables, {visit: anchors[visit] for visit in linked}, linked)
    for route in range(len(tables.routes)) if only is None else sorted(only):
        found = schedule(tables, tables.routes[route], table.orders[route], table.held)
        if found is None:
            return None
        table.schedules[route] = found
    for _ in range(_SWEEPS):
        shifted = [_shift_group(table, group, where) for group in groups]
        if not any(shifted):
            break
    return table


def _least_starts(
    tables: Tables, orders: Sequence[tuple[int, ...]], where: Mapping[int, int], linked: Sequence[int]
) -> dict[int, int] | None:
    """The least starts of all linked visits, or nothing when gaps and windows cannot be met together."""
    least = dict.fromkeys(linked, 0)
    starts: dict[int, int] = {}
    waiting = deque(sorted({where[visit] for visit in linked}))
    jumps = sum(len(tables.windows[visit][where[visit]]) for visit in where)
    rounds = (jumps + 1) * (len(waiting) + 1)
    while waiting and rounds:
        rounds -= 1
        route = waiting.popleft()
        found = soonest(tables, tables.routes[route], orders[route], {v: (least[v], NEVER) for v in linked})
        if found is None:
            return None
        starts.update((v, start) for v, start in zip(orders[route], found, strict=False) if v in least)
        for other in _push_partners(tables, [v for v in orders[route] if v in least], starts, least):
            if where[other] not in waiting:
                waiting.append(where[other])
    return None if waiting else starts


def _push_partners(
    tables: Tables, visits: Sequence[int], starts: Mapping[int, int], least: dict[int, int]
) -> list[int]:
    pushed = []
    for visit in visits:
        for partner, gap, _ in tables.gaps[visit]:
            if partner in least and starts[visit] + gap > max(least[partner], starts.get(partner, 0)):
                least[partner] = starts[visit] + gap
                pushed.append(partner)
    return pushed


def _shift_group(table: Timetable, group: Sequence[int], where: Mapping[int, int]) -> bool:
    """Move a whole group to where one of its visits would rather be, if all its routes together gain by it."""
    routes = sorted({where[visit] for visit in group})
    starts = {visit: start for visit, start in table.starts(routes).items() if visit in set(group)}
    improved = False
    for shift in sorted({*_wished_shifts(table, routes, starts), 0}):
        moved = {visit: start + shift for visit, start in starts.items()}
        held = {**table.held, **held_intervals(table.tables, moved, group)}
        found = [schedule(table.tables, table.tables.routes[route], table.orders[route], held) for route in routes]
        kept = [option for option in found if option is not None]
        if len(kept) < len(routes):
            continue
        if sum(option.price for option in kept) < sum(table.schedules[route].price for route in routes):
            table.held = held
            for route, option in zip(routes, kept, strict=True):
                table.schedules[route] = option
            improved = True
    return improved


def _wished_shifts(table: Timetable, routes: Sequence[int], starts: Mapping[int, int]) -> list[int]:
    shifts = []
    for route in routes:
        others = {visit: interval for visit, interval in table.held.items() if visit not in starts}
        free = schedule(table.tables, table.tables.routes[route], table.orders[route], others or NOTHING_HELD)
        if free is not None:
            wished = zip(table.orders[route], free.starts, strict=False)
            shifts += [start - starts[visit] for visit, start in wished if visit in starts]
    return shifts
