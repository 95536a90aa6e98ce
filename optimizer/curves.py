"""Price curves as plain functions, made once and called often. Same values as `Curve`; pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce

from optimizer.problem import NEVER, Curve, StartPrice

PriceOf = Callable[[int], int]


def nothing(_: int) -> int:
    return 0


@lru_cache(maxsize=4096)
def price_of(curve: Curve) -> PriceOf:
    """The curve as a function of a whole number."""
    if not any(rate for _, rate in curve.steps):
        return nothing
    if len(curve.steps) == 1:
        return _line(curve.steps[0][0], curve.steps[0][1], curve.per)
    return _polyline(curve)


def _line(start: int, rate: int, per: int) -> PriceOf:
    if per == 1:
        return lambda value: rate * (value - start) if value > start else 0
    twice, double = 2 * rate, 2 * per
    return lambda value: (twice * (value - start) + per) // double if value > start else 0


def _polyline(curve: Curve) -> PriceOf:
    starts = [start for start, _ in curve.steps]
    rates = [rate for _, rate in curve.steps]
    before = [0]
    for index in range(1, len(starts)):
        before.append(before[-1] + rates[index - 1] * (starts[index] - starts[index - 1]))
    per, double, last = curve.per, 2 * curve.per, len(starts) - 1

    def polyline(value: int) -> int:
        step = last
        while step >= 0 and value <= starts[step]:
            step -= 1
        return 0 if step < 0 else (2 * (before[step] + rates[step] * (value - starts[step])) + per) // double

    return polyline


class StartPricing:
    """All start prices of one visit: `at` is their sum, `moments` are where a better start may lie.

    `is_late_only`: the price never falls as the start moves later, so the earliest start is the cheapest.
    """

    __slots__ = ("_prices", "at", "corners", "is_late_only", "moments")

    def __init__(self, prices: tuple[StartPrice, ...]) -> None:
        self._prices = tuple(price for price in prices if price.late.steps)
        self.at: PriceOf = reduce(_both, [_part(price) for price in prices]) if prices else nothing
        self.is_late_only = all(
            price.applies_until >= NEVER and (price_of(price.early) is nothing or price.early_before <= 0)
            for price in prices
        )
        self.moments = tuple(sorted({moment for price in prices for moment in _moments(price)}))
        self.corners = tuple(sorted({corner for price in prices for corner in _corners(price)}))

    def least_from(self, start: int) -> int:
        """The least price of any start that is not before this one (give or take the rounding of a cent)."""
        least = self.at(start)
        if least and not self.is_late_only:
            for corner in self.corners:
                if corner > start:
                    least = min(least, self.at(corner))
        return least

    def lateness(self, start: int) -> int:
        worst = 0
        for price in self._prices:
            if start - price.late_after > worst and price.applies_from <= start < price.applies_until:
                worst = start - price.late_after
        return worst


def _part(price: StartPrice) -> PriceOf:
    early, late = price_of(price.early), price_of(price.late)
    early_before, late_after = price.early_before, price.late_after
    since, until = price.applies_from, price.applies_until
    if since <= 0 and until >= NEVER and early is nothing:
        return lambda start: late(start - late_after) if start > late_after else 0

    def part(start: int) -> int:
        if not since <= start < until:
            return 0
        total = early(early_before - start) if start < early_before else 0
        return total + late(start - late_after) if start > late_after else total

    return part


def _both(one: PriceOf, other: PriceOf) -> PriceOf:
    return lambda start: one(start) + other(start)


def _moments(price: StartPrice) -> tuple[int, ...]:
    moments = []
    if price.early.steps:
        moments.append(price.early_before)
    if price.late.steps and price.late_after < NEVER:
        moments.append(price.late_after)
    if price.applies_from > 0:
        moments.append(price.applies_from)
    if price.applies_until < NEVER:
        moments.append(price.applies_until)
    return tuple(moments)


def _corners(price: StartPrice) -> tuple[int, ...]:
    """Where the price bends or jumps: between two corners it only rises or only falls."""
    bends = [price.early_before - start for start, _ in price.early.steps]
    bends += [price.late_after + start for start, _ in price.late.steps]
    since, until = price.applies_from, price.applies_until
    return (*bends, since - 1, since, until - 1, until)
