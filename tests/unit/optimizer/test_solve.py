"""The search: what it promises whatever the day looks like."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from optimizer import (
    ENGINE,
    Alike,
    Answer,
    Effort,
    Measure,
    NoEnd,
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
from optimizer.answer import Stopwatch
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
    assert (answer.engine, answer.seed, answer.effort) == (ENGINE, 1, QUICK)
    assert 0 < answer.rounds <= QUICK.rounds
    assert answer.stopped_by in {StoppedBy.EFFORT, StoppedBy.STALLED}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("rounds", [0, 1, 9, 60])
def test_no_chain_runs_more_rounds_than_it_was_given(rounds: int, threads: int) -> None:
    answer = solved(a_full_day(), Effort(rounds=rounds, threads=threads))

    assert answer.rounds <= rounds
    if answer.stopped_by is StoppedBy.EFFORT:
        assert answer.rounds == rounds


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


def test_a_limit_in_seconds_needs_a_stopwatch() -> None:
    with pytest.raises(NoStopwatch):
        solve(a_full_day(), effort=Effort(rounds=10, seconds=1), seed=1)


def test_an_effort_without_rounds_or_seconds_would_never_end() -> None:
    with pytest.raises(NoEnd):
        solve(a_full_day(), effort=Effort(rounds=None), seed=1, stopwatch=lambda: 0.0)


def a_stopwatch(step: float = 1.0) -> Stopwatch:
    """So many seconds pass at every look."""
    looks = count()
    return lambda: next(looks) * step


def an_odd_stopwatch(seed: int) -> Stopwatch:
    """Stands still, jumps, and never runs backwards."""
    dice, now = dice_of(seed), [0.0]

    def look() -> float:
        now[0] += dice.choice((0.0, 0.0, 1e-9, 0.01, 3.0, 10_000.0))
        return now[0]

    return look


def test_time_stops_the_search_and_the_answer_says_so() -> None:
    answer = solve(a_full_day(), effort=Effort(rounds=10_000, seconds=30), seed=1, stopwatch=a_stopwatch())

    assert answer.stopped_by is StoppedBy.TIME
    assert answer.rounds < 10_000


def test_where_only_seconds_end_the_search_they_are_said_to_have_ended_it() -> None:
    answer = solve(a_full_day(), effort=Effort(rounds=None, seconds=900), seed=1, stopwatch=a_stopwatch())

    assert answer.stopped_by is StoppedBy.TIME
    assert answer.rounds > 0
    assert answer.evaluation.unserved == (0,)


def without_history(answer: Answer) -> Answer:
    """Its moments are the stopwatch's."""
    return replace(answer, history=())


def test_where_rounds_decide_a_stopwatch_changes_nothing() -> None:
    """Neither how long a call of a kernel may take, nor how many there are."""
    effort = Effort(rounds=200, threads=2)
    plain = solved(a_full_day(), effort)

    for seed in range(3):
        watched = solve(a_full_day(), effort=effort, seed=1, stopwatch=an_odd_stopwatch(seed))
        assert without_history(watched) == without_history(plain)


def test_watching_a_search_changes_not_a_byte_of_its_answer() -> None:
    effort = Effort(rounds=400, bound_rounds=2, threads=2)

    watched = solve(a_full_day(), effort=effort, seed=1, on_progress=lambda _: None, is_cancelled=lambda: False)

    assert watched == solved(a_full_day(), effort)


def test_a_cancelled_search_still_answers() -> None:
    answer = solve(a_full_day(), effort=Effort(rounds=10_000), seed=1, is_cancelled=lambda: True)

    assert answer.stopped_by is StoppedBy.CANCELLED
    assert answer.evaluation.unserved == (0,)


def test_it_reports_while_a_kernel_runs_and_ends_soon_after_it_is_cancelled() -> None:
    """Far more rounds than anybody waits for: only a cancel in the midst of a stage ends this test."""
    seen: list[Progress] = []

    answer = solve(
        a_full_day(40, 6),
        effort=Effort(rounds=10**9, threads=2),
        seed=1,
        on_progress=seen.append,
        is_cancelled=lambda: len(seen) >= 12,
        stopwatch=a_stopwatch(),
    )

    assert answer.stopped_by is StoppedBy.CANCELLED
    assert len(seen) < 100
    assert 0 < seen[-1].round < 10**8
    assert answer.evaluation.is_feasible
    assert answer.evaluation.value <= (seen[-1].unserved, seen[-1].price)


def test_the_work_on_the_bound_is_cancelled_too() -> None:
    bounds: list[Progress] = []

    def note(now: Progress) -> None:
        bounds.extend([now] if now.unserved_bound is not None else [])

    answer = solve(
        a_full_day(30, 5),
        effort=Effort(rounds=50, bound_rounds=10**6),
        seed=1,
        on_progress=note,
        is_cancelled=lambda: len(bounds) >= 2,
        stopwatch=a_stopwatch(),
    )

    assert answer.evaluation.is_feasible
    assert answer.stopped_by in {StoppedBy.CANCELLED, StoppedBy.OPTIMAL}


def test_progress_never_goes_back() -> None:
    seen: list[Progress] = []

    solve(
        a_full_day(),
        effort=Effort(rounds=400, bound_rounds=10),
        seed=1,
        on_progress=seen.append,
        stopwatch=a_stopwatch(),
    )

    values = [(one.unserved, one.price) for one in seen]
    assert len(seen) > 1
    assert [one.round for one in seen] == sorted(one.round for one in seen)
    assert [one.seconds for one in seen] == sorted(one.seconds for one in seen)
    assert values == sorted(values, reverse=True)


def test_the_history_ends_with_the_answer() -> None:
    effort = Effort(rounds=200, bound_rounds=10)

    answer = solve(a_full_day(), effort=effort, seed=1, stopwatch=a_stopwatch(0.01))

    last = answer.history[-1]
    assert (last.unserved, last.price, last.bound) == (*answer.evaluation.value, answer.bound)
    assert last.columns > 0
    values = [(one.unserved, one.price) for one in answer.history]
    assert values == sorted(values, reverse=True)


def test_a_wide_gap_ends_the_search_as_soon_as_there_is_a_bound() -> None:
    problem = without_links(a_full_day())

    answer = solve(problem, effort=Effort(rounds=400, bound_rounds=40, gap_percent=1_000.0), seed=1)

    assert answer.stopped_by in {StoppedBy.GAP, StoppedBy.OPTIMAL}
    assert answer.rounds < 400
    assert answer.gap_percent is not None
    assert answer.gap_percent <= 1_000.0


def test_a_plan_proven_to_be_the_best_ends_the_search() -> None:
    problem = a_problem([a_visit(place) for place in (3, 1, 4, 2)])

    answer = solve(problem, effort=Effort(rounds=1_000, bound_rounds=100), seed=1)

    assert answer.stopped_by is StoppedBy.OPTIMAL
    assert answer.rounds < 1_000
    assert (answer.bound, answer.unserved_bound, answer.gap_percent) == (800, (0,), 0.0)


def test_without_work_on_it_there_is_no_bound() -> None:
    answer = solved(a_full_day())

    assert (answer.bound, answer.unserved_bound, answer.gap_percent) == (None, None, None)


def without_links(problem: Problem) -> Problem:
    return replace(problem, relations=(), worst_prices=())


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


ROOT = Path(__file__).parents[3]
SCRIPT = """
from optimizer import Effort, solve
from tests.engine_problems import a_full_day
print(solve(a_full_day(), effort=Effort(rounds=60, bound_rounds=5, threads=2), seed=3))
"""


def test_two_processes_give_the_same_bytes() -> None:
    """Also where sets and dictionaries of text come in another order."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "4242")
    )

    assert first == second
    assert b"rounds-engine" in first
    assert b"bound=" in first


WITHOUT_COMPILER = """
from tests.unit.optimizer.test_solve import little_days, said
print(said(little_days()))
"""


def little_days() -> list[Problem]:
    """Relations, breaks, worst values, wishes and optional visits all occur in one or the other."""
    drawn = [a_random_problem(dice_of(seed), visits=5, routes=2, relations=2) for seed in (2, 5, 11)]
    return [a_full_day(8, 3), *drawn]


def said(days: Sequence[Problem]) -> str:
    answers = [solve(day, effort=Effort(rounds=12, bound_rounds=2), seed=4) for day in days]
    return repr([(one.solution, one.evaluation.value, one.bound, one.unserved_bound) for one in answers])


def test_the_same_plan_comes_out_without_the_compiler() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", WITHOUT_COMPILER]

    plainly = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert plainly.stdout.strip() == said(little_days())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_number_of_threads_repeats_its_own_answer(threads: int) -> None:
    effort = Effort(rounds=80, bound_rounds=3, threads=threads)

    assert solved(a_full_day(), effort) == solved(a_full_day(), effort)


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
