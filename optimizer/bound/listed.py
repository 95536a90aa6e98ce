"""The relaxed routes that every plan up to some price is made of: what is left to choose from, all plans considered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.bound.level import Goal
from optimizer.bound.master import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Plans of at most `below` cents are made of `paths`, or of cheaper routes through the same visits that are.

    `rests`: fine cost of a plan whose routes all rest, and that leaves out what nobody can serve."""

    goal: Goal
    paths: Sequence[Path]
    below: int
    rests: int

    @property
    def scale(self) -> int:
        return self.goal.scale

    @property
    def elsewhere(self) -> int:
        """Fine cost beyond `rests` of the cheapest plan there may be that is not listed."""
        return (self.below + 1) * self.scale - self.rests

    def cents(self, cost: int) -> int:
        """The price of a plan of this fine cost beyond `rests`, rounded up: prices are whole cents."""
        return -(-(cost + self.rests) // self.scale)
