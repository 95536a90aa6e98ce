"""What the public days of home health care ask of breaks and of case managers who stay at home."""

from __future__ import annotations

from dataclasses import replace

from optimizer.evaluate import evaluate
from optimizer.insertion import insertions
from optimizer.problem import Break, Measure, Problem
from optimizer.solution import BreakTaken, Solution, Tour
from optimizer.timing import timed
from tests.engine_problems import BY_THE_UNIT, a_problem, a_route, a_visit

WAITS = (Measure.WAIT, BY_THE_UNIT)


def _lunch(**facts: bool) -> Break:
    return Break(opens=300, closes=400, seconds=50, missed_price=70, **facts)


def _day(lunch: Break, *windows: tuple[int, int]) -> Problem:
    """One case manager with a visit 100 s away per window, whose waits and missed lunch cost."""
    route = a_route(breaks=(lunch,), prices=(WAITS,), shift=(0, 1_000))
    return a_problem([a_visit(1, window) for window in windows], [route])


def _planned(problem: Problem) -> Solution:
    found = timed(problem, [list(range(len(problem.visits)))])
    assert found is not None
    assert evaluate(problem, found).faults == ()
    return found


def test_a_break_that_needs_a_next_stop_is_missed_after_the_last_one() -> None:
    anywhere, before_a_stop = (_day(_lunch(needs_next_stop=needs), (250, 280)) for needs in (False, True))

    assert [len(_planned(day).tours[0].breaks) for day in (anywhere, before_a_stop)] == [1, 0]
    assert evaluate(before_a_stop, _planned(anywhere)).faults[0].detail == "break 0 is taken after the last stop"
    assert evaluate(before_a_stop, _planned(before_a_stop)).price.breaks == 70


def test_the_time_after_an_opening_break_is_idle_but_no_wait_where_it_is_free() -> None:
    counted, free = (_day(_lunch(frees_first_wait=is_free), (600, 900)) for is_free in (False, True))
    tour = Tour(
        visits=(0,), starts=(600,), breaks=(BreakTaken(which=0, before=0, starts=400),), leaves=300, returns=710
    )
    found = [evaluate(day, Solution(tours=(tour,))) for day in (counted, free)]

    assert [one.faults for one in found] == [(), ()]
    assert [one.of(0, Measure.WAIT) for one in found] == [150, 0]
    assert [one.of(0, Measure.IDLE) for one in found] == [740, 740]


def test_the_timetable_knows_the_free_wait() -> None:
    free = _day(_lunch(frees_first_wait=True), (600, 900))

    found = evaluate(free, _planned(free))

    assert (found.price.total, found.of(0, Measure.WAIT), found.price.breaks) == (0, 0, 0)


def test_only_the_wait_before_the_first_stop_is_free() -> None:
    free = _day(_lunch(frees_first_wait=True), (100, 110), (600, 900))
    tour = Tour(
        visits=(0, 1), starts=(110, 600), breaks=(BreakTaken(which=0, before=1, starts=300),), leaves=10, returns=710
    )

    assert evaluate(free, Solution(tours=(tour,))).of(0, Measure.WAIT) == 180 + 250


def test_a_route_that_serves_nobody_costs_its_unused_price_until_it_serves_somebody() -> None:
    problem = a_problem([a_visit()], [a_route(unused_price=500, prices=()), a_route(unused_price=30, prices=())])
    nobody = Solution(tours=(Tour(), Tour()))

    assert evaluate(problem, nobody).price.total == 530
    assert [(one.route, one.price_difference) for one in insertions(problem, nobody, 0)] == [(0, -500), (1, -30)]


def test_a_route_on_its_way_is_not_unused() -> None:
    away = a_route(unused_price=500, departed=0)
    problem = a_problem([a_visit()], [replace(away, prices=())])
    found = timed(problem, [[]])

    assert found is not None
    assert evaluate(problem, found).price.total == 0
