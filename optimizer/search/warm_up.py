"""Makes the engine ready before it is asked for a plan: compiles its kernels once, or loads what was compiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.answer import Effort
from optimizer.insertion import insertions
from optimizer.kernel.jit import is_compiled
from optimizer.problem import Problem, Relation, Route, Visit
from optimizer.search.solve import solve
from optimizer.solution import Solution, Tour

_NOTE = "Compiling the engine, once; this takes a minute or two."


def warm_up(on_note: Callable[[str], None]) -> None:
    """Solves a tiny problem with everything that runs a kernel; tells by `on_note` when this takes a while."""
    if not is_compiled():
        on_note(_NOTE)
    problem = _tiny()
    solve(problem, effort=Effort(rounds=10, bound_rounds=10), seed=1)
    insertions(problem, Solution(tours=(Tour(), Tour())), 0)


def _tiny() -> Problem:
    """Three visits, two of them linked, and two routes."""
    visits = tuple(Visit(place=place, windows=((0, 1_000),)) for place in (1, 2, 1))
    routes = tuple(Route(person=person, start_place=0, end_place=0, opens=0, closes=1_000) for person in range(2))
    travel = np.array([[[0, 5, 9], [5, 0, 4], [9, 4, 0]]], dtype=np.int64)
    pairs = (len(visits), len(routes))
    return Problem(
        visits=visits,
        routes=routes,
        allowed=np.ones(pairs, dtype=np.bool_),
        pair_price=np.zeros(pairs, dtype=np.int64),
        service_seconds=np.full(pairs, 10, dtype=np.int64),
        travel_seconds=travel,
        travel_metres=travel.copy(),
        relations=(Relation(first=0, second=1, min_gap=0, max_gap=0),),
    )
