"""The timing kernel against the evaluator: every rule may occur, and its answers hold to the second and the cent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from optimizer.problem import NEVER, Break, Curve, Measure, Problem, Route, StartPrice
from optimizer.route_timing import resting, schedule, soonest
from optimizer.schedule import Schedule
from optimizer.tables import Tables, tables_of
from optimizer.tour_account import tour_account
from tests.engine_problems import BY_THE_UNIT, a_problem, a_random_problem, a_route, a_visit, dice_of

ROOT = Path(__file__).parents[3]
VISITS, ROUTES = 7, 3


def a_hard_day(dice: Random) -> Problem:
    """Every rule of timing may occur, also those of the public days; nobody is barred."""
    day = a_random_problem(dice, visits=VISITS, routes=ROUTES)
    routes = tuple(
        replace(
            route,
            unused_price=dice.choice((0, 7)),
            breaks=tuple(
                replace(pause, needs_next_stop=dice.random() < 0.3, frees_first_wait=dice.random() < 0.3)
                for pause in route.breaks
            ),
        )
        for route in day.routes
    )
    return replace(day, routes=routes, allowed=day.allowed | True)


def orders(dice: Random, day: Problem) -> Iterator[tuple[int, list[int]]]:
    for route in range(ROUTES):
        for _ in range(4):
            stops = dice.sample(range(VISITS), dice.randint(0, 5))
            yield route, sorted(stops, key=lambda visit: day.visits[visit].windows[0]) if dice.random() < 0.8 else stops


def judged(day: Problem, index: int, stops: list[int], timed: Schedule) -> tuple[int, list[int], list[str]]:
    """The evaluator's price, measures and faults of one route."""
    route: Route = day.routes[index]
    account = tour_account(day, index, timed.tour(stops))
    price = account.pairs + account.starts + account.breaks + (0 if account.used else route.unused_price)
    price += sum(curve(account.measures[measure]) for measure, curve in route.prices)
    return price, account.measures[: Measure.LATENESS], [fault.detail for fault in account.faults]


@pytest.mark.parametrize("seed", range(0, 2_000, 200))
def test_every_time_it_gives_is_faultless_and_priced_as_the_evaluator_does(seed: int) -> None:
    found = 0
    for dice in map(dice_of, range(seed, seed + 200)):
        day = a_hard_day(dice)
        tables = tables_of(day)
        for route, stops in orders(dice, day):
            timed = schedule(tables, tables.routes[route], stops)
            if timed is not None:
                found += 1
                assert judged(day, route, stops, timed) == (timed.price, timed.measures[: Measure.LATENESS], [])
    assert found > 1_000


@pytest.mark.parametrize("seed", range(0, 1_000, 200))
def test_held_visits_start_within_their_intervals(seed: int) -> None:
    found = 0
    for dice in map(dice_of, range(seed, seed + 200)):
        day = a_hard_day(dice)
        tables = tables_of(day)
        for route, stops in orders(dice, day):
            begins = (dice.randint(0, 300) for _ in stops)
            held = {stop: (begin, begin + dice.randint(-5, 200)) for stop, begin in zip(stops, begins, strict=True)}
            held = {stop: interval for stop, interval in held.items() if dice.random() < 0.4}
            timed = schedule(tables, tables.routes[route], stops, held)
            if timed is not None:
                found += bool(held)
                assert judged(day, route, stops, timed) == (timed.price, timed.measures[: Measure.LATENESS], [])
                started = dict(zip(stops, timed.starts, strict=False))
                assert all(least <= started[stop] <= most for stop, (least, most) in held.items())
    assert found > 50


def test_nobody_starts_before_the_soonest_starts() -> None:
    for dice in map(dice_of, range(100)):
        day = a_hard_day(dice)
        tables = tables_of(day)
        for route, stops in orders(dice, day):
            timed = schedule(tables, tables.routes[route], stops)
            least = soonest(tables, tables.routes[route], stops, {})
            assert (timed is None) == (least is None)
            if timed is not None and least is not None:
                assert all(start >= first for start, first in zip(timed.starts, least, strict=False))


def of_one_route(day: Problem, *stops: int) -> tuple[Tables, Schedule]:
    tables = tables_of(day)
    timed = schedule(tables, tables.routes[0], stops)
    assert timed is not None
    return tables, timed


def test_one_leaves_later_instead_of_waiting() -> None:
    _, timed = of_one_route(a_problem([a_visit(1, (500, 600)), a_visit(2, (500, 700))]), 0, 1)

    assert (timed.leaves, timed.starts, timed.returns) == (400, [500, 610, 620], 820)


def test_the_second_window_serves_who_comes_too_late_for_the_first() -> None:
    _, timed = of_one_route(a_problem([a_visit(1, (0, 50), (300, 400))]), 0)

    assert timed.starts[0] == 300


def test_the_service_must_end_in_time() -> None:
    day = a_problem([a_visit(1, (0, 400), latest_end=109)])

    assert schedule(tables_of(day), tables_of(day).routes[0], (0,)) is None


def test_a_wished_start_is_waited_for_when_that_is_cheaper() -> None:
    wish = StartPrice(early_before=300, early=Curve(steps=((0, 5),)))
    day = a_problem(
        [a_visit(1, (100, 100)), a_visit(1, (0, 900), start_prices=(wish,))],
        [a_route(prices=((Measure.WAIT, BY_THE_UNIT),))],
    )

    _, timed = of_one_route(day, 0, 1)

    assert (timed.starts[:2], timed.price) == ([100, 300], 190)


def test_a_wish_that_cannot_be_met_is_met_as_nearly_as_it_can() -> None:
    wish = StartPrice(early_before=900, early=Curve(steps=((0, 5),)))
    day = a_problem([a_visit(1, (0, 2_000), start_prices=(wish,)), a_visit(1, (0, 600))])

    _, timed = of_one_route(day, 0, 1)

    assert timed.starts[:2] == [590, 600]


def test_no_wish_is_worth_a_cap() -> None:
    wish = StartPrice(early_before=300, early=Curve(steps=((0, 5),)))
    day = a_problem(
        [a_visit(1, (100, 100)), a_visit(1, (0, 900), start_prices=(wish,))],
        [a_route(caps=((Measure.PAID, 250),), prices=())],
    )

    _, timed = of_one_route(day, 0, 1)

    assert timed.starts[:2] == [100, 110]


def test_a_break_is_missed_only_while_the_route_is_long() -> None:
    """A break decided later shortens this route until it no longer asks for the one that was missed before."""
    day, stops = a_hard_day(dice_of(1292)), [1, 0, 6, 4]

    _, timed = of_one_route(day, *stops)

    assert len(timed.taken) < len(day.routes[0].breaks)
    assert judged(day, 0, stops, timed)[0] == timed.price


def test_who_serves_nobody_breaks_no_limit() -> None:
    route = a_route(
        departed=0,
        opens=50,
        closes=60,
        start_place=1,
        caps=((Measure.DRIVE, 0),),
        breaks=(Break(opens=0, closes=0, seconds=9),),
    )
    day = a_problem([a_visit(1)], [route])

    timed = resting(tables_of(day), tables_of(day).routes[0])

    assert (timed.leaves, timed.returns, timed.taken) == (50, 150, ())


def test_an_unreachable_place_is_no_stop() -> None:
    day = a_problem([a_visit(1)], travel=[[0, NEVER], [1, 0]])

    assert schedule(tables_of(day), tables_of(day).routes[0], (0,)) is None


def digest() -> str:
    """What the kernel says of a few days."""
    said = []
    for dice in map(dice_of, range(30)):
        day = a_hard_day(dice)
        tables = tables_of(day)
        said += [schedule(tables, tables.routes[route], stops) for route, stops in orders(dice, day)]
    return repr(said)


def test_it_says_the_same_when_it_is_not_compiled() -> None:
    asked = "from tests.unit.optimizer.test_kernel_timing import digest; print(digest())"
    plain = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert plain.stdout.strip() == digest()
