"""What is proven of a day with breaks, where the cheapest order of a set of visits depends on more than its legs."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.bound.lighter import lighter
from optimizer.bound.listed import Listed
from optimizer.bound.lower_bound import LowerBound
from optimizer.evaluate import evaluate
from optimizer.problem import Break, Curve, Measure, Problem, Route, Visit
from optimizer.search.effort import effort_for
from optimizer.search.proof import Proof
from optimizer.search.relaxed_choice import RelaxedChoice
from optimizer.search.solve import solve
from optimizer.timing import timed
from tests.engine_problems import dice_of
from tests.unit.optimizer.test_bound import best_value, drawn, improved, never

FORENOON, NOON, AFTERNOON = (32400, 43200), (43200, 54000), (50400, 61200)
SECONDS = [
    [0, 1265, 742, 1389, 557, 1442, 1172, 629, 614],
    [1265, 0, 1008, 612, 1016, 413, 579, 1500, 1008],
    [742, 1008, 0, 1240, 426, 1162, 805, 867, 762],
    [1389, 612, 1240, 0, 1189, 658, 949, 1674, 1081],
    [557, 1016, 426, 1189, 0, 1188, 898, 830, 535],
    [1442, 413, 1162, 658, 1188, 0, 698, 1666, 1187],
    [1172, 579, 805, 949, 898, 698, 0, 1336, 1003],
    [629, 1500, 867, 1674, 830, 1666, 1336, 0, 982],
    [614, 1008, 762, 1081, 535, 1187, 1003, 982, 0],
]
METRES = [
    [0, 19586, 9510, 21930, 6314, 22862, 17741, 7551, 7288],
    [19586, 0, 14506, 7265, 14671, 4229, 6681, 23860, 14516],
    [9510, 14506, 0, 19095, 4414, 17548, 10605, 11725, 9851],
    [21930, 7265, 19095, 0, 18089, 8053, 13335, 26889, 15957],
    [6314, 14671, 4414, 18089, 0, 18065, 12344, 11032, 5925],
    [22862, 4229, 17548, 8053, 18065, 0, 8752, 26759, 18045],
    [17741, 6681, 10605, 13335, 12344, 8752, 0, 20972, 14406],
    [7551, 23860, 11725, 26889, 11032, 26759, 20972, 0, 13990],
    [7288, 14516, 9851, 15957, 5925, 18045, 14406, 13990, 0],
]


def a_route(number: int, *, shift_ends: int) -> Route:
    """From its own place and back, with half an hour's break in a day of more than six hours."""
    return Route(
        person=number,
        start_place=number,
        end_place=number,
        opens=28800,
        closes=shift_ends + 3600,
        soft_closes=shift_ends,
        shift=(28800, shift_ends),
        breaks=(Break(opens=39600, closes=50400, seconds=1800, after=21600, missed_price=15000),),
        prices=(
            (Measure.DRIVE, Curve(steps=((0, 4200),), per=3600)),
            (Measure.WAIT, Curve(steps=((0, 2100),), per=3600)),
            (Measure.METRES, Curve(steps=((0, 45),), per=1000)),
        ),
    )


def six_visits() -> Problem:
    """A branch-day on which plans made after a campaign of faults were said to be the best possible, and differed."""
    facts = ((6, NOON, 2), (4, FORENOON, 1), (8, AFTERNOON, 2), (7, FORENOON, 2), (5, FORENOON, 2), (3, NOON, 0))
    return Problem(
        visits=tuple(Visit(place=place, windows=(window,), unserved_class=each) for place, window, each in facts),
        routes=tuple(a_route(number, shift_ends=ends) for number, ends in enumerate((61200, 64800, 63000))),
        allowed=np.ones((6, 3), dtype=bool),
        pair_price=np.zeros((6, 3), dtype=np.int64),
        service_seconds=np.repeat(np.array([[2400], [2400], [1800], [2100], [2700], [1800]]), 3, axis=1),
        travel_seconds=np.array([SECONDS]),
        travel_metres=np.array([METRES]),
    )


@pytest.mark.parametrize("seed", range(1, 6))
def test_no_plan_costs_less_than_what_is_proven(seed: int) -> None:
    """The better plan waits, and leaves later: an order that a day without waiting and breaks never prefers."""
    problem = six_visits()
    later = timed(problem, [(3, 1, 0, 2), (4, 5), ()])
    assert later is not None
    shorter = evaluate(problem, later)
    assert shorter.is_feasible

    answer = solve(problem, effort=effort_for(problem, threads=1), seed=seed)

    assert answer.bound is not None
    assert answer.bound <= shorter.price.total


@pytest.mark.parametrize("seed", range(200, 240))
def test_what_the_listed_routes_prove_holds_whatever_the_day_asks_for(seed: int) -> None:
    problem = drawn(dice_of(seed))
    unserved, price = best_value(problem)
    easier = LowerBound(lighter(problem), for_heavier=True)
    easier.improve(unserved, price, rounds=300, should_stop=never)

    for bound in (improved(problem, (unserved, price)), easier):
        if bound.listed is not None and bound.unserved_bound == unserved:
            assert least_of(bound.listed) <= price
        assert bound is not easier or bound.complete_below is None


@pytest.mark.parametrize("seed", range(300, 330))
def test_what_an_answer_says_is_proven_holds_for_the_best_plan(seed: int) -> None:
    problem = drawn(dice_of(seed))
    unserved, price = best_value(problem)

    answer = solve(problem, effort=effort_for(problem, threads=1), seed=seed)

    assert answer.unserved_bound is None or answer.unserved_bound <= unserved
    assert answer.bound is None or answer.unserved_bound != unserved or answer.bound <= price


def least_of(listed: Listed) -> int:
    choice = RelaxedChoice(listed)
    least = Proof(choice.costs, choice.rows(), unit=listed.scale).begin(nodes=None, seconds=None).result(60).least
    assert least is not None
    return listed.cents(least)
