"""A plan without search, for when the search is late or down: keep what stands, then put in one by one.

Visits keep their case manager where they still can; then whoever takes one cheapest gets it. Dear, but always
an answer, within a second or two, and the same one every time.
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.errors import EngineError
from optimizer.insertion import insertions
from optimizer.problem import Problem
from optimizer.solution import Solution
from optimizer.timing import timed


class NoTimetable(EngineError):
    """No times keep every hard limit, even with nothing left to leave out."""

    code = "engine.no_timetable"
    remedy = "Check the shifts and what is frozen: a case manager's day cannot be begun and ended."

    def __init__(self) -> None:
        super().__init__("No times keep every hard limit.")


def by_insertion(problem: Problem, start: Solution | None = None) -> Solution:
    """Insert every visit of `start` into its own route, then every other one wherever it is cheapest.

    Two visits that are worth nothing alone go in one after the other; who stays alone is taken out again.
    """
    loose = _loosened(problem)
    return _without_lonely(problem, filled(loose, _kept(loose, start, without=None)))


def filled(problem: Problem, solution: Solution) -> Solution:
    """`solution` with every visit that still finds room, the most important first."""
    served = solution.served()
    waiting = (visit for visit in range(len(problem.visits)) if visit not in served)
    for visit in sorted(waiting, key=lambda visit: (problem.visits[visit].unserved_class, visit)):
        solution = _with(problem, solution, visit, None)
    return solution


def keep_what_stands(problem: Problem, start: Solution, *, without: int) -> Solution:
    """`start` without one visit, and without those that break a hard limit by now."""
    return _without_lonely(problem, _kept(_loosened(problem), start, without=without))


def _loosened(problem: Problem) -> Problem:
    return replace(problem, relations=tuple(replace(r, both_or_none=False) for r in problem.relations))


def _kept(loose: Problem, start: Solution | None, *, without: int | None) -> Solution:
    solution = _timed(loose, [() for _ in loose.routes])
    for visit, route in _planned(start):
        if visit != without:
            solution = _with(loose, solution, visit, (route,))
    return solution


def _without_lonely(problem: Problem, solution: Solution) -> Solution:
    lonely = _lonely(problem, solution)
    kept = [tuple(visit for visit in tour.visits if visit not in lonely) for tour in solution.tours]
    return _timed(problem, kept) if lonely else solution


def _planned(start: Solution | None) -> list[tuple[int, int]]:
    """Visits with their routes, in order of time."""
    tours = enumerate(start.tours) if start else ()
    found = [(at, visit, route) for route, tour in tours for at, visit in zip(tour.starts, tour.visits, strict=True)]
    return [(visit, route) for _, visit, route in sorted(found)]


def _with(problem: Problem, solution: Solution, visit: int, routes: tuple[int, ...] | None) -> Solution:
    found = insertions(problem, solution, visit, routes=routes)
    return found[0].solution if found else solution


def _lonely(problem: Problem, solution: Solution) -> set[int]:
    """Served visits that are worth nothing without one that is not, and those that then are."""
    served = set(solution.served())
    bound = [(r.first, r.second) for r in problem.relations if r.both_or_none]
    lost = {visit for pair in bound for visit in pair if len(served.intersection(pair)) == 1}
    while more := {v for pair in bound if lost.intersection(pair) for v in pair} - lost:
        lost |= more
    return lost & served


def _timed(problem: Problem, orders: list[tuple[int, ...]]) -> Solution:
    if (solution := timed(problem, orders)) is None:
        raise NoTimetable
    return solution
