"""One more visit in a plan that stands: everywhere it fits, what that costs, and why it does not fit elsewhere.

No search: the other visits keep their routes and order, and their times where they can. The answer is exact: the
price difference is the evaluator's. Whole seconds and cents. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from optimizer.company import misses_its_mate, quarrel
from optimizer.course import Course
from optimizer.errors import InvalidSolution
from optimizer.limits import Limit
from optimizer.linked import Interval, allowed_interval
from optimizer.problem import Problem
from optimizer.route_timing import schedule, tour_of
from optimizer.solution import Solution, Tour
from optimizer.stop_times import Schedule
from optimizer.tables import RouteTable, Tables, tables_of
from optimizer.timing import timetable
from optimizer.tour_account import TourAccount, tour_account
from optimizer.worst import worst_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A place for a visit: `position` counts the stops before it, `starts` is its start.

    `price_difference` is what the whole plan costs more (or less, when negative) in `solution`.
    """

    route: int
    position: int
    starts: int
    price_difference: int
    solution: Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """The first hard limit that keeps a visit off a route; when it alone were lifted, the next may show."""

    route: int
    code: Limit


def insertions(
    problem: Problem, solution: Solution, visit: int, *, routes: Sequence[int] | None = None
) -> list[Insertion]:
    """Every feasible (route, position) for an unserved visit, cheapest first; then by route and position.

    `routes` narrows the search to those. Raises `InvalidSolution` when the visit is served already.
    """
    board = _Board(problem, solution, visit)
    if misses_its_mate(board.tables, visit, board.where):
        return []
    asked = range(len(problem.routes)) if routes is None else routes
    found = [insertion for route in asked for insertion in board.insertions(route)]
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
        self.starts = {
            stop: start for tour in solution.tours for stop, start in zip(tour.visits, tour.starts, strict=True)
        }
        if visit in self.where:
            raise InvalidSolution((f"visit {visit} is served already, by route {self.where[visit]}",))
        accounts = [tour_account(problem, route, tour) for route, tour in enumerate(solution.tours)]
        self.prices = [self._price(route, account) for route, account in enumerate(accounts)]
        self.measures = [account.measures for account in accounts]
        self.used = [account.used for account in accounts]
        self.worst = worst_price(self.tables, self.measures, self.used)

    def _price(self, route: int, account: TourAccount) -> int:
        own = account.pairs + account.starts + account.breaks
        return own + sum(price_of(account.measures[measure]) for measure, price_of in self.tables.routes[route].prices)

    def insertions(self, route: int) -> Iterator[Insertion]:
        if not self.problem.allowed[self.visit, route] or quarrel(self.tables, self.visit, route, self.where):
            return
        order = self.solution.tours[route].visits
        for position in range(len(order) + 1):
            longer = (*order[:position], self.visit, *order[position:])
            if (changed := self._timed(route, longer)) is not None:
                yield self._insertion(route, position, changed)

    def _insertion(self, route: int, position: int, changed: dict[int, tuple[Tour, Schedule]]) -> Insertion:
        tours, measures, used = list(self.solution.tours), list(self.measures), list(self.used)
        difference = -self.worst
        for other, (tour, timed) in changed.items():
            tours[other], measures[other], used[other] = tour, timed.measures, True
            difference += timed.price - self.prices[other]
        return Insertion(
            route=route,
            position=position,
            starts=tours[route].starts[position],
            price_difference=difference + worst_price(self.tables, measures, used),
            solution=Solution(tours=tuple(tours)),
        )

    def _timed(self, route: int, order: tuple[int, ...]) -> dict[int, tuple[Tour, Schedule]] | None:
        """The tours that change: this route alone when its partners can stay, else all that are linked to it."""
        held = self._held(order)
        if held is not None:
            table = self.tables.routes[route]
            alone = schedule(self.tables, table, order, held)
            if alone is not None:
                course = Course(self.tables, table, order, held)
                return {route: (tour_of(table, order, alone, course), alone)}
        if not any(self._partners(stop) for stop in order):
            return None
        return self._timed_together(route, order)

    def _timed_together(self, route: int, order: tuple[int, ...]) -> dict[int, tuple[Tour, Schedule]] | None:
        orders = {route: order}
        waiting = [route]
        while waiting:
            for stop in orders[waiting.pop()]:
                for other in {self.where[partner] for partner in self._partners(stop)} - orders.keys():
                    orders[other] = self.solution.tours[other].visits
                    waiting.append(other)
        together = timetable(self.tables, [orders.get(index, ()) for index in range(len(self.problem.routes))])
        if together is None:
            return None
        tours = together.solution().tours
        return {index: (tours[index], together.schedules[index]) for index in sorted(orders)}

    def _partners(self, stop: int) -> list[int]:
        return [partner for partner, _, _ in self.tables.gaps[stop] if partner in self.where]

    def _held(self, order: Iterable[int]) -> dict[int, Interval] | None:
        """Where this route's linked visits may start while their partners stay; nothing when they may not."""
        stops = set(order)
        held: dict[int, Interval] = {}
        for stop in stops:
            partners = {partner for partner, _, _ in self.tables.gaps[stop]}
            if partners & stops:
                return None
            if partners & self.where.keys():
                interval = allowed_interval(self.tables, stop, self.starts)
                if interval is None:
                    return None
                held[stop] = interval
        return held

    def obstacle(self, route: int) -> Limit | None:
        if not self.problem.allowed[self.visit, route]:
            return Limit.ALLOWED
        if (limit := quarrel(self.tables, self.visit, route, self.where)) is not None:
            return limit
        if misses_its_mate(self.tables, self.visit, self.where):
            return Limit.BOTH_OR_NONE
        return None if any(True for _ in self.insertions(route)) else self._first_in_the_way(route)

    def _first_in_the_way(self, route: int) -> Limit:
        """Lifts one kind of limit after the other until the visit fits; the last one lifted was in the way."""
        table = self.tables.routes[route]
        if self._fits(table.relaxed("breaks"), self._held_softly(route)):
            return Limit.BREAK
        if self._fits(table.relaxed("breaks"), {}):
            return Limit.GAP
        if self._fits(table.relaxed("breaks").relaxed("caps"), {}):
            return Limit.CAP
        if self._fits(table.relaxed("breaks").relaxed("caps").relaxed("closes"), {}):
            return Limit.CLOSES
        return Limit.WINDOW

    def _held_softly(self, route: int) -> dict[int, Interval]:
        return self._held((*self.solution.tours[route].visits, self.visit)) or {}

    def _fits(self, table: RouteTable, held: dict[int, Interval]) -> bool:
        order = self.solution.tours[table.index].visits
        options = ((*order[:at], self.visit, *order[at:]) for at in range(len(order) + 1))
        return any(schedule(self.tables, table, option, held) is not None for option in options)
