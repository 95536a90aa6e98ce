"""What each measure of a relaxed route costs at least: one exact rate where the price is straight, else a minorant.

Rates and minorants are exact, in cents; nothing is rounded to fine costs here. Amounts are those of the measure.
"""

from __future__ import annotations

from fractions import Fraction

from optimizer.bound.minorant import Minorant, minorant
from optimizer.bound.relaxed_route import RelaxedRoute
from optimizer.problem import NEVER, Curve, Measure

SUMS = (Measure.DRIVE, Measure.METRES, Measure.VISITS, Measure.POINTS)
"""What a label can count along the way."""


class RoutePrices:
    """The minorants of a route's measures; one that costs nothing has none."""

    def __init__(self, relaxed: RelaxedRoute) -> None:
        self._relaxed = relaxed
        self.minorants = {measure: _minorant(relaxed, measure) for measure in _priced(relaxed)}

    def rate(self, measure: Measure) -> Fraction:
        """The price of every unit, where it is the same for all; what is tracked is not in it."""
        found = self.minorants.get(measure)
        if found is None or (measure in SUMS and not found.is_straight):
            return Fraction(0)
        if measure is Measure.PAID and not (found.is_straight and self._relaxed.models_breaks):
            return Fraction(0)
        return found.slope

    def tracks(self, measure: Measure) -> bool:
        """Must labels count it, for its price or its cap?"""
        found = self.minorants.get(measure)
        return measure in self._relaxed.caps or (found is not None and not found.is_straight)

    def tracks_paid(self) -> bool:
        return self._relaxed.models_breaks and self.tracks(Measure.PAID)


def _priced(relaxed: RelaxedRoute) -> list[Measure]:
    if relaxed.free:
        return []
    return sorted({measure for measure, curve in relaxed.route.prices if any(rate for _, rate in curve.steps)})


def _minorant(relaxed: RelaxedRoute, measure: Measure) -> Minorant:
    curves: list[Curve] = [curve for priced, curve in relaxed.route.prices if priced is measure]
    first = relaxed.base[measure] + (relaxed.began if measure is Measure.PAID else 0)
    last = min(first + _most(relaxed, measure), relaxed.caps.get(measure, NEVER * 8))
    return minorant(curves, first, last)


def _most(relaxed: RelaxedRoute, measure: Measure) -> int:
    """No route adds up to more than this."""
    problem, route = relaxed.problem, relaxed.route
    if measure is Measure.VISITS:
        return len(problem.visits)
    if measure is Measure.POINTS:
        return sum(max(0, visit.points) for visit in problem.visits)
    if measure is Measure.METRES:
        metres = problem.travel_metres[route.profile]
        return (len(problem.visits) + 1) * int(metres.max(initial=0))
    home = int(problem.travel_seconds[route.profile, route.start_place, route.end_place])
    return max(0, relaxed.closes - route.opens) + max(0, route.shift[1] - route.shift[0]) + home
