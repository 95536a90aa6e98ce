"""The facts of a case: where and when its routes begin and end, how time is cut into buckets, and what labels count.

Single numbers in the columns `F_...` of `label_layout`; no price of a visit or a way. Seconds and fine costs.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from optimizer.bound.price_lines import PriceLines
from optimizer.bound.relaxed_route import RelaxedRoute
from optimizer.bound.route_prices import RoutePrices
from optimizer.kernel import label_layout as lay
from optimizer.kernel.packed import Int64
from optimizer.problem import NEVER, Measure

_FEWEST_BUCKETS, _MOST_BUCKETS = 48, 512
_PASSES = 40
_RATES = 2**28


def case_facts(relaxed: RelaxedRoute, prices: RoutePrices, lines: PriceLines, quickest: int) -> Int64:
    """`quickest` is the least number of seconds from one visit to the next."""
    route, facts = relaxed.route, np.zeros(lay.F_COUNT, dtype=np.int64)
    facts[lay.F_START], facts[lay.F_END] = route.start_place, route.end_place
    facts[lay.F_OPENS], facts[lay.F_CLOSES] = route.opens, relaxed.closes
    facts[lay.F_SOFT_CLOSES] = route.soft_closes
    facts[lay.F_LATEST_LEAVE] = relaxed.closes if route.departed is None else route.opens
    facts[lay.F_SPAN] = relaxed.began
    facts[lay.F_WAIT_RATE] = _wait_rate(relaxed, prices)
    facts[lay.F_SPAN_USE] = 2 if lines.paid >= 0 else int(any(pause.after > 0 for pause in route.breaks))
    facts[lay.F_SCALE] = relaxed.scale
    facts[lay.F_SHIFT] = shift = _shift(relaxed, quickest)
    facts[lay.F_BUCKETS] = 1 + (_last(relaxed) >> shift)
    facts[lay.F_PASSES] = 1 if quickest >= 1 << shift else _PASSES
    facts[lay.F_MOST_STOPS] = _most_stops(relaxed)
    facts[lay.F_PAID_LINES], facts[lay.F_LATE_LINES] = lines.paid, lines.late
    facts[lay.F_TRACKED] = len(lines.tracked)
    rounded = sum(curve.per > 1 for _, curve in route.prices)
    facts[lay.F_MARGIN] = (rounded + 1) * relaxed.scale if rounded else 0
    facts[lay.F_DEPARTED] = int(route.departed is not None)
    return facts


def _wait_rate(relaxed: RelaxedRoute, prices: RoutePrices) -> int:
    wait = Fraction(0)
    if relaxed.models_breaks or not relaxed.route.breaks:
        wait = prices.rate(Measure.WAIT) + prices.rate(Measure.PAID)
    return min(wait.numerator * relaxed.scale // wait.denominator, _RATES)


def _shift(relaxed: RelaxedRoute, quickest: int) -> int:
    """Short enough that no visit follows another within a bucket, where that leaves few enough."""
    last = _last(relaxed)
    longest = max(1, min(quickest, last // _FEWEST_BUCKETS))
    return max(longest.bit_length() - 1, (last // _MOST_BUCKETS).bit_length())


def _last(relaxed: RelaxedRoute) -> int:
    """The last start of any visit, counted from the opening."""
    opens = relaxed.route.opens
    return max((end for found in relaxed.pieces.values() for _, end, _ in found), default=opens) - opens


def _most_stops(relaxed: RelaxedRoute) -> int:
    cap = relaxed.caps.get(Measure.VISITS, NEVER) - relaxed.base[Measure.VISITS]
    return max(0, min(len(relaxed.pieces), cap))
