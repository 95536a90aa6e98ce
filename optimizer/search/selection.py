"""Chooses the best set of pooled routes: one per case manager, every visit at most once (CP-SAT).

Exact over the routes it is given. Visits linked by a gap stay held as in the incumbent, so any chosen routes fit
together; people, days and both-or-none are constraints. It never serves fewer visits of any class than the
incumbent, and never worsens a worst value. Deterministic: one worker, a fixed seed, counted time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ortools.sat.python import cp_model

from optimizer.problem import Alike, Relation
from optimizer.search.draft import Draft
from optimizer.search.states import RouteState
from optimizer.tables import Tables

_LARGEST_SUM = 2**60
_COLUMNS = 5_000


def select_routes(
    incumbent: Draft, pooled: Sequence[RouteState], *, deterministic_seconds: float, seconds: float | None
) -> Draft | None:
    """A plan better than the incumbent made of pooled routes, or nothing when there is none."""
    columns = _eligible(incumbent, pooled)
    if len(columns) <= len(incumbent.routes):
        return None
    model = _Model(incumbent, columns)
    chosen = model.solve(deterministic_seconds, seconds)
    if chosen is None:
        return None
    draft = Draft(incumbent.states)
    for state in chosen:
        draft.put(state)
    return draft if draft.value < incumbent.value else None


def _eligible(incumbent: Draft, pooled: Sequence[RouteState]) -> list[RouteState]:
    """The incumbent's routes and rest first, then pooled ones that agree with it on held starts and worst values."""
    tables = incumbent.states.tables
    held = {visit: interval for state in incumbent.routes for visit, interval in state.hold}
    limits = [
        (measure, max((state.measures[measure] for state in incumbent.routes), default=0))
        for measure, _, _ in tables.worst
    ]
    columns = dict.fromkeys(incumbent.routes)
    for state in (*incumbent.states.at_rest, *pooled):
        holds = dict(state.hold)
        agrees = all(
            holds.get(stop) == held.get(stop) and stop in incumbent.where for stop in state.stops if tables.gaps[stop]
        )
        if agrees and all(state.measures[measure] <= limit for measure, limit in limits):
            columns.setdefault(state)
    return list(columns)[:_COLUMNS]


class _Model:
    def __init__(self, incumbent: Draft, columns: list[RouteState]) -> None:
        self.incumbent, self.columns = incumbent, columns
        self.tables: Tables = incumbent.states.tables
        self.model = cp_model.CpModel()
        self.takes = [self.model.new_bool_var("") for _ in columns]
        self.carriers: list[list[int]] = [[] for _ in incumbent.classes]
        by_route: list[list[int]] = [[] for _ in incumbent.routes]
        for number, state in enumerate(columns):
            by_route[state.index].append(number)
            for stop in state.stops:
                self.carriers[stop].append(number)
        for numbers in by_route:
            self.model.add_exactly_one(self.takes[number] for number in numbers)
        self.leaves = [self.model.new_bool_var("") for _ in incumbent.classes]
        for visit, numbers in enumerate(self.carriers):
            self.model.add_exactly_one([self.leaves[visit], *(self.takes[number] for number in numbers)])
        self._add_relations()
        self._add_goal()
        self._add_hint()

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
        return [self.takes[number] for number in self.carriers[visit] if label[self.columns[number].index] == group]

    def _add_goal(self) -> None:
        prices = [state.price for state in self.columns]
        spread = sum(abs(price) for price in prices) + 1
        weights = [spread] * len(self.incumbent.unserved)
        for unserved_class in range(len(weights) - 2, -1, -1):
            weights[unserved_class] = weights[unserved_class + 1] * (len(self.leaves) + 1)
        for unserved_class, count in enumerate(self.incumbent.unserved):
            self.model.add(sum(self._left(unserved_class)) <= count)
        if (weights[0] if weights else 0) * (len(self.leaves) + 1) > _LARGEST_SUM:
            weights = [0] * len(weights)
        unserved = (
            weights[unserved_class] * leaves
            for leaves, unserved_class in zip(self.leaves, self.incumbent.classes, strict=True)
        )
        self.model.minimize(sum(price * take for price, take in zip(prices, self.takes, strict=True)) + sum(unserved))

    def _left(self, unserved_class: int) -> Iterable[cp_model.IntVar]:
        pairs = zip(self.leaves, self.incumbent.classes, strict=True)
        return [leaves for leaves, of_class in pairs if of_class == unserved_class]

    def _add_hint(self) -> None:
        for take, state in zip(self.takes, self.columns, strict=True):
            self.model.add_hint(take, self.incumbent.routes[state.index] is state)
        for visit, leaves in enumerate(self.leaves):
            self.model.add_hint(leaves, visit not in self.incumbent.where)

    def solve(self, deterministic_seconds: float, seconds: float | None) -> list[RouteState] | None:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = deterministic_seconds
        if seconds is not None:
            solver.parameters.max_time_in_seconds = seconds
        if solver.solve(self.model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return [state for take, state in zip(self.takes, self.columns, strict=True) if solver.boolean_value(take)]
