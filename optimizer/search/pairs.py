"""Places two linked, waiting visits at once: which routes, which positions, and the moments that suit both.

Every way each of the two could be served alone is known with its price; combinations are tried from the cheapest
sum upwards, so the search can stop when the sum alone is no better than what was found. Seconds and cents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.company import quarrel
from optimizer.linked import allowed_interval, held_intervals
from optimizer.problem import NEVER
from optimizer.search.draft import Draft
from optimizer.search.states import Entry, Found, RouteState, States, longer_hold

_MOST_TRIED = 25
_MOST_ROUTES = 8


@dataclass(slots=True)
class _Best:
    draft: Draft
    difference: int | None = None
    states: tuple[RouteState, ...] = ()

    def offer(self, *states: RouteState) -> None:
        difference = self.draft.joint_difference(states)
        if self.difference is None or difference < self.difference:
            self.difference, self.states = difference, states


def put_pair(draft: Draft, states: States, pair: tuple[int, int]) -> bool:
    """Serve both visits of a pair with a gap between them, or change nothing and say so."""
    search = _Pair(draft, states, pair)
    best = _Best(draft)
    search.apart(best)
    search.on_one_route(best)
    for state in best.states:
        draft.put(state)
    return best.difference is not None


class _Pair:
    def __init__(self, draft: Draft, states: States, pair: tuple[int, int]) -> None:
        self.draft, self.states, self.pair = draft, states, pair
        self.tables = states.tables
        gaps = [(least, most) for partner, least, most in self.tables.gaps[pair[0]] if partner == pair[1]]
        self.least = max((least for least, _ in gaps), default=-NEVER)
        self.relief = draft.peaks.relief
        self.most = min((most for _, most in gaps), default=NEVER)

    def apart(self, best: _Best) -> None:
        """The two on different routes, each route timed for itself with the visit held around its moment."""
        ones, others = (self._entries(visit) for visit in self.pair)
        if not ones or not others:
            return
        tried = 0
        for one, other in self._combinations(ones, others):
            least = one.difference + other.difference - self.relief
            if tried >= _MOST_TRIED or (best.difference is not None and least >= best.difference):
                break
            if not self._get_along(one.route, other.route):
                continue
            tried += 1
            for moments in self._moments(one, other):
                self._try(best, one, other, moments)

    def _entries(self, visit: int) -> list[Entry]:
        found = [entry for state in self._nearest(visit) for entry in self.states.entries(state, visit)]
        found.sort()
        return found

    def _nearest(self, visit: int) -> list[RouteState]:
        """The routes that may take the visit, those with the lowest bound."""
        bounds = []
        for route in self.tables.allowed_routes[visit]:
            state = self.draft.routes[route]
            bound = self.states.bound(state, visit)
            if bound is not None and quarrel(self.tables, visit, route, self.draft.where) is None:
                bounds.append((bound, route))
        return [self.draft.routes[route] for _, route in sorted(bounds)[:_MOST_ROUTES]]

    def _combinations(self, ones: Sequence[Entry], others: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
        """All pairs of entries that can meet in time, by rising sum of their prices."""
        pairs = [
            (one.difference + other.difference, i, j)
            for i, one in enumerate(ones)
            for j, other in enumerate(others)
            if one.route != other.route
            and other.soonest - one.latest <= self.most
            and other.latest - one.soonest >= self.least
        ]
        pairs.sort()
        yield from ((ones[i], others[j]) for _, i, j in pairs)

    def _get_along(self, one: int, other: int) -> bool:
        return quarrel(self.tables, self.pair[0], one, {self.pair[1]: other}) is None

    def _moments(self, one: Entry, other: Entry) -> list[tuple[int, int]]:
        """The least common moments, and those nearest to when either route would rather come."""
        soonest = max(one.soonest, other.soonest - self.most)
        options = {(soonest, max(other.soonest, soonest + self.least))}
        first = min(max(one.start, soonest), one.latest)
        options.add((first, min(max(other.soonest, first + self.least, other.start), first + self.most)))
        second = min(max(other.start, soonest + self.least, other.soonest), other.latest)
        options.add((max(second - self.most, min(max(one.start, soonest), second - self.least)), second))
        return sorted((a, b) for a, b in options if a >= 0 and self.least <= b - a <= self.most)

    def _try(self, best: _Best, one: Entry, other: Entry, moments: tuple[int, int]) -> None:
        first, second = self.pair
        holds = held_intervals(self.tables, {first: moments[0], second: moments[1]}, self.pair)
        grown = self._grown(one, first, holds.get(first))
        if grown is None:
            return
        least = grown.difference + other.difference - self.relief
        if best.difference is not None and least >= best.difference:
            return
        beside = self._grown(other, second, holds.get(second))
        if beside is not None:
            best.offer(grown.state, beside.state)

    def _grown(self, entry: Entry, visit: int, interval: tuple[int, int] | None) -> Found | None:
        old = self.draft.routes[entry.route]
        stops = (*old.stops[: entry.position], visit, *old.stops[entry.position :])
        state = self.states.get(entry.route, stops, longer_hold(old.hold, visit, interval))
        return None if state is None else Found(state.price - old.price, state)

    def on_one_route(self, best: _Best) -> None:
        """The two on one route, the first where it is cheapest, the second within its reach."""
        first, second = self.pair
        others = {state.index for state in self._nearest(second)}
        for route in (state.index for state in self._nearest(first)):
            if route not in others or not self._get_along(route, route):
                continue
            found = self._both(route, first, second)
            if found is not None:
                best.offer(found.state)

    def _both(self, route: int, first: int, second: int) -> Found | None:
        old = self.draft.routes[route]
        alone = self.states.best(old, first)
        if alone is None:
            return None
        start = alone.state.start_of(first)
        interval = allowed_interval(self.tables, second, {first: start})
        still = self.states.get(route, alone.state.stops, longer_hold(old.hold, first, (start, start)))
        found = None if interval is None or still is None else self.states.best(still, second, interval)
        if found is None:
            return None
        starts = {visit: found.state.start_of(visit) for visit in self.pair}
        hold = tuple(sorted({**dict(found.state.hold), **held_intervals(self.tables, starts, self.pair)}.items()))
        state = self.states.get(route, found.state.stops, hold) or found.state
        return Found(state.price - old.price, state)
