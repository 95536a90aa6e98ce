"""The search: what it promises whatever the day looks like."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from optimizer import (
    ENGINE,
    NEVER,
    Answer,
    Effort,
    Measure,
    NoStopwatch,
    Problem,
    Progress,
    Relation,
    Solution,
    StoppedBy,
    Tour,
    effort_for,
    evaluate,
    solve,
    timed,
)
from tests.engine_problems import a_full_day, a_problem, a_random_problem, a_route, a_visit, dice_of

QUICK = Effort(rounds=30)


def solved(problem: Problem, effort: Effort = QUICK, seed: int = 1) -> Answer:
    answer = solve(problem, effort=effort, seed=seed)
    assert evaluate(problem, answer.solution) == answer.evaluation
    assert answer.evaluation.is_feasible
    return answer


def test_a_day_that_can_be_served_is_served() -> None:
    answer = solved(a_full_day())

    assert answer.evaluation.unserved == (0,)
    assert (answer.engine, answer.seed, answer.rounds) == (ENGINE, 1, 30)
    assert answer.stopped_by is StoppedBy.EFFORT


def test_more_effort_never_hurts_the_first_plan() -> None:
    problem = a_full_day()

    assert solved(problem, Effort(rounds=60)).evaluation.value <= solved(problem, Effort(rounds=0)).evaluation.value


@pytest.mark.parametrize(
    "problem",
    [
        a_problem([], []),
        a_problem([], [a_route()]),
        a_problem([a_visit(1)], []),
        a_problem([a_visit(1)], forbidden=[(0, 0)]),
        a_problem([a_visit(1, (20_000, 20_000))]),
        a_problem([a_visit(1)], travel=[[0, NEVER], [NEVER, 0]]),
    ],
)
def test_where_nothing_can_be_done_nothing_is_done(problem: Problem) -> None:
    answer = solved(problem)

    assert answer.solution.served() == frozenset()
    assert answer.stopped_by is StoppedBy.OPTIMAL
    assert answer.rounds == 0


@pytest.mark.parametrize(
    "problem",
    [
        a_problem([a_visit(1, (500, 500)) for _ in range(3)], [a_route(person=i) for i in range(3)]),
        a_problem([a_visit(place) for place in (1, 2, 3)], travel=[[0] * 4] * 4),
    ],
    ids=["all windows equal", "zero travel"],
)
def test_odd_days_are_served_all_the_same(problem: Problem) -> None:
    assert solved(problem).evaluation.unserved == (0,)


def test_one_way_roads_make_no_fault() -> None:
    solved(a_problem([a_visit(1), a_visit(2)], travel=[[0, 5, NEVER], [NEVER, 0, 5], [5, NEVER, 0]]))


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


def test_a_limit_in_seconds_needs_a_stopwatch() -> None:
    with pytest.raises(NoStopwatch):
        solve(a_full_day(), effort=Effort(rounds=10, seconds=1), seed=1)


def a_stopwatch() -> Iterator[float]:
    """A second passes at every look."""
    return (float(seconds) for seconds in count())


def test_time_stops_the_search_and_the_answer_says_so() -> None:
    watch = a_stopwatch()

    answer = solve(a_full_day(), effort=Effort(rounds=10_000, seconds=3), seed=1, stopwatch=lambda: next(watch))

    assert answer.stopped_by is StoppedBy.TIME
    assert answer.rounds < 100


def test_a_cancelled_search_still_answers() -> None:
    answer = solve(a_full_day(), effort=Effort(rounds=10_000), seed=1, is_cancelled=lambda: True)

    assert answer.stopped_by is StoppedBy.CANCELLED
    assert answer.evaluation.unserved == (0,)


def test_progress_never_goes_back() -> None:
    seen: list[Progress] = []
    watch = a_stopwatch()

    solve(a_full_day(), effort=Effort(rounds=100), seed=1, on_progress=seen.append, stopwatch=lambda: next(watch))

    values = [(one.unserved, one.price) for one in seen]
    assert len(seen) > 1
    assert [one.round for one in seen] == sorted(one.round for one in seen)
    assert values == sorted(values, reverse=True)


ROOT = Path(__file__).parents[3]
SCRIPT = """
from optimizer import Effort, solve
from tests.engine_problems import a_full_day
print(solve(a_full_day(), effort=Effort(rounds=60), seed=3))
"""


def test_two_processes_give_the_same_bytes() -> None:
    first, second = (
        subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, check=True).stdout
        for _ in range(2)
    )

    assert first == second
    assert b"rounds-engine" in first


def test_effort_grows_with_the_day() -> None:
    assert effort_for(a_full_day(14)).rounds < effort_for(a_full_day(30)).rounds
    assert effort_for(a_full_day(), seconds=4.0).seconds == 4.0


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_of_day_gets_a_faultless_answer(seed: int) -> None:
    solved(a_random_problem(dice_of(seed), visits=7, routes=3, relations=3), seed=seed)


def test_the_order_of_a_short_route_is_the_best_there_is() -> None:
    problem = a_problem([a_visit(place) for place in (3, 1, 4, 2)])
    best = timed(problem, [(1, 3, 0, 2)])
    assert best is not None

    assert solved(problem).evaluation.price.total == evaluate(problem, best).price.total
