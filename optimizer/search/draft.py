"""A plan in the making: one state per route, and what it costs so far. Changed in place, copied to try things.

Cents; unserved visits are counted by class. Keeps no history: undo is keeping the copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

from optimizer.linked import Interval, held_intervals
from optimizer.problem import LARGEST_PRICE
from optimizer.search.states import Found, RouteState, States
from optimizer.solution import Solution
from optimizer.worst import Peaks, worst_price

Value = tuple[tuple[int, ...], int]
"""As `Evaluation.value`: unserved visits by class, then the price."""


class Draft:
    __slots__ = ("_peaks", "classes", "price", "routes", "states", "unserved", "where")

    def __init__(self, states: States) -> None:
        problem = states.tables.problem
        self.states = states
        self.routes: list[RouteState] = list(states.at_rest)
        self.where: dict[int, int] = {}
        self.price = sum(state.price for state in self.routes)
        self.classes = [visit.unserved_class for visit in problem.visits]
        self.unserved = [0] * problem.classes
        for unserved_class in self.classes:
            self.unserved[unserved_class] += 1
        self._peaks: Peaks | None = None

    def twin(self) -> Draft:
        twin = copy(self)
        twin.routes, twin.where, twin.unserved = self.routes.copy(), self.where.copy(), self.unserved.copy()
        return twin

    def put(self, state: RouteState) -> None:
        """Replace a route; visits it lost are unserved, those it gained are served."""
        index = state.index
        old = self.routes[index]
        if old is state:
            return
        where, classes, unserved = self.where, self.classes, self.unserved
        for visit in old.stops:
            del where[visit]
            unserved[classes[visit]] += 1
        for visit in state.stops:
            where[visit] = index
            unserved[classes[visit]] -= 1
        self.price += state.price - old.price
        self.routes[index] = state
        self._peaks = None

    def restore(self, routes: Sequence[RouteState]) -> None:
        """Put back all routes of an earlier moment."""
        changed = [old for old, state in zip(routes, self.routes, strict=True) if old is not state]
        for old in changed:
            self.put(self.states.at_rest[old.index])
        for old in changed:
            self.put(old)

    @property
    def peaks(self) -> Peaks:
        if self._peaks is None:
            measures = [state.measures for state in self.routes]
            self._peaks = Peaks(self.states.tables, measures, [state.is_used for state in self.routes])
        return self._peaks

    def difference(self, found: Found) -> int:
        """What the whole plan costs more with this insertion, worst values included."""
        if not self.states.tables.worst:
            return found.difference
        peaks = self.peaks
        return found.difference + peaks.price_with(found.state.index, found.state.measures) - peaks.price

    def joint_difference(self, changed: Iterable[RouteState]) -> int:
        """As `difference`, with several routes changed at once."""
        routes = self.routes.copy()
        difference = 0
        for state in changed:
            difference += state.price - routes[state.index].price
            routes[state.index] = state
        tables = self.states.tables
        if not tables.worst:
            return difference
        worst = worst_price(tables, [state.measures for state in routes], [state.is_used for state in routes])
        return difference + worst - self.peaks.price

    def cheapest(self, visit: int, routes: Iterable[RouteState], interval: Interval | None = None) -> Found | None:
        """The cheapest way to serve `visit` on one of `routes`; routes that cannot be cheaper are not looked into."""
        states = self.states
        waiting: list[tuple[int, int, RouteState]] = []
        for state in routes:
            bound = states.bound(state, visit, interval)
            if bound is not None:
                waiting.append((-LARGEST_PRICE if self._holds_a_peak(state) else bound, state.index, state))
        waiting.sort()
        best: Found | None = None
        least = 0
        for bound, _, state in waiting:
            if best is not None and bound >= least:
                break
            ceiling = None if best is None or bound == -LARGEST_PRICE else least
            found = states.best(state, visit, interval, ceiling=ceiling)
            if found is not None and (best is None or self.difference(found) < least):
                best, least = found, self.difference(found)
        return best

    def _holds_a_peak(self, state: RouteState) -> bool:
        return bool(self.states.tables.worst) and self.peaks.is_held_by(state.index)

    @property
    def value(self) -> Value:
        return tuple(self.unserved), self.price + self.peaks.price

    def starts(self, visits: Iterable[int]) -> dict[int, int]:
        """The starts of those visits that are served."""
        return {visit: self.routes[self.where[visit]].start_of(visit) for visit in visits if visit in self.where}

    def rehold(self, group: Sequence[int]) -> bool:
        """Hold the served visits of a linked group around their present starts. False when a route cannot."""
        starts = self.starts(group)
        intervals = held_intervals(self.states.tables, starts, starts)
        for route in sorted({self.where[visit] for visit in starts}):
            state = self.routes[route]
            hold = {visit: interval for visit, interval in state.hold if visit not in starts}
            hold |= {visit: interval for visit, interval in intervals.items() if self.where[visit] == route}
            held = self.states.get(route, state.stops, tuple(sorted(hold.items())))
            if held is None:
                return False
            self.put(held)
        return True

    def solution(self) -> Solution:
        return Solution(tours=tuple(self.states.tour(state) for state in self.routes))
