"""The lower bound: never above any plan, equal to the best one where nothing is relaxed, and always the same."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import count, permutations, product
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from optimizer.answer import Effort
from optimizer.bound.lower_bound import LowerBound
from optimizer.evaluate import evaluate
from optimizer.kernel.column import Column
from optimizer.problem import NEVER, NO_PLACE, Measure, Problem
from optimizer.route_timing import schedule
from optimizer.search.solve import solve
from optimizer.tables import tables_of
from optimizer.timing import timed
from tests.engine_problems import BY_THE_UNIT, a_full_day, a_problem, a_random_problem, a_route, a_visit, dice_of

ROOT = Path(__file__).parents[3]
Value = tuple[tuple[int, ...], int]


def never() -> bool:
    return False


def improved(problem: Problem, value: Value, *, threads: int = 1, rounds: int = 300) -> LowerBound:
    bound = LowerBound(problem, threads=threads)
    bound.improve(*value, rounds=rounds, should_stop=never)
    return bound


def best_value(problem: Problem) -> Value:
    """Of every choice and every order, timed as the engine times it."""
    visits, routes = range(len(problem.visits)), range(len(problem.routes))
    values = []
    for choice in product((None, *routes), repeat=len(visits)):
        groups = [[visit for visit in visits if choice[visit] == route] for route in routes]
        if not all(problem.allowed[visit, route] for route in routes for visit in groups[route]):
            continue
        for orders in product(*(permutations(group) for group in groups)):
            if (solution := timed(problem, orders)) is None:
                continue
            if (evaluation := evaluate(problem, solution)).is_feasible:
                values.append(evaluation.value)
    return min(values)


def plain(problem: Problem) -> Problem:
    """Nothing the bound relaxes: one window, no wishes, breaks, links or worst values, and prices without rounding."""
    visits = tuple(replace(visit, start_prices=(), windows=visit.windows[:1]) for visit in problem.visits)
    routes = tuple(
        replace(
            route,
            breaks=(),
            prices=tuple((measure, BY_THE_UNIT) for measure, _ in route.prices if measure is not Measure.IDLE),
        )
        for route in problem.routes
    )
    return replace(problem, visits=visits, routes=routes, relations=(), worst_prices=())


def drawn(dice: Random) -> Problem:
    relations = dice.choice((0, 0, 1, 2))
    return a_random_problem(dice, visits=dice.randint(1, 4), routes=dice.randint(1, 3), relations=relations)


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_beats_the_bound_whatever_the_day_asks_for(seed: int) -> None:
    problem = drawn(dice_of(seed))
    unserved, price = best_value(problem)

    found = improved(problem, (unserved, price))

    assert found.unserved_bound <= unserved
    assert found.bound is None or found.bound <= price


@pytest.mark.parametrize("seed", range(100, 125))
def test_the_bound_meets_the_best_plan_where_nothing_is_relaxed(seed: int) -> None:
    problem = plain(drawn(dice_of(seed)))
    value = best_value(problem)

    found = improved(problem, value)

    assert (found.unserved_bound, found.bound) == value


def a_busy_day(visits: int = 12, routes: int = 3) -> Problem:
    dice = dice_of(5)
    windows = [(begin, begin + 2_500) for begin in (dice.randrange(0, 2_500) for _ in range(visits))]
    return a_problem(
        [a_visit(dice.randint(1, 9), window) for window in windows],
        [a_route(person=index) for index in range(routes)],
        service=300,
        pair_price={(v, r): dice.randint(0, 400) for v in range(visits) for r in range(routes)},
    )


def cheapest_of(problem: Problem, columns: Sequence[Column]) -> int:
    """The best choice of these routes that serves everybody, by adding visits in order."""
    best: dict[tuple[int, int], int] = {(0, 0): 0}
    for column in columns:
        served, seat = sum(1 << stop for stop in column.stops), 1 << column.route
        for (visits, seats), price in list(best.items()):
            if not visits & served and not seats & seat:
                key = visits | served, seats | seat
                best[key] = min(best.get(key, 10**9), price + column.price)
    everybody = (1 << len(problem.visits)) - 1
    return min(price for (visits, _), price in best.items() if visits == everybody)


def test_a_best_plan_is_made_of_the_columns_when_the_bound_says_so() -> None:
    problem = a_busy_day(7, 2)
    value = best_value(problem)
    found = improved(problem, value)

    assert found.is_converged
    assert found.holds_an_optimum
    assert cheapest_of(problem, found.columns(10_000)) == value[1]


def test_columns_have_the_price_that_timing_gives_them() -> None:
    problem = a_busy_day()
    tables = tables_of(problem)

    columns = improved(problem, ((0,), 20_000)).columns(40)

    assert 0 < len(columns) <= 40
    for column in columns:
        timing = schedule(tables, tables.routes[column.route], column.stops)
        assert timing is not None
        assert timing.price == column.price


def told(problem: Problem, threads: int) -> str:
    found = improved(problem, ((0,), 20_000), threads=threads, rounds=60)
    return repr((found.bound, found.unserved_bound, found.is_converged, found.columns(500)))


def test_threads_do_not_change_a_byte() -> None:
    assert told(a_busy_day(), 1) == told(a_busy_day(), 2)


_WITHOUT_COMPILER = """
from tests.unit.optimizer.test_bound import a_busy_day, told
print(told(a_busy_day(5, 2), 1))
"""


def test_the_same_comes_out_without_the_compiler() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", _WITHOUT_COMPILER]

    plainly = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert plainly.stdout.strip() == told(a_busy_day(5, 2), 1)


def test_it_stops_when_told_to_and_goes_on_later() -> None:
    looks = count()
    found = LowerBound(a_busy_day())

    found.improve((0,), 20_000, rounds=100, should_stop=lambda: next(looks) > 3)
    stopped_early = not found.is_converged
    found.improve((0,), 20_000, rounds=300, should_stop=never)

    assert stopped_early
    assert found.is_converged
    assert found.bound == improved(a_busy_day(), ((0,), 20_000)).bound


def test_rounds_are_counted() -> None:
    found = improved(a_busy_day(), ((0,), 20_000), rounds=1)

    assert not found.is_converged


def test_known_routes_are_taken_in() -> None:
    problem = a_problem([a_visit(1)])
    found = LowerBound(problem)

    found.add([Column(0, (0,), 200)])
    found.improve((0,), 200, rounds=20, should_stop=never)

    assert found.bound == 200
    assert Column(0, (0,), 200) in found.columns(5)


@pytest.mark.parametrize(
    ("problem", "value"),
    [
        (a_problem([], []), ((0,), 0)),
        (a_problem([], [a_route()]), ((0,), 0)),
        (a_problem([a_visit(1)], []), ((1,), 0)),
        (a_problem([a_visit(1), a_visit(1)], travel=[[0, 0], [0, 0]], service=0), ((0,), 0)),
        (a_problem([a_visit(1)], travel=[[0, NEVER], [NEVER, 0]]), ((1,), 0)),
        (a_problem([a_visit(1), a_visit(2)], travel=[[0, 5, 90], [5, 0, 5], [5, 90, 0]]), ((0,), 15)),
        (a_problem([a_visit(NO_PLACE), a_visit(1)], [a_route(departed=0)]), ((0,), 200)),
        (a_problem([a_visit(1, unserved_price=150)]), ((0,), 150)),
        (a_problem([a_visit(1)], pair_price={(0, 0): -500}), ((0,), -300)),
        (a_problem([a_visit(1)], pair_price={(0, 0): 10**12}), ((0,), 10**12 + 200)),
        (a_problem([a_visit(1), a_visit(1, (5_000, 5_000))], [a_route(unused_price=700), a_route()]), ((0,), 200)),
    ],
    ids=(
        "nothing",
        "nobody to visit",
        "nobody to go",
        "no time",
        "no way",
        "a detour is shorter",
        "remote",
        "left out for money",
        "a reward",
        "very dear",
        "a route costs by staying",
    ),
)
def test_odd_days_have_a_bound_too(problem: Problem, value: Value) -> None:
    found = improved(problem, value)

    assert found.unserved_bound == value[0]
    assert found.bound == value[1]


def test_visits_that_nobody_has_time_for_are_counted() -> None:
    tight = [a_visit(1, (100, 100)), a_visit(2, (210, 210)), a_visit(1, (100, 100))]

    found = improved(a_problem(tight), ((1,), 400))

    assert found.unserved_bound == (1,)


def test_a_second_class_is_counted_after_the_first() -> None:
    visits = [a_visit(1, (100, 100)), a_visit(1, (100, 100), unserved_class=1)]

    found = improved(a_problem(visits), ((0, 1), 200))

    assert (found.unserved_bound, found.bound) == ((0, 1), 200)


def test_arrays_of_a_problem_stay_as_they_are() -> None:
    problem = a_busy_day()
    before = [array.copy() for array in problem.arrays()]

    improved(problem, ((0,), 20_000), rounds=3)

    assert all(np.array_equal(one, other) for one, other in zip(before, problem.arrays(), strict=True))


class BreaksDown:
    """A solver that ends abnormally, so many times."""

    def __init__(self, solver: Any, times: int) -> None:
        self.solver, self.times = solver, times

    def solve(self) -> Any:
        if self.times:
            self.times -= 1
            raise AttributeError("'StatusNotOk' object has no attribute 'canonical_code'")
        return self.solver.solve()


def test_a_linear_programme_that_breaks_down_once_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = a_full_day()
    whole = LowerBound(problem)
    whole.improve((0,), 10**6, rounds=12, should_stop=lambda: False)
    begun = mathopt.IncrementalSolver
    left = [1]

    def brittle(model: Any, kind: Any) -> Any:
        return BreaksDown(begun(model, kind), left.pop() if left else 0)

    monkeypatch.setattr(mathopt, "IncrementalSolver", brittle)
    broken = LowerBound(problem)
    broken.improve((0,), 10**6, rounds=12, should_stop=lambda: False)

    assert broken.bound == whole.bound


def test_one_that_goes_on_breaking_down_ends_the_bound_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mathopt, "IncrementalSolver", lambda *_: BreaksDown(None, 10**9))

    answer = solve(a_full_day(), effort=Effort(rounds=20, bound_rounds=10), seed=1)

    assert answer.evaluation.is_feasible
    assert answer.bound is None
