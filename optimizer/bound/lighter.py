"""A problem with less in it, whose bound holds for the whole one and is proven in a fraction of the time.

Everything that is left out only ever adds to a price or forbids a plan, so what no plan of the lighter problem beats,
no plan of the whole one does. What stays is what most of a home-health day's price is made of: driving, distance, who
serves whom, windows and shifts.
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.problem import Measure, Problem, Route

_KEPT = {Measure.DRIVE, Measure.METRES}


def lighter(problem: Problem) -> Problem:
    """Without breaks, caps, targets, waiting, overtime, wishes and worst values. The arrays are shared."""
    return replace(
        problem,
        visits=tuple(replace(visit, start_prices=()) for visit in problem.visits),
        routes=tuple(_lighter(route) for route in problem.routes),
        worst_prices=(),
    )


def _lighter(route: Route) -> Route:
    return replace(
        route,
        breaks=(),
        caps=(),
        unused_price=0,
        prices=tuple((measure, curve) for measure, curve in route.prices if measure in _KEPT),
    )
