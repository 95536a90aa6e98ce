"""How hot the search runs and how much it takes out: numbers derived from the problem, in whole cents and counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from optimizer.kernel.anneal import HEAT_SCALE
from optimizer.kernel.frame import HAS_GAPS, IS_REGULAR, WORST_COUNT, Frame
from optimizer.kernel.packed import Int64

_STEPS = 64
_DEAREST_MEAN = 2**36
"""No heat is measured in more than so many cents, so that what is drawn from it stays inside 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """`mean_price` is what a served visit costs in the best plan known; heats, `hot` and `cold`, are measured in it."""

    mean_price: int
    mean_removed: int = 10
    longest_string: int = 10
    blink: int = 30
    most_waiting: int = 16
    penalty_times: int = 10
    hot: Decimal = Decimal("1.2")
    cold: Decimal = Decimal("0.03")

    @property
    def penalty(self) -> int:
        """What an unserved visit weighs when a worse plan is accepted for a while."""
        return self.penalty_times * self.mean_price

    def heats(self, share: Decimal) -> Int64:
        """From `share` of the hottest down to the coldest, by equal factors."""
        start = max(self.cold, share * self.hot)
        fall = self.cold / start
        steps = [start * fall ** (Decimal(step) / (_STEPS - 1)) for step in range(_STEPS)]
        return np.array([int(HEAT_SCALE * self.mean_price * step) for step in steps], dtype=np.int64)

    def heat_at(self, share: Decimal, passed: float) -> Int64:
        """The one heat when this part of a stage is over: for stages measured in time."""
        heats = self.heats(share)
        return heats[min(_STEPS - 1, int(passed * _STEPS)) :][:1]


def tuning_of(frame: Frame, *, served: int, price: int) -> Tuning:
    """For a problem whose best plan so far serves so many visits at this price.

    Linked starts want more heat, since a good move shifts the lateness of many before it pays; where a worst value
    is most of the price, the mean says little and less heat will do. Measured on instances of each kind.
    """
    mean_price = min(_DEAREST_MEAN, max(1, abs(price) // max(1, served)))
    if not frame.facts[IS_REGULAR] and frame.facts[WORST_COUNT]:
        return Tuning(mean_price=mean_price, hot=Decimal("0.3"), cold=Decimal("0.01"))
    if not frame.facts[IS_REGULAR]:
        return Tuning(mean_price=mean_price, hot=Decimal("1.5"), cold=Decimal("0.04"))
    if frame.facts[HAS_GAPS]:
        return Tuning(mean_price=mean_price, hot=Decimal(10), cold=Decimal("0.3"))
    return Tuning(mean_price=mean_price)
