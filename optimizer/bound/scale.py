"""How finely costs are counted. A power of two, as large as all sums stay far inside 64 bits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.problem import Problem

_FINEST = 16
_LARGEST_RATE = 2**28
_LARGEST_PRICE = 2**50


def fine_scale(problem: Problem) -> int:
    """Fine costs to a cent."""
    rate = max(_rates(problem), default=1)
    price = max(_prices(problem), default=1)
    bits = _FINEST
    while bits and (rate << bits > _LARGEST_RATE or price << bits > _LARGEST_PRICE):
        bits -= 1
    return 1 << bits


def _rates(problem: Problem) -> Iterator[int]:
    """The steepest price of a unit of each curve."""
    for route in problem.routes:
        for _, curve in route.prices:
            yield from (-(-rate // curve.per) for _, rate in curve.steps)


def _prices(problem: Problem) -> Iterator[int]:
    """The largest of single prices."""
    yield int(np.abs(problem.pair_price).max(initial=0))
    yield from (visit.unserved_price or 0 for visit in problem.visits)
    for route in problem.routes:
        yield from (pause.missed_price for pause in route.breaks)
        yield sum(curve(max(0, route.closes - route.opens)) for _, curve in route.prices)
