"""How a search is watched and ended: by time, by cancelling, by a gap, by a proof. It always answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from optimizer.answer import Effort, Progress, StoppedBy, Stopwatch
from optimizer.errors import NoEnd, NoStopwatch
from optimizer.search.solve import solve
from tests.engine_problems import a_full_day, a_problem, a_visit


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


def test_time_stops_the_search_and_the_answer_says_so() -> None:
    answer = solve(a_full_day(), effort=Effort(rounds=10_000, seconds=30), seed=1, stopwatch=a_stopwatch())

    assert answer.stopped_by is StoppedBy.TIME
    assert answer.rounds < 10_000


def test_where_only_seconds_end_the_search_they_are_said_to_have_ended_it() -> None:
    answer = solve(a_full_day(), effort=Effort(rounds=None, seconds=900), seed=1, stopwatch=a_stopwatch())

    assert answer.stopped_by is StoppedBy.TIME
    assert answer.rounds > 0
    assert answer.evaluation.unserved == (0,)


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
    problem = replace(a_full_day(), relations=(), worst_prices=())

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
    answer = solve(a_full_day(), effort=Effort(rounds=30), seed=1)

    assert (answer.bound, answer.unserved_bound, answer.gap_percent) == (None, None, None)
