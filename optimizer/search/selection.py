"""Chooses the best set of pooled routes: at most one per case manager, every visit at most once (CP-SAT).

Exact over the routes it is given. Visits linked by a gap keep the starts of the incumbent, so any chosen routes fit
together; people, days and both-or-none are constraints. It never serves fewer visits of any class than the
incumbent, and never worsens a worst value. Deterministic: one worker, a fixed seed, counted time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ortools.sat.python import cp_model

from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.problem import Alike, Problem, Relation, Visit
from optimizer.route_timing import resting, schedule
from optimizer.schedule import Held
from optimizer.solution import Solution
from optimizer.tables import Tables, tables_of

_LARGEST_SUM = 2**60


class _Option(NamedTuple):
    route: int
    stops: tuple[int, ...]
    price: int


class Selection:
    """One choice to be made; `stop` ends it from another thread; `is_proven` tells that no choice is better."""

    def __init__(self, problem: Problem, incumbent: Solution, judged: Evaluation, columns: Sequence[Column]) -> None:
        self.is_proven = False
        self._solver = cp_model.CpSolver()
        self._model = _Model(tables_of(problem), incumbent, judged, columns)

    def solve(self, *, deterministic_seconds: float, seconds: float | None) -> list[tuple[int, ...]] | None:
        """The stops of every route, or nothing when there is nothing better to choose."""
        if self._model.is_settled:
            return None
        parameters = self._solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = 1
        parameters.catch_sigint_signal = False  # it would take Ctrl-C away from whoever listens to it
        parameters.max_deterministic_time = deterministic_seconds
        if seconds is not None:
            parameters.max_time_in_seconds = max(0.01, seconds)
        status = self._solver.solve(self._model.model)
        self.is_proven = status == cp_model.OPTIMAL
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return self._model.chosen(self._solver)

    def stop(self) -> None:
        self._solver.stop_search()


class _Model:
    def __init__(self, tables: Tables, incumbent: Solution, judged: Evaluation, columns: Sequence[Column]) -> None:
        self.tables = tables
        self.visits = tables.problem.visits
        self.incumbent = [tour.visits for tour in incumbent.tours]
        self.options = list(_options(tables, incumbent, judged, columns))
        self.is_settled = all(option.stops in {(), self.incumbent[option.route]} for option in self.options)
        self.model = cp_model.CpModel()
        self.takes = [self.model.new_bool_var("") for _ in self.options]
        self.carriers: list[list[int]] = [[] for _ in self.visits]
        by_route: list[list[int]] = [[] for _ in incumbent.tours]
        for number, option in enumerate(self.options):
            by_route[option.route].append(number)
            for stop in option.stops:
                self.carriers[stop].append(number)
        for numbers in by_route:
            self.model.add_exactly_one(self.takes[number] for number in numbers)
        self.leaves = [self.model.new_bool_var("") for _ in self.visits]
        for visit, numbers in enumerate(self.carriers):
            self.model.add_exactly_one([self.leaves[visit], *(self.takes[number] for number in numbers)])
        self._add_relations()
        self._add_goal(judged.unserved)
        self._add_hint(incumbent.served())

    def _add_relations(self) -> None:
        for relation in self.tables.problem.relations:
            if relation.both_or_none:
                self.model.add(self.leaves[relation.first] == self.leaves[relation.second])
            self._add_likeness(relation, relation.people, self.tables.people)
            self._add_likeness(relation, relation.days, self.tables.days)

    def _add_likeness(self, relation: Relation, wanted: Alike, label: Sequence[int]) -> None:
        if wanted is Alike.ANY:
            return
        for group in sorted(set(label)):
            first = self._carried(relation.first, label, group)
            second = self._carried(relation.second, label, group)
            if wanted is Alike.DIFFERENT:
                self.model.add(sum(first) + sum(second) <= 1)
            else:
                self.model.add(sum(first) <= sum(second) + self.leaves[relation.second])
                self.model.add(sum(second) <= sum(first) + self.leaves[relation.first])

    def _carried(self, visit: int, label: Sequence[int], group: int) -> list[cp_model.IntVar]:
        return [self.takes[number] for number in self.carriers[visit] if label[self.options[number].route] == group]

    def _add_goal(self, counts: Sequence[int]) -> None:
        left = [
            [leaves for leaves, visit in zip(self.leaves, self.visits, strict=True) if _counts(visit, unserved_class)]
            for unserved_class in range(len(counts))
        ]
        prices = [option.price for option in self.options]
        costs = [visit.unserved_price or 0 for visit in self.visits]
        weights = _weights(sum(map(abs, prices)) + sum(costs) + 1, len(counts), len(self.visits))
        for unserved_class, count in enumerate(counts):
            self.model.add(sum(left[unserved_class]) <= count)
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(self.takes, prices)
            + cp_model.LinearExpr.weighted_sum(self.leaves, costs)
            + sum(weight * sum(group) for weight, group in zip(weights, left, strict=True))
        )

    def _add_hint(self, served: frozenset[int]) -> None:
        for take, option in zip(self.takes, self.options, strict=True):
            self.model.add_hint(take, self.incumbent[option.route] == option.stops)
        for visit, leaves in enumerate(self.leaves):
            self.model.add_hint(leaves, visit not in served)

    def chosen(self, solver: cp_model.CpSolver) -> list[tuple[int, ...]]:
        taken = (option for take, option in zip(self.takes, self.options, strict=True) if solver.boolean_value(take))
        orders = {option.route: option.stops for option in taken}
        return [orders[route] for route in range(len(self.incumbent))]


def _counts(visit: Visit, unserved_class: int) -> bool:
    return visit.unserved_price is None and visit.unserved_class == unserved_class


def _weights(spread: int, classes: int, visits: int) -> list[int]:
    """One visit of a class outweighs all that comes after; nothing at all where that would overflow."""
    weights = [spread * (visits + 1) ** (classes - 1 - unserved_class) for unserved_class in range(classes)]
    return [0] * classes if weights and weights[0] * (visits + 1) > _LARGEST_SUM else weights


def _options(tables: Tables, incumbent: Solution, judged: Evaluation, columns: Iterable[Column]) -> Iterable[_Option]:
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
            yield _Option(route, stops, timed.price)


def _worst_values(tables: Tables, incumbent: Solution, judged: Evaluation) -> list[tuple[int, int, bool]]:
    """Each measure whose worst is priced, that worst, and whether routes that serve nobody count."""
    tours = zip(tables.routes, incumbent.tours, judged.measures, strict=True)
    rows = [(bool(tour.visits) or route.began is not None, measures) for route, tour, measures in tours]
    return [
        (measure, max((row[measure] for counts, row in rows if counts or has_empty), default=0), has_empty)
        for measure, _, has_empty in tables.worst
    ]
