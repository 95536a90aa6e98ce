"""The search: what it promises whatever the day looks like."""

from __future__ import annotations

import gc

import pytest

from optimizer.answer import Answer, Effort, StoppedBy
from optimizer.bound.lower_bound import LowerBound
from optimizer.bound.pricing import Pricing
from optimizer.evaluate import evaluate
from optimizer.problem import Alike, Measure, Problem, Relation
from optimizer.search.crew import Crew
from optimizer.search.effort import effort_for
from optimizer.search.solve import ENGINE, solve
from optimizer.solution import Solution, Tour
from optimizer.timing import timed
from tests.engine_problems import a_full_day, a_problem, a_route, a_visit

QUICK = Effort(rounds=30)


def solved(problem: Problem, effort: Effort = QUICK, seed: int = 1) -> Answer:
    answer = solve(problem, effort=effort, seed=seed)
    assert evaluate(problem, answer.solution) == answer.evaluation
    assert answer.evaluation.is_feasible
    return answer


def test_a_day_that_can_be_served_is_served() -> None:
    answer = solved(a_full_day())

    assert answer.evaluation.unserved == (0,)
    assert (answer.engine, answer.seed, answer.effort) == (ENGINE, 1, QUICK)
    assert 0 < answer.rounds <= 30
    assert answer.stopped_by in {StoppedBy.EFFORT, StoppedBy.STALLED}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("rounds", [0, 1, 9, 60])
def test_no_chain_runs_more_rounds_than_it_was_given(rounds: int, threads: int) -> None:
    answer = solved(a_full_day(), Effort(rounds=rounds, threads=threads))

    assert answer.rounds <= rounds
    if answer.stopped_by is StoppedBy.EFFORT:
        assert answer.rounds == rounds


def test_a_search_that_is_over_leaves_no_memory_to_the_garbage_collector() -> None:
    """It holds tens of megabytes, and a planner makes plans all day."""
    gc.collect()
    gc.disable()
    try:
        solved(a_full_day(), Effort(rounds=30, bound_rounds=5, threads=2))
        left = [one for one in gc.get_objects() if isinstance(one, Crew | LowerBound | Pricing)]
    finally:
        gc.enable()

    assert left == []


def test_more_effort_never_hurts_the_first_plan() -> None:
    problem = a_full_day()

    assert solved(problem, Effort(rounds=60)).evaluation.value <= solved(problem, Effort(rounds=0)).evaluation.value


def test_a_visit_nobody_can_serve_takes_its_mate_along() -> None:
    problem = a_problem(
        [a_visit(1), a_visit(1), a_visit(1)],
        forbidden=[(0, 0)],
        relations=(Relation(first=0, second=1, both_or_none=True),),
    )

    assert solved(problem).solution.served() == {2}


def test_the_more_important_class_is_served_first() -> None:
    cap = a_route(caps=((Measure.VISITS, 1),))
    problem = a_problem([a_visit(1, unserved_class=1), a_visit(9)], [cap])

    assert solved(problem).solution.served() == {1}


def test_the_better_way_round_is_found_when_travel_is_asymmetric() -> None:
    problem = a_problem([a_visit(1), a_visit(2)], travel=[[0, 9, 1], [1, 0, 9], [9, 1, 0]])

    assert solved(problem).solution.tours[0].visits == (1, 0)


def test_a_warm_start_that_is_good_is_not_made_worse() -> None:
    problem = a_full_day()
    warm = solved(problem, Effort(rounds=40)).solution

    answer = solve(problem, effort=Effort(rounds=0), seed=2, warm=warm)

    assert answer.evaluation.value <= evaluate(problem, warm).value
    assert answer.released == ()


def test_what_broke_a_hard_limit_is_released_and_named() -> None:
    problem = a_problem([a_visit(1), a_visit(2, (0, 100)), a_visit(3)], forbidden=[(2, 0)])
    warm = Solution(tours=(Tour(visits=(0, 1, 2), starts=(100, 210, 320), leaves=0, returns=630),))

    answer = solve(problem, effort=QUICK, seed=1, warm=warm)

    assert answer.released == (1, 2)
    assert answer.solution.served() == {0}


def test_a_joint_visit_that_fell_apart_is_released() -> None:
    problem = a_problem(
        [a_visit(1, (100, 100)), a_visit(1, (900, 900))],
        [a_route(), a_route(person=1)],
        relations=(Relation(first=0, second=1, min_gap=0, max_gap=0),),
    )
    apart = Solution(
        tours=(
            Tour(visits=(0,), starts=(100,), leaves=0, returns=210),
            Tour(visits=(1,), starts=(900,), leaves=800, returns=1_010),
        )
    )

    answer = solve(problem, effort=QUICK, seed=1, warm=apart)

    assert len(answer.released) == 1
    assert answer.evaluation.unserved == (1,)


def test_a_warm_start_in_which_everything_is_wrong_is_mended_and_what_left_is_named() -> None:
    problem = a_problem(
        [a_visit(1), a_visit(2), a_visit(3), a_visit(4, (0, 10)), a_visit(5)],
        [a_route(), a_route(person=1, caps=((Measure.VISITS, 1),))],
        forbidden=[(2, 0)],
        relations=(Relation(first=0, second=4, both_or_none=True, people=Alike.SAME),),
    )
    twice, too_many = Tour(visits=(0, 0, 2, 3), starts=(0, 0, 0, 0)), Tour(visits=(4, 1), starts=(9, 9))

    answer = solve(problem, effort=QUICK, seed=1, warm=Solution(tours=(twice, too_many)))

    assert answer.evaluation.is_feasible
    assert {2, 3} <= set(answer.released)
    assert answer.solution.served() == {0, 1, 2, 4}


@pytest.mark.parametrize(("price", "served"), [(0, set()), (399, set()), (401, {0}), (10**9, {0})])
def test_an_optional_visit_is_served_exactly_where_that_is_cheaper(price: int, served: set[int]) -> None:
    """There and back is 400."""
    answer = solved(a_problem([a_visit(2, unserved_price=price)]))

    assert answer.solution.served() == served
    assert answer.evaluation.unserved == (0,)
    assert answer.evaluation.price.total == min(price, 400)


def test_an_optional_visit_never_keeps_out_one_that_must_be_served() -> None:
    cap = a_route(caps=((Measure.VISITS, 1),))
    problem = a_problem([a_visit(1, unserved_price=10**9), a_visit(9, unserved_class=3)], [cap])

    assert solved(problem).solution.served() == {1}


def test_a_route_is_used_where_staying_at_home_costs_more() -> None:
    visits = [a_visit(1, (0, 5_000)), a_visit(1, (0, 5_000))]
    home = [a_route(), a_route(person=1, unused_price=500)]
    dear = [a_route(unused_price=500), a_route(person=1, unused_price=500)]
    cheap = [a_route(), a_route(person=1, unused_price=150)]

    assert [len(tour.visits) for tour in solved(a_problem(visits, home)).solution.tours] == [0, 2]
    assert [len(tour.visits) for tour in solved(a_problem(visits, dear)).solution.tours] == [1, 1]
    assert solved(a_problem(visits, cheap)).evaluation.price.total == 200


def test_effort_grows_with_the_day_and_keeps_what_was_asked_for() -> None:
    few, many = effort_for(a_full_day(14)), effort_for(a_full_day(90, 20))
    asked = effort_for(a_full_day(), seconds=4.0, threads=2, gap_percent=0.5)

    assert few.rounds is not None
    assert many.rounds is not None
    assert 0 < few.rounds < many.rounds
    assert (asked.seconds, asked.threads, asked.gap_percent) == (4.0, 2, 0.5)


def test_the_order_of_a_short_route_is_the_best_there_is() -> None:
    problem = a_problem([a_visit(place) for place in (3, 1, 4, 2)])
    best = timed(problem, [(1, 3, 0, 2)])
    assert best is not None

    assert solved(problem).evaluation.price.total == evaluate(problem, best).price.total
