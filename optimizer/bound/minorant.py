"""Prices of what a route adds up to, from below: the highest convex function that never passes them.

Amounts are those of the measure, prices fine costs (cents times a scale). A curve rounds to whole cents, up or down;
for each that may round down, half a cent is taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from optimizer.kernel.label_layout import INFINITE, MOST_LINES, N_COLUMNS
from optimizer.problem import Curve

_STEEPEST = 2**28
"""Fine cost of a unit at most, so that no product with an amount of 31 bits leaves 60."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minorant:
    """`price(first)` is `start`; `slopes` are (from amount, exact price of a unit), rising, in cents."""

    first: int
    start: Fraction
    slopes: tuple[tuple[int, Fraction], ...]

    @property
    def is_straight(self) -> bool:
        return len(self.slopes) == 1

    @property
    def slope(self) -> Fraction:
        """The price of each of the first units."""
        return self.slopes[0][1]

    def corners(self) -> list[tuple[int, Fraction]]:
        found = [(self.first, self.start)]
        for (amount, slope), (until, _) in pairwise(self.slopes):
            found.append((until, found[-1][1] + slope * (until - amount)))
        return found

    def row(self, measure: int, base: int, cap: int, scale: int) -> list[int]:
        """The row of `RouteCase.lines`."""
        corners = self.corners()
        lines: list[int] = []
        for _, slope in self.slopes[:MOST_LINES]:
            rate = min(_floor(slope * scale), _STEEPEST)
            lines += [min(_floor(price * scale) - rate * amount for amount, price in corners), rate]
        row = [measure, base, cap, len(lines) // 2, *lines]
        return row + [0] * (N_COLUMNS - len(row))


def minorant(curves: Sequence[Curve], first: int, last: int) -> Minorant:
    """The sum of `curves` for amounts in [first, last], from below."""
    last = max(last, first + 1)
    bends = {first, last, *(start for curve in curves for start, _ in curve.steps if first < start < last)}
    hull: list[tuple[int, Fraction]] = []
    for amount in sorted(bends):
        point = amount, sum((_exact(curve, amount) for curve in curves), Fraction(0))
        while len(hull) > 1 and _slope(hull[-2], hull[-1]) >= _slope(hull[-2], point):
            hull.pop()
        hull.append(point)
    slopes = tuple((one[0], _slope(one, other)) for one, other in pairwise(hull))
    rounding = Fraction(sum(curve.per > 1 for curve in curves), 2)
    return Minorant(first=first, start=hull[0][1] - rounding, slopes=slopes)


def fine(price: Fraction | int, scale: int) -> int:
    """A price in fine costs, rounded down and kept small enough to add up."""
    return max(-INFINITE // 64, min(_floor(price * scale), INFINITE // 64))


def _exact(curve: Curve, value: int) -> Fraction:
    """The curve before it is rounded."""
    total = 0
    for index, (start, rate) in enumerate(curve.steps):
        end = curve.steps[index + 1][0] if index + 1 < len(curve.steps) else value
        total += rate * max(0, min(value, end) - start)
    return Fraction(total, curve.per)


def _slope(one: tuple[int, Fraction], other: tuple[int, Fraction]) -> Fraction:
    return (other[1] - one[1]) / (other[0] - one[0])


def _floor(price: Fraction | int) -> int:
    return price.numerator // price.denominator
