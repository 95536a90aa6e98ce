"""One route as pricing relaxes it: when it is open, what it has already added up to, and when each visit may start.

Everything else of its case is made from this; it holds no price of a measure. Seconds from the horizon's start, and
the units of each measure; prices of starts are fine costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optimizer.bound.pieces import Piece, pieces_of
from optimizer.kernel import label_layout as lay
from optimizer.problem import NEVER, Measure, Problem, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedRoute:
    """`closes` is when it must be home, `pieces` has the starts of every visit it may serve, in the order of visits.

    `base` and `caps` are by measure; `free`: nothing costs anything, only limits count.
    """

    problem: Problem
    index: int
    scale: int
    free: bool
    base: tuple[int, ...]
    caps: Mapping[Measure, int]
    closes: int
    pieces: Mapping[int, list[Piece]]

    @property
    def route(self) -> Route:
        return self.problem.routes[self.index]

    @property
    def began(self) -> int:
        """Seconds since leaving when the free part begins."""
        return 0 if self.route.departed is None else self.route.opens - self.route.departed

    @property
    def models_breaks(self) -> bool:
        return len(self.route.breaks) <= lay.MOST_PAUSES


def relaxed_route(problem: Problem, index: int, open_visits: frozenset[int], *, scale: int, free: bool) -> RelaxedRoute:
    route = problem.routes[index]
    base, caps = _base(route), _caps(route)
    closes = _closes(route, base, caps)
    allowed = problem.allowed[:, index]
    pieces: dict[int, list[Piece]] = {}
    for visit in sorted(open_visits):
        if allowed[visit]:
            service = int(problem.service_seconds[visit, index])
            found = pieces_of(problem.visits[visit], service, route.opens, closes, scale)
            if found:
                pieces[visit] = [(begin, end, 0) for begin, end, _ in found] if free else found
    return RelaxedRoute(
        problem=problem, index=index, scale=scale, free=free, base=base, caps=caps, closes=closes, pieces=pieces
    )


def _base(route: Route) -> tuple[int, ...]:
    base = [0] * len(Measure)
    for measure, amount in route.base:
        base[measure] += amount
    return tuple(base)


def _caps(route: Route) -> dict[Measure, int]:
    return {measure: min(limit for m, limit in route.caps if m is measure) for measure, _ in route.caps}


def _closes(route: Route, base: tuple[int, ...], caps: Mapping[Measure, int]) -> int:
    closes = min(route.closes, NEVER - 1)
    if Measure.LATE_RETURN in caps:
        closes = min(closes, route.soft_closes + caps[Measure.LATE_RETURN] - base[Measure.LATE_RETURN])
    return closes
