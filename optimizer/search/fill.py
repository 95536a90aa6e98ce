"""Serves what could still be served: after this, no visit that can simply be inserted is left out.

The search holds linked visits apart and may overlook a place that opens only when partners move along; the exact
insertion does not. Looking for those takes long, so it ends when the caller says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from optimizer.insertion import Insertion, insertions
from optimizer.problem import Problem
from optimizer.solution import Solution


def filled(
    problem: Problem, solution: Solution, visits: Iterable[int], *, is_late: Callable[[], bool] = bool
) -> Solution:
    """The solution with all of `visits` that fit, the most important first, each where it is then cheapest.

    Who may be left out for a price is only served for less. Once it `is_late`, partners stay where they are.
    """
    waiting = sorted(set(visits) - solution.served(), key=lambda visit: (problem.visits[visit].unserved_class, visit))
    size = -1
    while size != len(waiting):
        size = len(waiting)
        for visit in list(waiting):
            if (found := _best(problem, solution, visit, is_late=is_late())) is not None:
                solution = found.solution
                waiting.remove(visit)
    return solution


def _best(problem: Problem, solution: Solution, visit: int, *, is_late: bool) -> Insertion | None:
    """The cheapest place where partners stay, if it is worth it, else the cheapest where they move along."""
    found = insertions(problem, solution, visit, partners_move=False)
    price = problem.visits[visit].unserved_price
    if price is not None:
        return next((one for one in found[:1] if one.price_difference < price), None)
    if not found and not is_late:
        found = insertions(problem, solution, visit)
    return next(iter(found), None)
