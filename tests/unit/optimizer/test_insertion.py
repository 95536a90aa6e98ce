"""Where one more visit fits, what that costs to the cent, and why it does not fit elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.errors import InvalidSolution
from optimizer.evaluate import evaluate
from optimizer.insertion import insertions, obstacles
from optimizer.limits import Limit
from optimizer.problem import Alike, Break, Measure, Problem, Relation
from optimizer.solution import BreakTaken, Solution, Tour
from optimizer.timing import timed
from tests.engine_problems import a_problem, a_random_problem, a_route, a_visit, dice_of


def plan(problem: Problem, *orders: tuple[int, ...]) -> Solution:
    solution = timed(problem, orders)
    assert solution is not None
    return solution


def test_positions_come_cheapest_first_with_their_starts() -> None:
    problem = a_problem([a_visit(1), a_visit(3), a_visit(2)])

    found = insertions(problem, plan(problem, (0, 1)), 2)

    assert [(one.position, one.starts, one.price_difference) for one in found] == [
        (1, 210, 0),
        (2, 420, 0),
        (0, 200, 200),
    ]


def test_only_the_routes_asked_for_are_looked_at() -> None:
    problem = a_problem([a_visit(1)], [a_route(), a_route(person=1)])

    found = insertions(problem, plan(problem, (), ()), 0, routes=[1])

    assert [one.route for one in found] == [1]


def test_a_served_visit_is_not_inserted_again() -> None:
    problem = a_problem([a_visit(1)])

    with pytest.raises(InvalidSolution):
        insertions(problem, plan(problem, (0,)), 0)


def test_a_plan_for_another_problem_is_refused() -> None:
    problem = a_problem([a_visit(1), a_visit(2)])
    stray = BreakTaken(which=0, before=0, starts=0)

    for tours in ((), (Tour(visits=(7,), starts=(0,)),), (Tour(visits=(0,)),), (Tour(breaks=(stray,)),)):
        with pytest.raises(InvalidSolution):
            insertions(problem, Solution(tours=tours), 1)


def test_a_partner_keeps_its_start_when_it_can() -> None:
    problem = a_problem(
        [a_visit(1, (400, 900)), a_visit(1)],
        [a_route(), a_route(person=1)],
        relations=(Relation(first=0, second=1, min_gap=0, max_gap=0, people=Alike.DIFFERENT),),
    )

    (found,) = insertions(problem, plan(problem, (0,), ()), 1)

    assert (found.route, found.starts) == (1, 400)


def test_a_partner_is_pushed_when_it_must_be() -> None:
    problem = a_problem(
        [a_visit(1, (400, 900)), a_visit(1, (500, 900))],
        [a_route(), a_route(person=1)],
        relations=(Relation(first=0, second=1, min_gap=0, max_gap=0, people=Alike.DIFFERENT),),
    )

    (found,) = insertions(problem, plan(problem, (0,), ()), 1)

    assert [tour.starts for tour in found.solution.tours] == [(500,), (500,)]


@pytest.mark.parametrize(
    ("route", "limit"),
    [
        ({"closes": 209}, Limit.CLOSES),
        ({"caps": ((Measure.VISITS, 0),)}, Limit.CAP),
        ({"breaks": (Break(opens=0, closes=50, seconds=10),)}, Limit.BREAK),
        ({"opens": 9_950}, Limit.WINDOW),
    ],
)
def test_an_obstacle_is_named(route: dict[str, Any], limit: Limit) -> None:
    problem = a_problem([a_visit(1)], [a_route(**{"closes": 20_000} | route)])

    assert [obstacle.code for obstacle in obstacles(problem, plan(problem, ()), 0)] == [limit]


def test_relations_are_obstacles_too() -> None:
    problem = a_problem(
        [a_visit(1, (100, 100)), a_visit(1), a_visit(1)],
        [a_route(), a_route(person=1)],
        relations=(
            Relation(first=0, second=1, max_gap=-50, people=Alike.DIFFERENT),
            Relation(first=1, second=2, both_or_none=True),
        ),
    )
    standing = plan(problem, (0,), ())

    assert [(one.route, one.code) for one in obstacles(problem, standing, 2)] == [
        (0, Limit.BOTH_OR_NONE),
        (1, Limit.BOTH_OR_NONE),
    ]
    assert obstacles(problem, standing, 1)[0].code is Limit.PEOPLE
    assert insertions(problem, standing, 2) == []


def test_a_forbidden_route_and_a_gap_that_does_not_fit_are_named() -> None:
    problem = a_problem(
        [a_visit(1, (100, 100)), a_visit(1)],
        [a_route(), a_route(person=1)],
        forbidden=[(1, 0)],
        relations=(Relation(first=0, second=1, max_gap=-50),),
    )

    found = obstacles(problem, plan(problem, (0,), ()), 1)

    assert [(one.route, one.code) for one in found] == [(0, Limit.ALLOWED), (1, Limit.GAP)]


@pytest.mark.parametrize("seed", range(40))
def test_the_price_difference_is_the_evaluators(seed: int) -> None:
    dice = dice_of(seed)
    problem = a_random_problem(dice, visits=5, routes=3, relations=2)
    orders: list[list[int]] = [[], [], []]
    for visit in range(4):
        orders[dice.randrange(3)].append(visit)
    standing = timed(problem, orders)
    if standing is None or not evaluate(problem, standing).is_feasible:
        standing = plan(problem, (), (), ())
    before = evaluate(problem, standing)

    for visit in set(range(5)) - standing.served():
        for one in insertions(problem, standing, visit):
            after = evaluate(problem, one.solution)
            assert after.is_feasible
            assert one.price_difference == after.price.total - before.price.total
            assert one.solution.tours[one.route].visits[one.position] == visit


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_that_stands_at_odd_times_is_priced_as_it_stands(seed: int) -> None:
    dice = dice_of(seed)
    problem = a_random_problem(dice, visits=5, routes=3)
    standing = timed(problem, ([0], [1], [])) or plan(problem, (), (), ())
    odd = Solution(
        tours=tuple(
            replace(tour, starts=tuple(start + dice.randint(-30, 30) for start in tour.starts), leaves=tour.leaves + 9)
            for tour in standing.tours
        )
    )
    before = evaluate(problem, odd).price.total

    for one in insertions(problem, odd, 4):
        assert one.price_difference == evaluate(problem, one.solution).price.total - before
