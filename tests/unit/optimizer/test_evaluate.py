"""The evaluator, checked by hand: every measure, every price, every hard limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from optimizer.errors import InvalidSolution
from optimizer.evaluate import evaluate
from optimizer.limits import Limit
from optimizer.problem import NEVER, NO_PLACE, Alike, Break, Curve, Measure, Problem, Relation, StartPrice, WorstPrice
from optimizer.solution import BreakTaken, Solution, Tour
from tests.engine_problems import BY_THE_UNIT, a_problem, a_route, a_visit


def a_tour(visits: Sequence[int], starts: Sequence[int], leaves: int, returns: int, **facts: Any) -> Tour:
    return Tour(visits=tuple(visits), starts=tuple(starts), leaves=leaves, returns=returns, **facts)


def faults_of(problem: Problem, *tours: Tour) -> list[str]:
    return [fault.code for fault in evaluate(problem, Solution(tours=tours)).faults]


def measure_of(problem: Problem, tour: Tour, measure: Measure) -> int:
    return evaluate(problem, Solution(tours=(tour,))).of(0, measure)


# Places 0, 1, 2 in a row, 100 s apart: out to 1 and 2 and home again is 400 s; two services of 10 s.
TWO = a_problem([a_visit(1, points=150), a_visit(2, points=50)])
OUT_AND_BACK = a_tour((0, 1), (100, 210), leaves=0, returns=420)


@pytest.mark.parametrize(
    ("measure", "amount"),
    [
        (Measure.DRIVE, 400),
        (Measure.METRES, 4_000),
        (Measure.WAIT, 0),
        (Measure.PAID, 420),
        (Measure.LATE_RETURN, 0),
        (Measure.VISITS, 2),
        (Measure.POINTS, 200),
    ],
)
def test_a_tour_adds_up(measure: Measure, amount: int) -> None:
    assert measure_of(TWO, OUT_AND_BACK, measure) == amount


def test_time_between_arrival_and_start_is_a_wait() -> None:
    late = a_tour((0, 1), (130, 300), leaves=0, returns=510)  # there at 100 and at 240

    assert measure_of(TWO, late, Measure.WAIT) == 30 + 60


def test_a_return_after_the_soft_end_counts_from_there() -> None:
    problem = a_problem([a_visit(1)], [a_route(soft_closes=150)])

    assert measure_of(problem, a_tour((0,), (100,), 0, 210), Measure.LATE_RETURN) == 60


def test_idle_time_is_the_shift_before_leaving_all_waits_and_the_shift_after_returning() -> None:
    problem = a_problem([a_visit(1)], [a_route(shift=(0, 1_000))])

    assert measure_of(problem, a_tour((0,), (170,), leaves=50, returns=280), Measure.IDLE) == 50 + 20 + 720


def test_a_route_at_rest_is_idle_all_its_shift() -> None:
    problem = a_problem([a_visit(1)], [a_route(shift=(100, 900))])

    assert measure_of(problem, Tour(), Measure.IDLE) == 800


def test_what_the_part_behind_has_used_is_added() -> None:
    problem = a_problem([a_visit(1)], [a_route(base=((Measure.DRIVE, 1_000),))])

    assert measure_of(problem, a_tour((0,), (100,), 0, 210), Measure.DRIVE) == 1_200


def test_paid_time_of_a_begun_day_counts_from_its_departure() -> None:
    problem = a_problem([a_visit(1)], [a_route(departed=40, opens=100)])

    assert measure_of(problem, a_tour((0,), (200,), leaves=100, returns=310), Measure.PAID) == 270


def test_standing_about_on_a_begun_day_is_a_wait() -> None:
    problem = a_problem([a_visit(1)], [a_route(departed=40, opens=100)])

    assert measure_of(problem, a_tour((0,), (250,), leaves=150, returns=360), Measure.WAIT) == 50


def test_a_begun_day_without_visits_still_drives_home() -> None:
    problem = a_problem([a_visit(1)], [a_route(departed=0, opens=100, start_place=1)])
    evaluation = evaluate(problem, Solution(tours=(a_tour((), (), leaves=100, returns=200),)))

    assert evaluation.is_feasible
    assert (evaluation.of(0, Measure.DRIVE), evaluation.of(0, Measure.PAID)) == (100, 200)


def test_a_begun_day_that_cannot_end_in_time_is_nobodys_fault() -> None:
    problem = a_problem([a_visit(1)], [a_route(departed=0, opens=100, closes=150, start_place=1)])

    assert faults_of(problem, a_tour((), (), leaves=100, returns=200)) == []


def test_a_remote_visit_happens_where_one_is_before_driving_on() -> None:
    problem = a_problem([a_visit(1), a_visit(NO_PLACE), a_visit(2)])

    assert faults_of(problem, a_tour((0, 1, 2), (100, 110, 220), leaves=0, returns=430)) == []


UNPAID = Break(opens=100, closes=300, seconds=50)


@pytest.mark.parametrize(("is_paid", "paid"), [(True, 260), (False, 210)])
def test_an_unpaid_break_is_not_paid(is_paid: bool, paid: int) -> None:
    pause = Break(opens=100, closes=300, seconds=50, is_paid=is_paid)
    problem = a_problem([a_visit(1)], [a_route(breaks=(pause,))])
    tour = a_tour((0,), (150,), 0, 260, breaks=(BreakTaken(which=0, before=0, starts=100),))

    assert measure_of(problem, tour, Measure.PAID) == paid
    assert measure_of(problem, tour, Measure.WAIT) == 0


@pytest.mark.parametrize(
    "taken",
    [
        BreakTaken(which=0, before=0, starts=99),  # before its window, and before arrival
        BreakTaken(which=0, before=0, starts=120),  # runs into the service at 150
    ],
)
def test_a_break_outside_its_window_or_its_stop_is_a_fault(taken: BreakTaken) -> None:
    problem = a_problem([a_visit(1)], [a_route(breaks=(UNPAID,))])

    assert faults_of(problem, a_tour((0,), (150,), 0, 260, breaks=(taken,)))


def test_a_break_after_the_last_stop_comes_before_driving_home() -> None:
    problem = a_problem([a_visit(1)], [a_route(breaks=(UNPAID,))])
    taken = BreakTaken(which=0, before=1, starts=110)

    assert faults_of(problem, a_tour((0,), (100,), 0, 260, breaks=(taken,))) == []


def test_a_hard_break_may_be_missed_only_by_short_routes() -> None:
    short = a_problem([a_visit(1)], [a_route(breaks=(Break(opens=0, closes=500, seconds=50, after=210),))])
    long = a_problem([a_visit(1)], [a_route(breaks=(Break(opens=0, closes=500, seconds=50, after=209),))])
    tour = a_tour((0,), (100,), 0, 210)

    assert faults_of(short, tour) == []
    assert faults_of(long, tour) == [Limit.BREAK]


def test_a_soft_break_that_is_missed_costs_its_price() -> None:
    problem = a_problem([a_visit(1)], [a_route(breaks=(Break(opens=0, closes=500, seconds=50, missed_price=70),))])
    evaluation = evaluate(problem, Solution(tours=(a_tour((0,), (100,), 0, 210),)))

    assert (evaluation.is_feasible, evaluation.price.breaks) == (True, 70)


def test_prices_are_told_by_primitive() -> None:
    wish = StartPrice(early_before=120, late_after=150, early=Curve(steps=((0, 3),)), late=BY_THE_UNIT)
    problem = a_problem(
        [a_visit(1, start_prices=(wish,))],
        [a_route(shift=(0, 1_000))],
        pair_price={(0, 0): 7},
        worst_prices=(WorstPrice(measure=Measure.IDLE, curve=Curve(steps=((0, 1),), per=10)),),
    )
    price = evaluate(problem, Solution(tours=(a_tour((0,), (100,), 0, 210),))).price

    assert (price.pairs, price.starts, price.routes, price.worst) == (7, 60, 200, 79)
    assert price.total == 7 + 60 + 200 + 79


def test_the_latest_visit_of_all_sets_the_price_of_lateness() -> None:
    told = StartPrice(late_after=100, late=BY_THE_UNIT)
    problem = a_problem(
        [a_visit(1, start_prices=(told,)), a_visit(2, start_prices=(told,))],
        worst_prices=(WorstPrice(measure=Measure.LATENESS, curve=Curve(steps=((0, 2),))),),
    )
    price = evaluate(problem, Solution(tours=(OUT_AND_BACK,))).price

    assert (price.starts, price.worst) == (110, 220)


@pytest.mark.parametrize(("includes_empty", "worst"), [(True, 800), (False, 0)])
def test_a_route_at_rest_sets_a_worst_value_only_when_asked_to(includes_empty: bool, worst: int) -> None:
    term = WorstPrice(measure=Measure.IDLE, curve=BY_THE_UNIT, includes_empty=includes_empty)
    problem = a_problem([a_visit(1)], [a_route(shift=(0, 800))], worst_prices=(term,))

    assert evaluate(problem, Solution(tours=(Tour(),))).price.worst == worst


def test_unserved_visits_are_counted_by_class() -> None:
    problem = a_problem([a_visit(1), a_visit(1, unserved_class=2), a_visit(1, unserved_class=2)])

    assert evaluate(problem, Solution(tours=(Tour(),))).unserved == (1, 0, 2)


ONE_STOP = a_tour((0,), (100,), 0, 210)


@pytest.mark.parametrize(
    ("problem", "tour", "limit"),
    [
        (a_problem([a_visit(1)], forbidden=[(0, 0)]), ONE_STOP, Limit.ALLOWED),
        (a_problem([a_visit(1, (0, 99))]), ONE_STOP, Limit.WINDOW),
        (a_problem([a_visit(1, (0, 50), (200, 300))]), ONE_STOP, Limit.WINDOW),
        (a_problem([a_visit(1, latest_end=109)]), ONE_STOP, Limit.LATEST_END),
        (a_problem([a_visit(1)]), a_tour((0,), (99,), 0, 209), Limit.TRAVEL),
        (a_problem([a_visit(1)]), a_tour((0,), (100,), 0, 209), Limit.TRAVEL),
        (a_problem([a_visit(1)], [a_route(opens=1)]), ONE_STOP, Limit.OPENS),
        (a_problem([a_visit(1)], [a_route(closes=209)]), ONE_STOP, Limit.CLOSES),
        (a_problem([a_visit(1)], [a_route(caps=((Measure.DRIVE, 199),))]), ONE_STOP, Limit.CAP),
    ],
)
def test_each_hard_limit_is_seen(problem: Problem, tour: Tour, limit: Limit) -> None:
    assert faults_of(problem, tour) == [limit]


def test_a_place_that_cannot_be_reached_is_a_fault() -> None:
    problem = a_problem([a_visit(1)], travel=[[0, NEVER], [100, 0]])

    assert Limit.UNREACHABLE in faults_of(problem, ONE_STOP)


@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        ({"min_gap": 1}, Limit.GAP),
        ({"max_gap": -1}, Limit.GAP),
        ({"people": Alike.SAME}, Limit.PEOPLE),
        ({"days": Alike.DIFFERENT}, Limit.DAYS),
    ],
)
def test_each_relation_is_seen(facts: dict[str, Any], limit: Limit) -> None:
    problem = a_problem(
        [a_visit(1), a_visit(1)],
        [a_route(), a_route(person=1)],
        relations=(Relation(first=0, second=1, **facts),),
    )

    assert faults_of(problem, ONE_STOP, a_tour((1,), (100,), 0, 210)) == [limit]


def test_one_of_two_that_belong_together_is_a_fault() -> None:
    problem = a_problem([a_visit(1), a_visit(1)], relations=(Relation(first=0, second=1, both_or_none=True),))

    assert faults_of(problem, ONE_STOP) == [Limit.BOTH_OR_NONE]
    assert faults_of(problem, Tour()) == []


def test_a_visit_is_served_at_most_once() -> None:
    problem = a_problem([a_visit(1)], [a_route(), a_route(person=1)])

    assert faults_of(problem, ONE_STOP, ONE_STOP) == [Limit.SERVED_TWICE]


@pytest.mark.parametrize(
    "solution",
    [
        Solution(tours=()),
        Solution(tours=(a_tour((0,), (), 0, 0),)),
        Solution(tours=(a_tour((5,), (100,), 0, 0),)),
        Solution(tours=(a_tour((), (), 0, 0, breaks=(BreakTaken(which=0, before=0, starts=0),)),)),
    ],
)
def test_a_solution_of_another_problem_is_refused(solution: Solution) -> None:
    with pytest.raises(InvalidSolution):
        evaluate(a_problem([a_visit(1)]), solution)
