"""Chooses the best set of pooled routes quickly (CP-SAT): a better plan, seldom a proof.

Deterministic: one worker, a fixed seed, counted time.
"""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.problem import Problem
from optimizer.search.choice import Choice
from optimizer.solution import Solution

_LARGEST_SUM = 2**60


class Selection:
    """One choice to be made; `stop` ends it from another thread; `is_proven` tells that no choice is better."""

    def __init__(self, problem: Problem, incumbent: Solution, judged: Evaluation, columns: Sequence[Column]) -> None:
        self.is_proven = False
        self._choice = Choice(problem, incumbent, judged, columns)
        self._solver = cp_model.CpSolver()
        self._model = cp_model.CpModel()
        self._takes = [self._model.new_bool_var("") for _ in self._choice.costs]
        for row in self._choice.rows():
            if row.is_one_of:
                self._model.add_exactly_one(self._takes[number] for number, _ in row.terms)
            else:
                total = sum(factor * self._takes[number] for number, factor in row.terms)
                self._model.add_linear_constraint(total, row.least, row.most)
        self._model.minimize(self._goal())
        for take, value in zip(self._takes, self._choice.hint, strict=True):
            self._model.add_hint(take, value)

    def _goal(self) -> cp_model.LinearExprT:
        costs, left = self._choice.costs, self._choice.left
        visits = len(costs) - len(self._choice.options)
        weights = _weights(sum(map(abs, costs)) + 1, len(left), visits)
        factors = list(costs)
        for weight, numbers in zip(weights, left, strict=True):
            for number in numbers:
                factors[number] += weight
        return cp_model.LinearExpr.weighted_sum(self._takes, factors)

    def solve(self, *, deterministic_seconds: float, seconds: float | None) -> list[tuple[int, ...]] | None:
        """The stops of every route, or nothing when there is nothing better to choose."""
        if self._choice.is_settled:
            return None
        parameters = self._solver.parameters
        parameters.num_workers = 1
        parameters.random_seed = 1
        parameters.catch_sigint_signal = False  # it would take Ctrl-C away from whoever listens to it
        parameters.max_deterministic_time = deterministic_seconds
        if seconds is not None:
            parameters.max_time_in_seconds = max(0.01, seconds)
        status = self._solver.solve(self._model)
        self.is_proven = status == cp_model.OPTIMAL
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return self._choice.orders([self._solver.boolean_value(take) for take in self._takes])

    def stop(self) -> None:
        self._solver.stop_search()


def _weights(spread: int, classes: int, visits: int) -> list[int]:
    """One visit of a class outweighs all that comes after; nothing at all where that would overflow."""
    weights = [spread * (visits + 1) ** (classes - 1 - unserved_class) for unserved_class in range(classes)]
    return [0] * classes if weights and weights[0] * (visits + 1) > _LARGEST_SUM else weights
