"""What the worst route or visit costs, over all routes. Whole cents; pure."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.tables import Tables


def worst_price(tables: Tables, measures: Sequence[Sequence[int]], used: Sequence[bool]) -> int:
    """The sum of all worst-value prices; `used` says which routes serve somebody or are on their way."""
    return Peaks(tables, measures, used).price


class Peaks:
    """The two largest values of each worst-value measure, to tell at once what a change of one route means."""

    __slots__ = ("_peaks", "_tables", "price")

    def __init__(self, tables: Tables, measures: Sequence[Sequence[int]], used: Sequence[bool]) -> None:
        self._tables = tables
        self._peaks: list[tuple[int, int, int]] = []
        self.price = 0
        for measure, price_of, includes_empty in tables.worst:
            top = second = 0
            route = -1
            for index, row in enumerate(measures):
                value = row[measure]
                if value <= second or not (used[index] or includes_empty):
                    continue
                if value > top:
                    top, second, route = value, top, index
                else:
                    second = value
            self._peaks.append((top, route, second))
            self.price += price_of(top)

    def price_with(self, route: int, measures: Sequence[int]) -> int:
        """The price were one route to serve somebody with these measures instead."""
        total = 0
        for (measure, price_of, _), (top, holder, second) in zip(self._tables.worst, self._peaks, strict=True):
            others = second if holder == route else top
            value = measures[measure]
            total += price_of(max(value, others))
        return total
