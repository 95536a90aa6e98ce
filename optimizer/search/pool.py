"""Routes worth remembering: for each route and set of visits the cheapest order met in an accepted plan.

Keeps a bounded number, those from the best plans first. Deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from optimizer.search.draft import Draft, Value
from optimizer.search.states import RouteState

_MOST_KEPT = 12_000


class Pool:
    def __init__(self) -> None:
        self._columns: dict[tuple[int, frozenset[int], tuple[object, ...]], tuple[Value, int, RouteState]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._columns)

    def add(self, draft: Draft, value: Value, routes: Iterable[int]) -> None:
        """Remember these routes of an accepted plan, with the value it had."""
        for index in routes:
            state = draft.routes[index]
            if not state.stops:
                continue
            key = (index, frozenset(state.stops), state.hold)
            known = self._columns.get(key)
            self._count += 1
            if known is None:
                self._columns[key] = value, self._count, state
            else:
                cheaper = state if state.price < known[2].price else known[2]
                self._columns[key] = min(value, known[0]), known[1], cheaper
        if len(self._columns) > 2 * _MOST_KEPT:
            self._columns = dict(sorted(self._columns.items(), key=lambda item: item[1][:2])[:_MOST_KEPT])

    def columns(self, most: int) -> list[RouteState]:
        """At most so many routes, from the best plans first, in the order they were met."""
        ranked = sorted(self._columns.values(), key=itemgetter(0, 1))
        return [state for _, _, state in ranked[:most]]
