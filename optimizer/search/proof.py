"""Chooses the best set among all routes that a better plan could be made of, and proves it (MathOpt with SCIP).

Where CP-SAT is quick to improve a plan, branch and bound over the linear relaxation is quick to prove that nothing
is better. One thread of its own; ends at a number of nodes or a moment. MathOpt 9.15 cannot interrupt SCIP without
errors on the screen, so a proof that is told to stop is left behind and ends by its own limits. Costs are whole
numbers; SCIP counts in floating point, so a bound that is not the cost of a choice is rounded to the safe side of
its tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from datetime import timedelta
from math import ceil, isfinite
from threading import Thread
from typing import NamedTuple

from ortools.math_opt.python import mathopt

from optimizer.search.choice import Row

_TOLERANCE = 1e-5
_HALF = 0.5


class Proven(NamedTuple):
    """`least`: no choice costs less, in the unit of the costs; `taken`: the best choice found, by variable."""

    least: int | None
    taken: list[bool] | None


class Proof:
    """One choice to be settled: yes or no for each of `costs`, within `rows`. `stop` answers at once, with nothing.

    `unit`: so many of the costs make a cent."""

    def __init__(self, costs: Sequence[int], rows: Iterable[Row], *, unit: int = 1) -> None:
        self._costs, self._rows, self._unit = costs, rows, unit
        self._work: Future[Proven] = Future()

    def begin(self, *, nodes: int | None, seconds: float | None) -> Future[Proven]:
        Thread(target=self._run, args=(nodes, seconds), name="rounds-proof", daemon=True).start()
        return self._work

    def stop(self) -> None:
        self._answer(Proven(None, None))

    def _answer(self, proven: Proven) -> None:
        with suppress(InvalidStateError):  # stopped and done at the same moment
            self._work.set_result(proven)

    def _run(self, nodes: int | None, seconds: float | None) -> None:
        try:
            self._answer(self._solved(nodes, seconds))
        except BaseException as error:  # noqa: BLE001 - raised again where the answer is awaited
            with suppress(InvalidStateError):
                self._work.set_exception(error)

    def _solved(self, nodes: int | None, seconds: float | None) -> Proven:
        costs, unit = self._costs, self._unit
        model = mathopt.Model(name="proof")
        takes = [model.add_binary_variable() for _ in costs]
        for row in self._rows:
            total = mathopt.LinearSum(factor * takes[number] for number, factor in row.terms)
            model.add_linear_constraint(lb=float(row.least), ub=float(row.most), expr=total)
        model.minimize(mathopt.LinearSum(cost / unit * take for cost, take in zip(costs, takes, strict=True)))
        limit = None if seconds is None else timedelta(seconds=max(0.01, seconds))
        params = mathopt.SolveParameters(time_limit=limit, node_limit=nodes, threads=1)
        result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=params)
        bound = _safe(result.termination.objective_bounds.dual_bound, unit)
        if not result.has_primal_feasible_solution():
            return Proven(bound, None)
        taken = [value > _HALF for value in result.variable_values(takes)]
        if result.termination.reason is mathopt.TerminationReason.OPTIMAL:
            bound = sum(cost for cost, is_taken in zip(costs, taken, strict=True) if is_taken)
        return Proven(bound, taken)


def _safe(bound: float, unit: int) -> int | None:
    return ceil((bound - _TOLERANCE * max(1.0, abs(bound))) * unit) if isfinite(bound) else None
