"""One more visit in a plan that stands: everywhere it fits, what that costs, and why it does not fit elsewhere.

No search: the other visits keep their routes and order, and their times where they can. The answer is exact: the
price difference is the evaluator's. Whole seconds and cents. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from optimizer.company import misses_its_mate, quarrel
from optimizer.errors import InvalidSolution
from optimizer.kernel.joining import FOUND_MEASURES, Room, join, new_room
from optimizer.kernel.packed import MEASURES, R_CAP_COUNT, R_CLOSES, R_PAUSE_COUNT, Int64, Packed, packed
from optimizer.kernel.standing import Standing, standing, weigh_all
from optimizer.limits import Limit
from optimizer.linked import Interval, allowed_interval
from optimizer.problem import NEVER, Problem
from optimizer.route_timing import schedule
from optimizer.schedule import Schedule
from optimizer.solution import Solution, Tour
from optimizer.tables import Tables, tables_of
from optimizer.timing import timetable
from optimizer.worst import Peaks, worst_price

_WITHOUT_BREAKS = ((R_PAUSE_COUNT, 0),)
_WITHOUT_CAPS = (*_WITHOUT_BREAKS, (R_CAP_COUNT, 0))
_WITHOUT_CLOSING = (*_WITHOUT_CAPS, (R_CLOSES, NEVER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A place for a visit: `position` counts the stops before it, `starts` is its start.

    `price_difference` is what the whole plan costs more (or less, when negative) in `solution`.
    """

    route: int
    position: int
    starts: int
    price_difference: int
    build: Callable[[], Solution] = field(repr=False, compare=False)

    @property
    def solution(self) -> Solution:
        """The whole plan with the visit in it, made when it is asked for."""
        return self.build()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """The first hard limit that keeps a visit off a route; when it alone were lifted, the next may show."""

    route: int
    code: Limit


def insertions(
    problem: Problem,
    solution: Solution,
    visit: int,
    *,
    routes: Sequence[int] | None = None,
    partners_move: bool = True,
) -> list[Insertion]:
    """Every feasible (route, position) for an unserved visit, cheapest first; then by route and position.

    `routes` narrows the search to those. Places where linked visits on other routes would have to move along take far
    longer to find; without `partners_move` they are left out. Raises `InvalidSolution` when the visit is served
    already, or the solution was made for another problem.
    """
    board = _Board(problem, solution, visit)
    if misses_its_mate(board.tables, visit, board.where):
        return []
    found = board.insertions(range(len(problem.routes)) if routes is None else routes, partners_move=partners_move)
    return sorted(found, key=lambda one: (one.price_difference, one.route, one.position))


def obstacles(problem: Problem, solution: Solution, visit: int) -> list[Obstacle]:
    """For every route that cannot take the visit, the limit that forbids it."""
    board = _Board(problem, solution, visit)
    codes = ((route, board.obstacle(route)) for route in range(len(problem.routes)))
    return [Obstacle(route=route, code=code) for route, code in codes if code is not None]


class _Board:
    """A standing plan and the visit that asks to join it."""

    def __init__(self, problem: Problem, solution: Solution, visit: int) -> None:
        self.problem, self.solution, self.visit = problem, solution, visit
        self.tables: Tables = tables_of(problem)
        self.where = {stop: route for route, tour in enumerate(solution.tours) for stop in tour.visits}
        if visit in self.where:
            raise InvalidSolution((f"visit {visit} is served already, by route {self.where[visit]}",))
        self.packed: Packed = packed(problem)
        self.plan: Standing = standing(self.packed, solution)
        self.room: Room = new_room(self.packed, self.plan)
        self.held: Int64 = np.full((len(problem.visits), 2), (0, NEVER), dtype=np.int64)
        self.is_held: Int64 = np.zeros(len(problem.routes), dtype=np.int64)
        self.is_tied = [self._hold(route) for route in range(len(problem.routes))]

    @cached_property
    def starts(self) -> dict[int, int]:
        return self.solution.starts()

    @cached_property
    def weights(self) -> tuple[list[int], list[list[int]], list[bool]]:
        """By route: its price as it stands, its measures, and whether it serves somebody or is on its way."""
        many = len(self.problem.routes)
        prices, measures = np.zeros(many, dtype=np.int64), np.zeros((many, MEASURES), dtype=np.int64)
        weigh_all(self.packed, self.plan, self.room.sheet, prices, measures)
        used = [
            bool(tour.visits) or route.departed is not None
            for tour, route in zip(self.solution.tours, self.problem.routes, strict=True)
        ]
        return prices.tolist(), measures.tolist(), used

    @cached_property
    def peaks(self) -> Peaks:
        _, measures, used = self.weights
        return Peaks(self.tables, measures, used)

    def insertions(self, routes: Iterable[int], *, partners_move: bool = True) -> Iterator[Insertion]:
        asked = [route for route in dict.fromkeys(routes) if self._may_join(route)]
        found = self._joined(self.packed, [route for route in asked if not self.is_tied[route]])
        yield from map(self._alone, found)
        done = {(route, position) for route, position, *_ in found}
        linked = [route for route in asked if self.is_tied[route] or self.is_held[route]] if partners_move else []
        for route, positions in self._free_places(linked).items():
            yield from self._with_partners(route, positions - {place for other, place in done if other == route})

    def _may_join(self, route: int) -> bool:
        is_allowed = bool(self.problem.allowed[self.visit, route])
        return is_allowed and quarrel(self.tables, self.visit, route, self.where) is None

    def _joined(self, problem: Packed, routes: Sequence[int], is_held: Int64 | None = None) -> list[list[int]]:
        """Everywhere the visit fits while the partners of linked visits stay: rows of `Room.found`."""
        asked, holds = np.array(routes, dtype=np.int64), self.is_held if is_held is None else is_held
        rows = join(problem, self.plan, self.visit, asked, self.held, holds, self.room)
        found: list[list[int]] = self.room.found[:rows].tolist()
        return found

    def _alone(self, found: Sequence[int]) -> Insertion:
        """This route changes, and no other."""
        route, position, starts, price = found[:FOUND_MEASURES]
        prices, _, _ = self.weights
        worst = self.peaks.price_with(route, found[FOUND_MEASURES:]) - self.peaks.price
        return Insertion(
            route=route,
            position=position,
            starts=starts,
            price_difference=price - prices[route] + worst,
            build=partial(self._timed_alone, route, position),
        )

    def _timed_alone(self, route: int, position: int) -> Solution:
        order = self._longer(route, position)
        held = {stop: (int(self.held[stop, 0]), int(self.held[stop, 1])) for stop in order}
        timed = schedule(self.tables, self.tables.routes[route], order, held if self.is_held[route] else {})
        return self._with({} if timed is None else {route: timed.tour(order)})

    def _with(self, tours: dict[int, Tour]) -> Solution:
        return Solution(tours=tuple(tours.get(route, tour) for route, tour in enumerate(self.solution.tours)))

    def _longer(self, route: int, position: int) -> tuple[int, ...]:
        order = self.solution.tours[route].visits
        return (*order[:position], self.visit, *order[position:])

    def _free_places(self, routes: Sequence[int]) -> dict[int, set[int]]:
        """By route, where the visit would fit if no link held anybody: elsewhere it does not, whatever partners do."""
        found = self._joined(self.packed, routes, is_held=np.zeros_like(self.is_held)) if routes else []
        places: dict[int, set[int]] = {route: set() for route in routes}
        for route, position, *_ in found:
            places[route].add(position)
        return places

    def _with_partners(self, route: int, positions: set[int]) -> Iterator[Insertion]:
        """Where the visit only fits when the routes that are linked to this one move along."""
        for position in sorted(positions):
            timed = self._timed_together(route, self._longer(route, position))
            if timed is not None:
                yield self._together(route, position, timed)

    def _together(self, route: int, position: int, timed: dict[int, tuple[tuple[int, ...], Schedule]]) -> Insertion:
        prices, standing_measures, standing_used = self.weights
        measures, used = list(standing_measures), list(standing_used)
        difference = -self.peaks.price
        for other, (_, found) in timed.items():
            measures[other], used[other] = found.measures, True
            difference += found.price - prices[other]
        return Insertion(
            route=route,
            position=position,
            starts=timed[route][1].starts[position],
            price_difference=difference + worst_price(self.tables, measures, used),
            build=lambda: self._with({other: found.tour(order) for other, (order, found) in timed.items()}),
        )

    def _timed_together(self, route: int, order: tuple[int, ...]) -> dict[int, tuple[tuple[int, ...], Schedule]] | None:
        orders = {route: order}
        waiting = [route]
        while waiting:
            for stop in orders[waiting.pop()]:
                for other in {self.where[partner] for partner in self._partners(stop)} - orders.keys():
                    orders[other] = self.solution.tours[other].visits
                    waiting.append(other)
        every = [orders.get(index, ()) for index in range(len(self.problem.routes))]
        together = timetable(self.tables, every, only=orders.keys())
        if together is None:
            return None
        return {index: (orders[index], together.schedules[index]) for index in sorted(orders)}

    def _partners(self, stop: int) -> list[int]:
        return [partner for partner, _, _ in self.tables.gaps[stop] if partner in self.where]

    def _hold(self, route: int) -> bool:
        """Hold the route's linked visits to where their partners let them start; true when they let them nowhere."""
        stops = (*self.solution.tours[route].visits, self.visit)
        held: dict[int, Interval] = {}
        for stop in stops:
            if not (partners := {partner for partner, _, _ in self.tables.gaps[stop]}):
                continue
            if partners & set(stops):
                return True
            if partners & self.where.keys():
                interval = allowed_interval(self.tables, stop, self.starts)
                if interval is None:
                    return True
                held[stop] = interval
        for stop, interval in held.items():
            self.held[stop] = interval
        self.is_held[route] = bool(held)
        return False

    def obstacle(self, route: int) -> Limit | None:
        if not self.problem.allowed[self.visit, route]:
            return Limit.ALLOWED
        if (limit := quarrel(self.tables, self.visit, route, self.where)) is not None:
            return limit
        if misses_its_mate(self.tables, self.visit, self.where):
            return Limit.BOTH_OR_NONE
        return None if any(True for _ in self.insertions((route,))) else self._first_in_the_way(route)

    def _first_in_the_way(self, route: int) -> Limit:
        """Lifts one kind of limit after the other until the visit fits; the last one lifted was in the way."""
        if self._fits(route, _WITHOUT_BREAKS):
            return Limit.BREAK
        self.is_held[route] = 0
        if self._fits(route, _WITHOUT_BREAKS):
            return Limit.GAP
        if self._fits(route, _WITHOUT_CAPS):
            return Limit.CAP
        return Limit.CLOSES if self._fits(route, _WITHOUT_CLOSING) else Limit.WINDOW

    def _fits(self, route: int, lifted: Sequence[tuple[int, int]]) -> bool:
        routes = self.packed.routes.copy()
        for column, value in lifted:
            routes[:, column] = value
        return bool(self._joined(self.packed._replace(routes=routes), (route,)))
