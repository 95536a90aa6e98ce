"""The route pool: what all chains and the bound have met, the most promising first. Bounded and deterministic."""

from __future__ import annotations

import numpy as np

from optimizer.kernel.column import Column
from optimizer.kernel.pool import E_COUNT, E_OFFSET, E_PRICE, E_ROUTE, E_WORTH, Pool, empty

_MOST_KEPT = 6_000
_TAKEN_EACH = 4_000


class Routes:
    """For each route and set of visits the cheapest order known, with the price of the best plan it was part of."""

    def __init__(self) -> None:
        self._columns: dict[tuple[int, frozenset[int]], tuple[int, int, Column]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._columns)

    def gather(self, pool: Pool) -> None:
        """Move the best of a chain's pool over here, and empty it."""
        entries = pool.entries[: pool.used[0]]
        for number in np.argsort(entries[:, E_WORTH], kind="stable")[:_TAKEN_EACH]:
            entry = entries[number]
            at = int(entry[E_OFFSET])
            stops = tuple(pool.stops[at : at + int(entry[E_COUNT])].tolist())
            self.add(Column(int(entry[E_ROUTE]), stops, int(entry[E_PRICE])), worth=int(entry[E_WORTH]))
        empty(pool)

    def add(self, column: Column, *, worth: int) -> None:
        key = (column.route, frozenset(column.stops))
        known = self._columns.get(key)
        self._count += 1
        if known is None:
            self._columns[key] = worth, self._count, column
        else:
            self._columns[key] = min(worth, known[0]), known[1], min(column, known[2], key=lambda one: one.price)

    def best(self, most: int) -> list[Column]:
        """The most promising routes; the others are forgotten when there are too many."""
        ranked = sorted(self._columns.items(), key=lambda item: item[1][:2])
        if len(ranked) > _MOST_KEPT:
            ranked = ranked[:_MOST_KEPT]
            self._columns = dict(ranked)
        return [column for _, (_, _, column) in ranked[:most]]
