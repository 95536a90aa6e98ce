"""A problem as Python lists, made once: what insertion and search look up outside the kernels.

Pure: derived from the problem alone and never changed. Seconds, cents, hundredths of points.
"""

from __future__ import annotations

from functools import lru_cache

from optimizer.curves import price_of
from optimizer.problem import NEVER, Problem, Relation, Route

Windows = tuple[tuple[int, int], ...]
Matrix = list[list[int]]


class RouteTable:
    """One route, with its own travel matrix. `began` is when its paid time began, where the day has begun."""

    __slots__ = ("began", "closes", "end", "index", "opens", "seconds", "start")

    def __init__(self, index: int, route: Route, seconds: Matrix) -> None:
        self.index = index
        self.start, self.end = route.start_place, route.end_place
        self.opens, self.closes = route.opens, route.closes
        self.began = route.departed
        self.seconds = seconds


class Tables:
    """One problem. `gaps[v]` has (partner, least, most): least <= start of partner - start of v <= most."""

    __slots__ = (
        "allowed_routes",
        "days",
        "gaps",
        "people",
        "places",
        "points",
        "problem",
        "relations",
        "routes",
        "service",
        "windows",
        "worst",
    )

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        visits = problem.visits
        seconds: list[Matrix] = problem.travel_seconds.tolist()
        self.routes = [RouteTable(index, route, seconds[route.profile]) for index, route in enumerate(problem.routes)]
        self.people = [route.person for route in problem.routes]
        self.days = [route.day for route in problem.routes]
        self.places = [visit.place for visit in visits]
        self.points = [visit.points for visit in visits]
        self.service: list[list[int]] = problem.service_seconds.tolist()
        self.allowed_routes: list[list[int]] = [
            [route for route, is_allowed in enumerate(row) if is_allowed] for row in problem.allowed.tolist()
        ]
        self.windows = [self._windows_by_route(index) for index in range(len(visits))]
        self.worst = tuple(
            (int(term.measure), price_of(term.curve), term.includes_empty) for term in problem.worst_prices
        )
        self.gaps, self.relations = relation_rows(problem)

    def _windows_by_route(self, index: int) -> list[Windows]:
        """The visit's windows on each route, with `latest_end` worked in."""
        visit = self.problem.visits[index]
        if visit.latest_end >= NEVER:
            return [visit.windows] * len(self.routes)
        return [clipped(visit.windows, 0, visit.latest_end - seconds) for seconds in self.service[index]]


def clipped(windows: Windows, least: int, most: int) -> Windows:
    """What is left of `windows` between two moments, both inclusive."""
    return tuple(
        (max(opens, least), min(closes, most)) for opens, closes in windows if max(opens, least) <= min(closes, most)
    )


def relation_rows(
    problem: Problem,
) -> tuple[list[tuple[tuple[int, int, int], ...]], list[tuple[Relation, ...]]]:
    """By visit: its gaps as (partner, least, most), and its relations."""
    gaps: list[list[tuple[int, int, int]]] = [[] for _ in problem.visits]
    relations: list[list[Relation]] = [[] for _ in problem.visits]
    for relation in problem.relations:
        relations[relation.first].append(relation)
        relations[relation.second].append(relation)
        if relation.min_gap is None and relation.max_gap is None:
            continue
        least = -NEVER if relation.min_gap is None else relation.min_gap
        most = NEVER if relation.max_gap is None else relation.max_gap
        gaps[relation.first].append((relation.second, least, most))
        gaps[relation.second].append((relation.first, -most, -least))
    return [tuple(rows) for rows in gaps], [tuple(rows) for rows in relations]


@lru_cache(maxsize=4)
def tables_of(problem: Problem) -> Tables:
    """The tables of a problem, kept for the few problems in use (a problem never changes)."""
    return Tables(problem)
