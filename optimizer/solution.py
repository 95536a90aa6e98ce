"""An answer to a `Problem`: who serves what, in which order, starting when. Seconds from the horizon's start."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTaken:
    """Break `which` of its route, taken on arrival at stop `before` (or after the last stop when equal to their
    number), starting at `starts`."""

    which: int
    before: int
    starts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What one route does: visit indexes in order, each with its start. An unused route has no visits.

    `leaves` is when it leaves its start place, `returns` when it reaches its end place; both are 0 for a route
    that has not departed and serves nobody.
    """

    visits: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    breaks: tuple[BreakTaken, ...] = ()
    leaves: int = 0
    returns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One tour per route, in the problem's order. Visits in no tour are unserved."""

    tours: tuple[Tour, ...]

    def starts(self) -> dict[int, int]:
        """When each served visit starts."""
        return {visit: start for tour in self.tours for visit, start in zip(tour.visits, tour.starts, strict=True)}

    def served(self) -> frozenset[int]:
        return frozenset(visit for tour in self.tours for visit in tour.visits)
