"""The linear programme over the routes known so far (MathOpt with GLOP, kept and changed from round to round).

It proposes prices of visits and the mix of routes that is best so far. Nothing here is a proof: floating point
decides only where to look next. Costs are given in fine costs and kept in cents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from optimizer.bound.cuts import Cut, times_met
from optimizer.bound.rows import Row

_BROKE_DOWN = (AttributeError, RuntimeError)
"""What MathOpt 9.15 raises when GLOP ends abnormally: it fails to put its own status into words."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A relaxed route of a group: visits in order (one may come again), and its fine cost beyond resting."""

    group: int
    stops: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """An optimum over the known routes.

    `prices`, `seats` and `cuts` are dual values in cents, of rows, groups and cuts."""

    value: float
    prices: Floats
    seats: Floats
    cuts: Floats
    shares: Floats
    missing: float


class Master:
    """`left_costs` are the costs in cents of leaving a visit unserved."""

    def __init__(
        self, rows: Sequence[Row], seats: Sequence[int], left_costs: Mapping[int, int], *, scale: int, dear: float
    ) -> None:
        self._scale = scale
        self.rows: list[Row] = []
        self.paths: list[Path] = []
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._model = mathopt.Model(name="routes")
        self._takes: list[mathopt.Variable] = []
        self._constraints: list[mathopt.LinearConstraint] = []
        self._seats = [self._model.add_linear_constraint(ub=float(count)) for count in seats]
        self._leaves = {visit: self._model.add_variable(lb=0.0, ub=1.0) for visit in left_costs}
        for visit, cost in left_costs.items():
            self._model.objective.set_linear_coefficient(self._leaves[visit], float(cost))
        self._absent: list[mathopt.Variable] = []
        self._of_visit: dict[int, list[tuple[int, int, frozenset[int] | None]]] = {}
        for row in rows:
            self._add_row(row, dear)
        self.cuts: list[Cut] = []
        self._cuts: list[mathopt.LinearConstraint] = []
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def _add_row(self, row: Row, dear: float) -> None:
        number, most = len(self.rows), float(row.most)
        constraint = self._model.add_linear_constraint(lb=most if row.is_exact else -np.inf, ub=most)
        self.rows.append(row)
        self._constraints.append(constraint)
        for visit, times in row.left.items():
            constraint.set_coefficient(self._leaves[visit], float(times))
        for visit, times in row.served.items():
            self._of_visit.setdefault(visit, []).append((number, times, row.groups))
        if row.is_exact and row.served:
            absent = self._model.add_variable(lb=0.0)
            constraint.set_coefficient(absent, 1.0)
            self._model.objective.set_linear_coefficient(absent, dear)
            self._absent.append(absent)

    def cut(self, cuts: Iterable[Cut]) -> None:
        """Ask for these cuts too."""
        for cut in cuts:
            constraint = self._model.add_linear_constraint(ub=1.0)
            self.cuts.append(cut)
            self._cuts.append(constraint)
            for path, take in zip(self.paths, self._takes, strict=True):
                if times := times_met(cut, path.stops):
                    constraint.set_coefficient(take, float(times))

    def make_absence_dearer(self, dear: float) -> None:
        for absent in self._absent:
            self._model.objective.set_linear_coefficient(absent, dear)

    def add(self, paths: Iterable[Path]) -> int:
        """Take in routes that are new, or cheaper than known; how many were."""
        return sum(self._add(path) for path in paths)

    def _add(self, path: Path) -> bool:
        key = path.group, path.stops
        known = self._known.get(key)
        if known is not None:
            if self.paths[known].cost <= path.cost:
                return False
            self.paths[known] = path
            self._model.objective.set_linear_coefficient(self._takes[known], path.cost / self._scale)
            return True
        take = self._model.add_variable(lb=0.0)
        self._known[key] = len(self.paths)
        self.paths.append(path)
        self._takes.append(take)
        self._model.objective.set_linear_coefficient(take, path.cost / self._scale)
        self._seats[path.group].set_coefficient(take, 1.0)
        for number, times in self.coefficients(path).items():
            self._constraints[number].set_coefficient(take, float(times))
        for cut, constraint in zip(self.cuts, self._cuts, strict=True):
            if times := times_met(cut, path.stops):
                constraint.set_coefficient(take, float(times))
        return True

    def coefficients(self, path: Path) -> dict[int, int]:
        """How often the path counts in each row it counts in."""
        found: dict[int, int] = {}
        for visit in path.stops:
            for number, times, groups in self._of_visit.get(visit, ()):
                if groups is None or path.group in groups:
                    found[number] = found.get(number, 0) + times
        return found

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget these routes."""
        gone = set(numbers)
        for number in gone:
            self._model.delete_variable(self._takes[number])
        kept = [number for number in range(len(self.paths)) if number not in gone]
        self.paths = [self.paths[number] for number in kept]
        self._takes = [self._takes[number] for number in kept]
        self._known = {(path.group, path.stops): number for number, path in enumerate(self.paths)}

    def solve(self) -> Mix | None:
        """The best mix; nothing when the solver gives up."""
        result = self._solved()
        if result is None or result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        return Mix(
            value=float(result.objective_value()),
            prices=np.array(result.dual_values(self._constraints), dtype=np.float64),
            seats=np.array(result.dual_values(self._seats), dtype=np.float64),
            cuts=np.array(result.dual_values(self._cuts), dtype=np.float64),
            shares=np.array(result.variable_values(self._takes), dtype=np.float64),
            missing=float(sum(result.variable_values(self._absent))),
        )

    def _solved(self) -> mathopt.SolveResult | None:
        """What the solver says; once more from a fresh start when it broke down, as GLOP now and then does."""
        for _ in range(2):
            try:
                return self._solver.solve()
            except _BROKE_DOWN:
                self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)
        return None
