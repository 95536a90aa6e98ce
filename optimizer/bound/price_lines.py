"""The lines of a case: prices that labels read from what they count along the way, or from their time at home.

Rows are those of `RouteCase.lines`, in fine costs and the units of each measure. A measure with one rate has a row
for its cap only: its price is already in every stop and every way.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.bound.relaxed_route import RelaxedRoute
from optimizer.bound.route_prices import SUMS, RoutePrices
from optimizer.kernel import label_layout as lay
from optimizer.problem import Measure

_UNCAPPED = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLines:
    """The first rows are those of `tracked`, in order; `paid` and `late` number the rows read at home, or are -1."""

    rows: tuple[list[int], ...]
    tracked: tuple[Measure, ...]
    paid: int
    late: int


def price_lines(relaxed: RelaxedRoute, prices: RoutePrices) -> PriceLines:
    tracked = tuple(measure for measure in SUMS if prices.tracks(measure))
    rows = [_row(relaxed, prices, measure, prices.rate(measure)) for measure in tracked]
    paid = late = -1
    if prices.tracks_paid():
        paid = len(rows)
        rows.append(_row(relaxed, prices, Measure.PAID, prices.rate(Measure.PAID)))
    if Measure.LATE_RETURN in prices.minorants:
        late = len(rows)
        rows.append(_row(relaxed, prices, Measure.LATE_RETURN, Fraction(0)))
    return PriceLines(rows=tuple(rows), tracked=tracked, paid=paid, late=late)


def _row(relaxed: RelaxedRoute, prices: RoutePrices, measure: Measure, rate: Fraction) -> list[int]:
    """`rate` is what is paid for a unit elsewhere."""
    found, base, cap = prices.minorants.get(measure), relaxed.base[measure], relaxed.caps.get(measure, _UNCAPPED)
    if found is None or rate:
        return [int(measure), base, cap, *[0] * (lay.N_COLUMNS - 3)]
    return found.row(int(measure), base, cap, relaxed.scale)


def highest(row: list[int], amount: int) -> int:
    """The highest of the lines at this amount."""
    lines = row[lay.N_LINES : lay.N_LINES + 2 * row[lay.N_COUNT]]
    return max((at + rate * amount for at, rate in zip(lines[::2], lines[1::2], strict=True)), default=0)
