"""Which of the pooled routes to drive, said as rows of whole numbers for whatever solver: one route a case manager,
every visit once or left out.

Exact over the routes it is given. Visits linked by a gap keep the starts of the incumbent, so any chosen routes fit
together; people, days and both-or-none are rows. It never allows more unserved visits of any class than the
incumbent has, nor a worse worst value. Cents; knows no solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.problem import Alike, Problem, Relation, Visit
from optimizer.route_timing import resting, schedule
from optimizer.schedule import Held
from optimizer.solution import Solution
from optimizer.tables import Tables, tables_of


class Option(NamedTuple):
    """One way to spend a route; the incumbent's and rest are always among them."""

    route: int
    stops: tuple[int, ...]
    price: int


class Row(NamedTuple):
    """`least` <= sum of factor times variable <= `most`."""

    terms: list[tuple[int, int]]
    least: int
    most: int

    @property
    def is_one_of(self) -> bool:
        """Exactly one of these is taken."""
        return self.least == self.most == 1 and all(factor == 1 for _, factor in self.terms)


class Choice:
    """Variables are yes or no: `options` in their order, then for every visit whether it is left out."""

    def __init__(self, problem: Problem, incumbent: Solution, judged: Evaluation, columns: Iterable[Column]) -> None:
        self._tables = tables_of(problem)
        self._visits = problem.visits
        self.incumbent = [tour.visits for tour in incumbent.tours]
        self.options = list(_options(self._tables, incumbent, judged, columns))
        self._unserved = judged.unserved
        self._served = incumbent.served()
        self._carriers: list[list[int]] = [[] for _ in self._visits]
        for number, option in enumerate(self.options):
            for stop in option.stops:
                self._carriers[stop].append(number)

    @property
    def is_settled(self) -> bool:
        """Is there nothing but the incumbent to choose?"""
        return all(option.stops in {(), self.incumbent[option.route]} for option in self.options)

    @property
    def costs(self) -> list[int]:
        """By variable, without what weighs more than money."""
        return [*(option.price for option in self.options), *(visit.unserved_price or 0 for visit in self._visits)]

    @property
    def left(self) -> list[list[int]]:
        """By class, the variables of visits of which being left out counts."""
        return [
            [self._leaves(number) for number, visit in enumerate(self._visits) if _counts(visit, unserved_class)]
            for unserved_class in range(len(self._unserved))
        ]

    @property
    def hint(self) -> list[int]:
        """By variable, what the incumbent chooses."""
        taken = [int(self.incumbent[option.route] == option.stops) for option in self.options]
        return [*taken, *(int(visit not in self._served) for visit in range(len(self._visits)))]

    def rows(self) -> Iterator[Row]:
        by_route: list[list[int]] = [[] for _ in self.incumbent]
        for number, option in enumerate(self.options):
            by_route[option.route].append(number)
        for numbers in by_route:
            yield Row([(number, 1) for number in numbers], 1, 1)
        for visit, numbers in enumerate(self._carriers):
            yield Row([(number, 1) for number in (self._leaves(visit), *numbers)], 1, 1)
        for relation in self._tables.problem.relations:
            if relation.both_or_none:
                yield Row([(self._leaves(relation.first), 1), (self._leaves(relation.second), -1)], 0, 0)
            yield from self._likeness(relation, relation.people, self._tables.people)
            yield from self._likeness(relation, relation.days, self._tables.days)
        for left, most in zip(self.left, self._unserved, strict=True):
            yield Row([(number, 1) for number in left], 0, most)

    def orders(self, taken: Sequence[bool]) -> list[tuple[int, ...]]:
        """The stops of every route, for values of the variables."""
        orders = {option.route: option.stops for option, is_taken in zip(self.options, taken, strict=False) if is_taken}
        return [orders[route] for route in range(len(self.incumbent))]

    def _leaves(self, visit: int) -> int:
        return len(self.options) + visit

    def _likeness(self, relation: Relation, wanted: Alike, label: Sequence[int]) -> Iterator[Row]:
        if wanted is Alike.ANY:
            return
        for group in sorted(set(label)):
            first = [(number, 1) for number in self._carried(relation.first, label, group)]
            second = [(number, 1) for number in self._carried(relation.second, label, group)]
            if wanted is Alike.DIFFERENT:
                yield Row(_merged([*first, *second]), 0, 1)
            else:
                yield self._follows(first, second, relation.second)
                yield self._follows(second, first, relation.first)

    def _follows(self, these: list[tuple[int, int]], those: list[tuple[int, int]], visit: int) -> Row:
        """Whoever takes one of these takes one of those, unless that visit is left out."""
        return Row(_merged([*these, *((n, -1) for n, _ in those), (self._leaves(visit), -1)]), -2, 0)

    def _carried(self, visit: int, label: Sequence[int], group: int) -> list[int]:
        return [number for number in self._carriers[visit] if label[self.options[number].route] == group]


def _merged(terms: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each variable once."""
    factors: dict[int, int] = {}
    for number, factor in terms:
        factors[number] = factors.get(number, 0) + factor
    return list(factors.items())


def _counts(visit: Visit, unserved_class: int) -> bool:
    return visit.unserved_price is None and visit.unserved_class == unserved_class


def _options(tables: Tables, incumbent: Solution, judged: Evaluation, columns: Iterable[Column]) -> Iterable[Option]:
    """The incumbent's routes and rest first, then pooled ones, timed with linked visits as the incumbent has them."""
    seen: set[tuple[int, tuple[int, ...]]] = set()
    starts = incumbent.starts()
    limits = _worst_values(tables, incumbent, judged)
    rests = [(route.index, ()) for route in tables.routes]
    own = [(route, tour.visits) for route, tour in enumerate(incumbent.tours)]
    for route, stops in (*own, *rests, *((column.route, column.stops) for column in columns)):
        if (route, stops) in seen:
            continue
        seen.add((route, stops))
        held: Held = {stop: (starts[stop], starts[stop]) for stop in stops if tables.gaps[stop] and stop in starts}
        if any(tables.gaps[stop] and stop not in starts for stop in stops):
            continue
        table = tables.routes[route]
        timed = schedule(tables, table, stops, held) if stops else resting(tables, table)
        if timed is None:
            continue
        counts = bool(stops) or table.began is not None
        within = all(timed.measures[m] <= limit for m, limit, has_empty in limits if counts or has_empty)
        if within or stops == incumbent.tours[route].visits:
            yield Option(route, stops, timed.price)


def _worst_values(tables: Tables, incumbent: Solution, judged: Evaluation) -> list[tuple[int, int, bool]]:
    """Each measure whose worst is priced, that worst, and whether routes that serve nobody count."""
    tours = zip(tables.routes, incumbent.tours, judged.measures, strict=True)
    rows = [(bool(tour.visits) or route.began is not None, measures) for route, tour, measures in tours]
    return [
        (measure, max((row[measure] for counts, row in rows if counts or has_empty), default=0), has_empty)
        for measure, _, has_empty in tables.worst
    ]
