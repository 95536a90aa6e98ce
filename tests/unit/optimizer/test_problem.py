"""What a problem refuses to be made of: every fault at once, and no number that could leave 64 bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from optimizer.answer import Effort
from optimizer.errors import InvalidProblem
from optimizer.evaluate import evaluate
from optimizer.problem import LARGEST_PRICE, NEVER, Break, Curve, Measure, Problem, Relation, StartPrice, WorstPrice
from optimizer.problem_sums import LARGEST_SUM, dearest_plan
from optimizer.search.solve import solve
from optimizer.timing import timed
from tests.engine_problems import BY_THE_UNIT, a_problem, a_random_problem, a_route, a_visit, dice_of

DEAR = Curve(steps=((0, LARGEST_PRICE),))


def priced(measure: Measure) -> Problem:
    return a_problem([a_visit(1)] * 500, [a_route(prices=((measure, DEAR),) * 9)] * 300)


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_problem([a_visit(1)], [a_route(closes=NEVER, prices=((Measure.DRIVE, DEAR),))]),
        lambda: a_problem([a_visit(1, start_prices=(StartPrice(early_before=NEVER, early=DEAR),))]),
        lambda: a_problem([a_visit(1, (0, NEVER), start_prices=(StartPrice(late_after=0, late=DEAR),))] * 200),
        lambda: a_problem([a_visit(1)], worst_prices=(WorstPrice(measure=Measure.PAID, curve=DEAR),) * 200),
        lambda: priced(Measure.METRES),
        lambda: priced(Measure.IDLE),
        lambda: priced(Measure.VISITS),
        lambda: a_problem([a_visit(1, points=10**9)], [a_route(prices=((Measure.POINTS, DEAR),))]),
        lambda: a_problem([a_visit(1)], [a_route(soft_closes=-(10**9), prices=((Measure.LATE_RETURN, DEAR),))]),
        lambda: a_problem([a_visit(1)], [a_route(base=((Measure.PAID, 10**9),), prices=((Measure.PAID, DEAR),))]),
    ],
    ids=("drive", "early", "late", "worst", "metres", "idle", "visits", "points", "late return", "used before"),
)
def test_prices_that_could_add_up_past_64_bits_are_refused(make: Callable[[], Problem]) -> None:
    with pytest.raises(InvalidProblem, match="a plan could cost up to"):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_problem([a_visit(1)], pair_price={(0, 0): LARGEST_PRICE + 1}),
        lambda: a_problem([a_visit(1)], pair_price={(0, 0): -(2**63)}),
        lambda: a_problem([a_visit(1, unserved_price=LARGEST_PRICE + 1)]),
        lambda: a_problem([a_visit(1, points=10**30)]),
        lambda: a_problem([a_visit(1)], [a_route(unused_price=LARGEST_PRICE + 1)]),
        lambda: a_problem([a_visit(1)], [a_route(soft_closes=10**30)]),
        lambda: a_problem([a_visit(1)], [a_route(caps=((Measure.PAID, 10**30),))]),
        lambda: a_problem([a_visit(1)], [a_route(base=((Measure.PAID, 10**30),))]),
        lambda: a_problem([a_visit(1)], [a_route(breaks=(Break(opens=0, closes=1, seconds=10**30),))]),
        lambda: a_problem([a_visit(1)], [a_route(prices=((Measure.DRIVE, Curve(steps=((0, 1),), per=10**30)),))]),
        lambda: a_problem([a_visit(1)], [a_route(prices=((Measure.DRIVE, Curve(steps=((10**30, 1),))),))]),
        lambda: a_problem([a_visit(1)] * 2, relations=(Relation(first=0, second=1, min_gap=-(10**30)),)),
        lambda: a_problem([a_visit(1, start_prices=(StartPrice(late_after=-(10**30), late=BY_THE_UNIT),))]),
        lambda: a_problem([a_visit(1)], [a_route(prices=((Measure.DRIVE, Curve(steps=((0, 10**12), (10**8, 0)))),))]),
    ],
    ids=(
        "pair",
        "reward",
        "unserved",
        "points",
        "unused",
        "soft close",
        "cap",
        "base",
        "break",
        "per",
        "step",
        "gap",
        "wish",
        "steep before the last step",
    ),
)
def test_a_single_number_that_is_far_too_large_is_refused(make: Callable[[], Problem]) -> None:
    with pytest.raises(InvalidProblem):
        make()


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(InvalidProblem) as caught:
        a_problem([a_visit(7, (5, 1))], [a_route(person=0, opens=9, closes=3)], travel=[[0]])

    assert len(caught.value.faults) == 3


def test_what_a_plan_could_cost_is_never_less_than_what_one_does() -> None:
    for dice in map(dice_of, range(60)):
        problem = a_random_problem(dice, visits=3, routes=1)
        for order in permutations(range(3)):
            if (plan := timed(problem, [order])) is not None:
                assert evaluate(problem, plan).price.total <= dearest_plan(problem)


def test_the_dearest_problem_that_is_taken_is_solved_to_the_cent() -> None:
    """A hundredth of the limit is in reach, and every sum still has its true value."""
    problem = a_problem(
        [a_visit(place, (0, 5_000)) for place in (3, 1, 2)],
        [a_route(prices=((Measure.DRIVE, Curve(steps=((0, LARGEST_PRICE),))),)), a_route(person=1, closes=100)],
        pair_price={(0, 0): LARGEST_PRICE, (1, 0): -LARGEST_PRICE},
    )
    assert LARGEST_SUM // 200 < dearest_plan(problem) < LARGEST_SUM

    answer = solve(problem, effort=Effort(rounds=40, bound_rounds=10), seed=1)

    assert answer.evaluation.is_feasible
    assert answer.evaluation.value == ((0,), 600 * LARGEST_PRICE)
    assert answer.bound is None or answer.bound <= 600 * LARGEST_PRICE


def test_its_arrays_cannot_be_written_to() -> None:
    problem = a_problem([a_visit(1)])

    assert not any(array.flags.writeable for array in problem.arrays())
    with pytest.raises(InvalidProblem):
        replace(problem, service_seconds=np.full((1, 1), -1, dtype=np.int64))
