"""Start times for given orders, checked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.evaluate import evaluate
from optimizer.problem import NO_PLACE, Break, Curve, Measure, Problem, Relation, StartPrice
from optimizer.solution import BreakTaken, Tour
from optimizer.timing import timed
from tests.engine_problems import BY_THE_UNIT, a_problem, a_route, a_visit


def tours_of(problem: Problem, *orders: tuple[int, ...]) -> tuple[Tour, ...]:
    solution = timed(problem, orders)
    assert solution is not None
    assert evaluate(problem, solution).is_feasible
    return solution.tours


def starts_of(problem: Problem, *orders: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [tour.starts for tour in tours_of(problem, *orders)]


def test_a_route_leaves_as_late_as_its_first_window_allows() -> None:
    (tour,) = tours_of(a_problem([a_visit(1, (500, 600))]), (0,))

    assert (tour.leaves, tour.starts, tour.returns) == (400, (500,), 610)


def test_the_first_stop_moves_later_when_that_saves_waiting() -> None:
    problem = a_problem([a_visit(1, (0, 300)), a_visit(2, (500, 600))])

    (tour,) = tours_of(problem, (0, 1))  # at 300 it still waits 90 s before 500

    assert (tour.leaves, tour.starts) == (200, (300, 500))


def test_a_missed_window_pushes_to_the_next_one() -> None:
    problem = a_problem([a_visit(1, (0, 50), (250, 300))])

    assert starts_of(problem, (0,)) == [(250,)]


@pytest.mark.parametrize(
    "problem",
    [
        a_problem([a_visit(1, (0, 99))]),
        a_problem([a_visit(1, latest_end=109)]),
        a_problem([a_visit(1)], [a_route(closes=209)]),
        a_problem([a_visit(1)], [a_route(caps=((Measure.VISITS, 0),))]),
        a_problem([a_visit(1)], [a_route(breaks=(Break(opens=0, closes=99, seconds=10),))]),
    ],
)
def test_an_order_that_cannot_work_has_no_times(problem: Problem) -> None:
    assert timed(problem, [(0,)]) is None


def test_a_break_is_taken_on_arrival_before_service() -> None:
    problem = a_problem([a_visit(1), a_visit(2)], [a_route(breaks=(Break(opens=200, closes=215, seconds=60),))])

    (tour,) = tours_of(problem, (0, 1))  # at place 2 from 210 on

    assert tour.breaks == (BreakTaken(which=0, before=1, starts=210),)
    assert tour.starts == (100, 270)


def test_a_break_may_come_after_the_last_stop() -> None:
    problem = a_problem([a_visit(1, (100, 100))], [a_route(breaks=(Break(opens=105, closes=120, seconds=30),))])

    (tour,) = tours_of(problem, (0,))

    assert tour.breaks == (BreakTaken(which=0, before=1, starts=110),)
    assert tour.returns == 240


def test_a_route_short_enough_takes_no_break() -> None:
    problem = a_problem([a_visit(1)], [a_route(breaks=(Break(opens=0, closes=99, seconds=10, after=210),))])

    (tour,) = tours_of(problem, (0,))

    assert tour.breaks == ()


def test_a_soft_break_is_missed_when_that_is_cheaper() -> None:
    pause = Break(opens=0, closes=9_000, seconds=100, is_paid=True, missed_price=99)
    prices = ((Measure.PAID, BY_THE_UNIT),)
    cheap = a_problem([a_visit(1)], [a_route(breaks=(pause,), prices=prices)])
    dear = a_problem([a_visit(1)], [a_route(breaks=(replace(pause, missed_price=101),), prices=prices)])

    assert tours_of(cheap, (0,))[0].breaks == ()
    assert len(tours_of(dear, (0,))[0].breaks) == 1


def test_two_breaks_follow_each_other() -> None:
    pauses = (Break(opens=100, closes=200, seconds=30), Break(opens=120, closes=200, seconds=30))
    problem = a_problem([a_visit(1, (0, 200))], [a_route(breaks=pauses)])

    (tour,) = tours_of(problem, (0,))

    assert [taken.which for taken in tour.breaks] == [0, 1]


def test_a_remote_visit_takes_place_where_one_is() -> None:
    problem = a_problem([a_visit(1), a_visit(NO_PLACE), a_visit(2)])

    assert starts_of(problem, (0, 1, 2)) == [(100, 110, 220)]


def test_a_start_waits_for_its_wish_when_waiting_is_cheaper() -> None:
    wish = StartPrice(early_before=400, early=Curve(steps=((0, 5),)))

    assert starts_of(a_problem([a_visit(1, start_prices=(wish,))]), (0,)) == [(400,)]


def test_leaving_later_never_makes_a_told_visit_late() -> None:
    told = StartPrice(late_after=100, late=Curve(steps=((0, 50),)))
    problem = a_problem(
        [a_visit(1, start_prices=(told,)), a_visit(2, (500, 600))],
        [a_route(prices=((Measure.PAID, BY_THE_UNIT),))],
    )

    assert starts_of(problem, (0, 1)) == [(100, 500)]


def two_routes(relation: dict[str, Any], first: tuple[int, int], second: tuple[int, int]) -> Problem:
    return a_problem(
        [a_visit(1, first), a_visit(1, second)],
        [a_route(), a_route(person=1)],
        relations=(Relation(first=0, second=1, **relation),),
    )


@pytest.mark.parametrize(
    ("relation", "first", "second", "starts"),
    [
        ({"min_gap": 0, "max_gap": 0}, (0, 900), (300, 900), [(300,), (300,)]),
        ({"min_gap": 50}, (200, 200), (0, 900), [(200,), (250,)]),
        ({"max_gap": 50}, (0, 900), (300, 300), [(250,), (300,)]),
        ({"min_gap": -30, "max_gap": -30}, (0, 900), (150, 150), [(180,), (150,)]),
    ],
)
def test_gaps_push_the_start_they_must(
    relation: dict[str, Any], first: tuple[int, int], second: tuple[int, int], starts: list[tuple[int, ...]]
) -> None:
    assert starts_of(two_routes(relation, first, second), (0,), (1,)) == starts


@pytest.mark.parametrize(
    ("relation", "first", "second"),
    [({"min_gap": 0, "max_gap": 0}, (0, 200), (201, 900)), ({"min_gap": 800}, (100, 900), (0, 899))],
)
def test_gaps_that_no_window_allows_have_no_times(
    relation: dict[str, Any], first: tuple[int, int], second: tuple[int, int]
) -> None:
    assert timed(two_routes(relation, first, second), [(0,), (1,)]) is None


def test_routes_that_wait_for_each_other_in_a_circle_have_no_times() -> None:
    problem = a_problem(
        [a_visit(1), a_visit(1), a_visit(1), a_visit(1)],
        [a_route(), a_route(person=1)],
        relations=(
            Relation(first=0, second=3, min_gap=0, max_gap=0),
            Relation(first=1, second=2, min_gap=0, max_gap=0),
        ),
    )

    assert timed(problem, [(0, 1), (2, 3)]) is None
    assert timed(problem, [(0, 1), (3, 2)]) is not None


def test_a_joint_visit_moves_to_where_both_routes_are_cheaper() -> None:
    wish = StartPrice(early_before=500, early=Curve(steps=((0, 5),)))
    problem = a_problem(
        [a_visit(1, start_prices=(wish,)), a_visit(1)],
        [a_route(), a_route(person=1)],
        relations=(Relation(first=0, second=1, min_gap=0, max_gap=0),),
    )

    assert starts_of(problem, (0,), (1,)) == [(500,), (500,)]
