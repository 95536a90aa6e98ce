"""What the kernel believes about its best plan is what the evaluator finds: every rule may occur, whatever the dice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from optimizer.evaluate import evaluate
from optimizer.kernel.frame import IS_REGULAR, frame_of
from optimizer.kernel.packed import packed
from optimizer.problem import NEVER, Measure, Problem, Visit
from optimizer.route_timing import schedule
from optimizer.search.chain import Chain
from optimizer.search.heat import Tuning
from optimizer.search.possible import hopeless_visits
from optimizer.search.routes import Routes
from optimizer.tables import tables_of
from optimizer.timing import timed
from tests.engine_problems import a_random_problem, dice_of

ROUNDS, CALLS = 40, 4
HOT = Decimal(1)
_REGULAR = {Measure.DRIVE, Measure.METRES, Measure.VISITS, Measure.POINTS, Measure.LATE_RETURN}


def a_day(dice: Random) -> Problem:
    """Every rule may occur; some visits are optional, and a route that stays at home may cost something."""
    visits, relations = dice.randint(1, 9), dice.choice((0, 0, 1, 3, 5))
    day = a_random_problem(dice, visits=visits, routes=dice.randint(1, 4), relations=relations)
    return replace(
        day,
        visits=tuple(replace(one, unserved_price=dice.choice((None, None, 0, 90, 900))) for one in day.visits),
        routes=tuple(replace(one, unused_price=dice.choice((0, 0, 40))) for one in day.routes),
    )


def a_regular_day(dice: Random) -> Problem:
    """Only what makes the earliest start the best one, so that the kernel's price is to be exact."""
    day = a_day(dice)
    routes = tuple(
        replace(
            one,
            breaks=(),
            base=tuple(pair for pair in one.base if pair[0] is not Measure.LATE_RETURN),
            prices=tuple(pair for pair in one.prices if pair[0] in _REGULAR),
            caps=tuple(pair for pair in one.caps if pair[0] in _REGULAR - {Measure.LATE_RETURN}),
        )
        for one in day.routes
    )
    visits = tuple(_late_only(one) for one in day.visits)
    worst = tuple(one for one in day.worst_prices if one.measure is Measure.LATENESS)
    return replace(day, routes=routes, visits=visits, worst_prices=worst)


def _late_only(visit: Visit) -> Visit:
    return replace(
        visit, start_prices=tuple(replace(one, early_before=0, applies_until=NEVER) for one in visit.start_prices)
    )


def on_one_road(day: Problem) -> Problem:
    """Where a way past a stop is never longer than by way of it, so that one stop more makes nobody earlier."""
    profiles, places, _ = day.travel_seconds.shape
    apart = np.abs(np.arange(places)[:, None] - np.arange(places)[None, :])
    return replace(day, travel_seconds=np.stack([apart * (7 + profile) for profile in range(profiles)]))


def a_chain(problem: Problem, seed: int) -> Chain:
    chain = Chain(packed(problem), frame_of(problem, hopeless_visits(tables_of(problem))), seed=seed, number=0)
    chain.tuning = Tuning(mean_price=100)
    return chain


def assert_is_what_it_says(problem: Problem, chain: Chain) -> bool:
    """The evaluator's verdict on the chain's best plan; whether the prices are equal."""
    plan = timed(problem, chain.orders)
    assert plan is not None
    judged = evaluate(problem, plan)
    assert judged.faults == ()
    assert judged.unserved == chain.unserved
    assert judged.price.total <= chain.price
    return judged.price.total == chain.price


@pytest.mark.parametrize("seed", range(0, 120, 20))
def test_where_times_are_regular_the_kernels_price_is_the_evaluators(seed: int) -> None:
    for number in range(seed, seed + 20):
        problem = a_regular_day(dice_of(number))
        chain = a_chain(problem, number)
        assert chain.frame.facts[IS_REGULAR]
        chain.begin([() for _ in problem.routes])
        assert assert_is_what_it_says(problem, chain)
        for call in range(CALLS):
            chain.run(ROUNDS, chain.tuning.heats(HOT), done=call * ROUNDS, of=CALLS * ROUNDS)
            assert assert_is_what_it_says(problem, chain)


@pytest.mark.parametrize("seed", range(0, 160, 20))
def test_whatever_the_rules_the_kernel_never_promises_too_low_a_price(seed: int) -> None:
    equal = plans = 0
    for number in range(seed, seed + 20):
        problem = a_day(dice_of(number))
        chain = a_chain(problem, number)
        chain.begin([() for _ in problem.routes])
        for call in range(CALLS):
            chain.run(ROUNDS, chain.tuning.heats(HOT), done=call * ROUNDS, of=CALLS * ROUNDS)
            plans += 1
            equal += assert_is_what_it_says(problem, chain)
    assert equal > plans // 2


@pytest.mark.parametrize("seed", range(0, 160, 20))
def test_the_starts_kept_up_to_date_are_those_of_the_plan_timed_from_nothing(seed: int) -> None:
    linked = 0
    for number in range(seed, seed + 20):
        problem = on_one_road(a_day(dice_of(number)))
        chain, afresh = a_chain(problem, number), a_chain(problem, number)
        chain.begin([() for _ in problem.routes])
        for call in range(CALLS):
            chain.run(ROUNDS, chain.tuning.heats(HOT), done=call * ROUNDS, of=CALLS * ROUNDS)
            assert afresh.begin(chain.orders)
            if afresh.orders == chain.orders:
                linked += len(chain.linked_starts)
                assert afresh.linked_starts == chain.linked_starts
    assert linked


@pytest.mark.parametrize("seed", range(0, 60, 20))
def test_a_chain_that_begins_with_a_plan_keeps_it_or_finds_better(seed: int) -> None:
    for number in range(seed, seed + 20):
        problem = a_day(dice_of(number))
        first, second = a_chain(problem, number), a_chain(problem, number + 1)
        first.begin([() for _ in problem.routes])
        first.run(ROUNDS, first.tuning.heats(HOT), done=0, of=ROUNDS)

        assert second.begin(first.orders)

        assert_is_what_it_says(problem, second)
        assert second.unserved <= first.unserved


def test_the_length_of_a_call_decides_nothing() -> None:
    for number in range(25):
        problem = a_day(dice_of(number))
        whole, parts = a_chain(problem, number), a_chain(problem, number)
        for chain in (whole, parts):
            chain.begin([() for _ in problem.routes])
        heats = whole.tuning.heats(HOT)
        whole.run(90, heats, done=0, of=90)
        done = 0
        for size in (1, 2, 30, 0, 50, 7):
            parts.run(size, heats, done=done, of=90)
            done += size

        assert (whole.orders, whole.price, whole.unserved) == (parts.orders, parts.price, parts.unserved)
        assert (whole.pool.entries == parts.pool.entries).all()
        assert (whole.pool.stops == parts.pool.stops).all()


def test_a_pooled_route_serves_whom_it_may_and_costs_no_less_than_timing_says() -> None:
    for number in range(40):
        problem = a_regular_day(dice_of(number))
        tables = tables_of(problem)
        chain = a_chain(problem, number)
        chain.begin([() for _ in problem.routes])
        chain.run(ROUNDS, chain.tuning.heats(HOT), done=0, of=ROUNDS)
        routes = Routes()
        routes.gather(chain.pool)
        for column in routes.best(1_000):
            timing = schedule(tables, tables.routes[column.route], column.stops)
            assert timing is not None
            assert timing.price <= column.price
            assert len(set(column.stops)) == len(column.stops) > 0
            assert all(problem.allowed[stop, column.route] for stop in column.stops)
