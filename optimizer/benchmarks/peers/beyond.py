"""What plain route planners have no words for: told beside each of a peer's answers, never dropped silently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.benchmarks.peers.asked import ARC_MEASURES, LOADS
from optimizer.problem import NEVER, NO_PLACE, Problem, Route, Visit


def not_asked(problem: Problem) -> Iterator[str]:
    """What none of the peers is asked, because it has no words for it."""
    routes = problem.routes
    yield from _of_visits(problem.visits)
    if problem.relations:
        yield f"{len(problem.relations)} relations between visits"
    if (problem.pair_price < 0).any():
        yield "pairs that are paid for (as free)"
    if problem.worst_prices:
        yield "prices of the worst value"
    if any(route.departed is not None for route in routes):
        yield "routes that have begun"
    yield from _of_prices(routes)
    yield from _of_caps(routes)


def _of_visits(visits: Sequence[Visit]) -> Iterator[str]:
    if remote := sum(visit.place == NO_PLACE for visit in visits):
        yield f"{remote} remote visits (left unserved)"
    if any(price.early.steps or price.applies_from > 0 or price.applies_until < NEVER
           for visit in visits for price in visit.start_prices):  # fmt: skip
        yield "prices of early starts, or for a part of the day"


def _of_prices(routes: Sequence[Route]) -> Iterator[str]:
    priced = {measure for route in routes for measure, curve in route.prices if any(rate for _, rate in curve.steps)}
    for measure in sorted(priced - set(ARC_MEASURES)):
        yield f"a price of {measure.name.lower().replace('_', ' ')}"
    if any(len(curve.steps) > 1 or (curve.steps and curve.steps[0][0] > 0)
           for route in routes for measure, curve in route.prices if measure in ARC_MEASURES):  # fmt: skip
        yield "driving prices with steps"


def _of_caps(routes: Sequence[Route]) -> Iterator[str]:
    for measure in sorted({measure for route in routes for measure, _ in route.caps} - set(LOADS)):
        yield f"a cap of {measure.name.lower().replace('_', ' ')}"


def has_late_prices(problem: Problem) -> bool:
    return any(price.late.steps for visit in problem.visits for price in visit.start_prices)


def has_classes(problem: Problem) -> bool:
    """Visits of more than one priority."""
    return len({visit.unserved_class for visit in problem.visits if visit.unserved_price is None}) > 1


def has_breaks(problem: Problem) -> bool:
    return any(route.breaks for route in problem.routes)


def has_several_windows(problem: Problem) -> bool:
    return any(len(visit.windows) > 1 for visit in problem.visits)


def told(facts: dict[str, bool]) -> Iterator[str]:
    """The sentences whose fact holds."""
    return (sentence for sentence, holds in facts.items() if holds)
