"""Where the relaxed problem and the real one agree on which of two routes is the cheaper one."""

from __future__ import annotations

from optimizer.curves import StartPricing
from optimizer.problem import Measure, Problem


def is_exact(problem: Problem) -> bool:
    """Nothing links the starts of two routes, and timing a route leaves nothing to choose."""
    if any(relation.min_gap is not None or relation.max_gap is not None for relation in problem.relations):
        return False
    if any(rate for worst in problem.worst_prices for _, rate in worst.curve.steps):
        return False
    if any(
        route.breaks or any(measure is Measure.IDLE for measure, _ in (*route.prices, *route.caps))
        for route in problem.routes
    ):
        return False
    return all(
        len(visit.windows) == 1 and (not visit.start_prices or StartPricing(visit.start_prices).is_late_only)
        for visit in problem.visits
    )
