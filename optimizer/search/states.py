"""Single routes with their times and prices, each made once: the memory of the search.

A plan changes a few routes at a time, so the same route with the same stops comes back thousands of times. Its
schedule, and where each other visit fits in best, are kept here. Whole seconds and cents; deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from optimizer.course import Course
from optimizer.linked import Interval
from optimizer.route_timing import resting, schedule, tour_of
from optimizer.search.room import Room
from optimizer.solution import Tour
from optimizer.stop_times import Schedule
from optimizer.tables import RouteTable, Tables

Hold = tuple[tuple[int, Interval], ...]
"""The stops of one route whose start is held, by visit index."""
_MOST_KEPT = 30_000
_MOST_ENTRIES = 3


class Found(NamedTuple):
    """The best way to take one more visit, and what it costs."""

    difference: int
    state: RouteState


class Entry(NamedTuple):
    """One way to take a linked visit: its start when left alone, and the bounds it may move between."""

    difference: int
    route: int
    position: int
    start: int
    soonest: int
    latest: int


class RouteState:
    """One route serving these stops in this order. What is asked of it is remembered with it."""

    __slots__ = ("bounds", "entries", "found", "hold", "index", "measures", "price", "room", "route", "stops", "timed")

    def __init__(self, route: RouteTable, stops: tuple[int, ...], hold: Hold, timed: Schedule) -> None:
        self.route, self.index = route, route.index
        self.stops, self.hold, self.timed = stops, hold, timed
        self.price, self.measures = timed.price, timed.measures
        self.room: Room | None = None
        self.found: dict[tuple[int, Interval | None], Found | None] = {}
        self.bounds: dict[tuple[int, Interval | None], int | None] = {}
        self.entries: dict[int, list[Entry]] = {}

    @property
    def is_used(self) -> bool:
        return bool(self.stops) or self.route.began is not None

    def start_of(self, visit: int) -> int:
        return self.timed.starts[self.stops.index(visit)]


class States:
    """Makes route states and remembers them. Forgets all but those in use when there are too many."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._known: dict[tuple[int, tuple[int, ...], Hold], RouteState | None] = {}
        self.at_rest = [RouteState(route, (), (), resting(tables, route)) for route in tables.routes]

    def get(self, route: int, stops: tuple[int, ...], hold: Hold = ()) -> RouteState | None:
        """The route with these stops, or nothing when no times satisfy its hard limits."""
        if not stops:
            return self.at_rest[route]
        key = (route, stops, hold)
        if key not in self._known:
            table = self.tables.routes[route]
            timed = schedule(self.tables, table, stops, dict(hold))
            self._known[key] = None if timed is None else RouteState(table, stops, hold, timed)
        return self._known[key]

    def forget(self, kept: Iterable[RouteState]) -> None:
        """Make room when memory is full; states in `kept` stay known."""
        if len(self._known) > _MOST_KEPT:
            self._known = {(state.index, state.stops, state.hold): state for state in kept}
            for state in (*self._known.values(), *self.at_rest):
                if state is not None:
                    state.found.clear()
                    state.entries.clear()
                    state.bounds.clear()

    def bound(self, state: RouteState, visit: int, interval: Interval | None = None) -> int | None:
        """What `best` costs at least; nothing when the clock alone forbids the visit."""
        key = (visit, interval)
        bounds = state.bounds
        if key not in bounds:
            gaps = self._room(state).gaps(visit, interval)
            bounds[key] = gaps[0].bound - state.price if gaps else None
        return bounds[key]

    def best(
        self, state: RouteState, visit: int, interval: Interval | None = None, *, ceiling: int | None = None
    ) -> Found | None:
        """The cheapest position of `visit` (held in `interval`) in the route.

        Nothing when none is feasible, or none costs less than `ceiling`; what was learnt then sharpens `bound`.
        """
        key = (visit, interval)
        found = state.found
        if key in found:
            return found[key]
        best: Schedule | None = None
        at = 0
        for bound, position, _, timing in self._room(state).timings(visit, interval):
            if best is not None and bound >= best.price:
                break
            if best is None and ceiling is not None and bound - state.price >= ceiling:
                state.bounds[key] = bound - state.price
                return None
            timed = timing.completed()
            if timed is not None and (best is None or timed.price < best.price):
                best, at = timed, position
        found[key] = None if best is None else self._grown(state, visit, interval, at, best)
        return found[key]

    def _grown(self, state: RouteState, visit: int, interval: Interval | None, position: int, timed: Schedule) -> Found:
        order = (*state.stops[:position], visit, *state.stops[position:])
        hold = longer_hold(state.hold, visit, interval)
        return Found(timed.price - state.price, self._kept(state.route, order, hold, timed))

    def _kept(self, route: RouteTable, order: tuple[int, ...], hold: Hold, timed: Schedule) -> RouteState:
        key = (route.index, order, hold)
        state = self._known.get(key)
        if state is None:
            state = self._known[key] = RouteState(route, order, hold, timed)
        return state

    def entries(self, state: RouteState, visit: int) -> list[Entry]:
        """The best ways the route could take a linked visit if its partner did not matter, cheapest first."""
        if visit not in state.entries:
            state.entries[visit] = sorted(self._entries(state, visit))
        return state.entries[visit]

    def _entries(self, state: RouteState, visit: int) -> Iterable[Entry]:
        for _, position, gap, timing in self._room(state).timings(visit)[:_MOST_ENTRIES]:
            timed = timing.completed()
            if timed is not None:
                difference = timed.price - state.price
                yield Entry(difference, state.index, position, timed.starts[position], gap.soonest, gap.latest)

    def _room(self, state: RouteState) -> Room:
        if state.room is None:
            state.room = Room(self.tables, state.route, state.stops, dict(state.hold))
        return state.room

    def tour(self, state: RouteState) -> Tour:
        if not state.is_used:
            return Tour()
        course = Course(self.tables, state.route, state.stops, dict(state.hold))
        return tour_of(state.route, state.stops, state.timed, course)


def longer_hold(hold: Hold, visit: int, interval: Interval | None) -> Hold:
    return hold if interval is None else tuple(sorted((*hold, (visit, interval))))
