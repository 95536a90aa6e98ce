"""Serves what could still be served: after this, no visit that can simply be inserted is left out.

The search holds linked visits apart and may overlook a place that opens only when partners move along; the exact
insertion does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.insertion import insertions
from optimizer.problem import Problem
from optimizer.solution import Solution


def filled(problem: Problem, solution: Solution, visits: Iterable[int]) -> Solution:
    """The solution with all of `visits` that fit, the most important first, each where it is then cheapest."""
    waiting = sorted(set(visits) - solution.served(), key=lambda visit: (problem.visits[visit].unserved_class, visit))
    size = -1
    while size != len(waiting):
        size = len(waiting)
        for visit in list(waiting):
            if found := insertions(problem, solution, visit):
                solution = found[0].solution
                waiting.remove(visit)
    return solution
