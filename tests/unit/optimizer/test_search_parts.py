"""The small parts of the search, each by itself: heat, stages, the pool of routes, dice, and how long a call may be."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from optimizer.kernel.anneal import HEAT_SCALE, LOGS
from optimizer.kernel.column import Column
from optimizer.kernel.dice import dice_of, roll, shuffle
from optimizer.kernel.frame import Frame, frame_of
from optimizer.kernel.packed import packed
from optimizer.problem import LARGEST_PRICE, Measure
from optimizer.problem_sums import LARGEST_SUM
from optimizer.search.chain import Chain
from optimizer.search.heat import Tuning, tuning_of
from optimizer.search.routes import Routes
from optimizer.search.stages import STAGES, bound_rounds_of, rounds_of, seconds_of
from tests.engine_problems import BY_THE_UNIT, a_full_day

ROOT = Path(__file__).parents[3]
HOT = Decimal(1)


def rolls(seed: int, number: int, sides: int, count: int) -> list[int]:
    dice = dice_of(seed, number)
    return [int(roll(dice, sides)) for _ in range(count)]


# --- Heat ---


def a_tuning(mean_price: int = 1_000) -> Tuning:
    return Tuning(mean_price=mean_price, hot=HOT, cold=Decimal("0.02"))


def test_heat_falls_from_hot_to_cold_and_never_rises() -> None:
    heats = a_tuning().heats(HOT).tolist()

    assert (heats[0], heats[-1]) == (HEAT_SCALE * 1_000, HEAT_SCALE * 20)
    assert heats == sorted(set(heats), reverse=True)


def test_a_cooler_stage_begins_lower_and_ends_as_cold() -> None:
    heats = a_tuning().heats(Decimal("0.3")).tolist()

    assert (heats[0], heats[-1]) == (HEAT_SCALE * 300, HEAT_SCALE * 20)


def test_a_stage_is_never_colder_than_the_coldest() -> None:
    assert set(a_tuning().heats(Decimal("0.001")).tolist()) == {HEAT_SCALE * 20}


def test_heat_is_drawn_from_decimals_so_that_every_machine_has_the_same() -> None:
    assert a_tuning(777).heats(Decimal("0.3")).tolist()[20:23] == [101_036, 96_785, 92_713]


def test_heat_by_time_takes_the_same_steps() -> None:
    tuning = a_tuning()
    met = [int(tuning.heat_at(HOT, step / 1_000)[0]) for step in range(1_500)]

    assert list(dict.fromkeys(met)) == tuning.heats(HOT).tolist()


def some_frames() -> dict[str, Frame]:
    linked = replace(a_full_day(), worst_prices=())
    plain = replace(linked, relations=())
    timed = replace(plain, routes=tuple(replace(one, prices=((Measure.IDLE, BY_THE_UNIT),)) for one in plain.routes))
    return {name: frame_of(day, frozenset()) for name, day in (("linked", linked), ("plain", plain), ("timed", timed))}


@pytest.mark.parametrize("kind", ["plain", "linked", "timed"])
@pytest.mark.parametrize("price", [0, 1, -5, 10**9, LARGEST_PRICE, LARGEST_SUM])
def test_no_price_is_too_low_or_too_high_for_a_heat(kind: str, price: int) -> None:
    tuning = tuning_of(some_frames()[kind], served=1, price=price)
    heats = tuning.heats(HOT)

    assert heats.min() > 0
    assert int(heats.max()) * int(LOGS.max()) < 2**63
    assert tuning.penalty > 0


def test_nobody_served_yet_still_makes_a_tuning() -> None:
    assert tuning_of(some_frames()["plain"], served=0, price=500).mean_price == 500


# --- Stages ---


@pytest.mark.parametrize("rounds", [0, 1, 7, 60, 399, 2_500])
def test_stages_together_spend_all_rounds_and_no_more(rounds: int) -> None:
    stages = range(len(STAGES))

    assert sum(rounds_of(stage, rounds) for stage in stages) == rounds
    assert sum(bound_rounds_of(stage, rounds) for stage in stages) == rounds
    assert all(rounds_of(stage, rounds) >= 0 for stage in stages)


def test_shares_make_a_whole() -> None:
    assert sum(stage.share for stage in STAGES) == 100
    assert sum(stage.bound_share for stage in STAGES) == 100
    assert sum(sum(seconds_of(stage, 50.0)) for stage in range(len(STAGES))) == pytest.approx(100.0)


def test_the_longest_stage_is_independent_and_what_follows_shares_and_cools() -> None:
    hottest = max(range(len(STAGES)), key=lambda number: STAGES[number].share)
    shared = STAGES[hottest + 1 :]

    assert not any(stage.is_shared for stage in STAGES[: hottest + 1])
    assert all(stage.is_shared for stage in shared)
    assert [stage.heat for stage in STAGES[hottest:]] == sorted((s.heat for s in STAGES[hottest:]), reverse=True)


# --- The pool of routes ---


def test_of_one_route_and_set_of_visits_only_the_cheapest_order_is_kept() -> None:
    routes = Routes()
    routes.add(Column(0, (1, 2), 50), worth=900)
    routes.add(Column(0, (2, 1), 40), worth=950)
    routes.add(Column(0, (1, 2), 45), worth=800)
    routes.add(Column(1, (1, 2), 60), worth=1_000)

    assert len(routes) == 2
    assert routes.best(10) == [Column(0, (2, 1), 40), Column(1, (1, 2), 60)]


def test_the_routes_of_the_best_plans_come_first() -> None:
    routes = Routes()
    routes.add(Column(0, (1,), 5), worth=30)
    routes.add(Column(0, (2,), 4), worth=30)
    routes.add(Column(0, (3,), 9), worth=20)

    assert routes.best(2) == [Column(0, (3,), 9), Column(0, (1,), 5)]


def test_the_pool_forgets_the_least_promising_when_it_is_full() -> None:
    routes = Routes()
    for number in range(9_000):
        routes.add(Column(0, (number,), 1), worth=9_000 - number)

    first = routes.best(3)

    assert first == [Column(0, (8_999,), 1), Column(0, (8_998,), 1), Column(0, (8_997,), 1)]
    assert len(routes) == 6_000


def test_what_a_chain_remembers_is_taken_over_once_and_cheapest() -> None:
    problem = a_full_day()
    chain = Chain(packed(problem), frame_of(problem, frozenset()), seed=1, number=0)
    chain.begin([() for _ in problem.routes])
    chain.run(200, a_tuning(400).heats(HOT), done=0, of=200)
    met = int(chain.pool.used[0])
    routes = Routes()

    routes.gather(chain.pool)

    keys = {(column.route, frozenset(column.stops)) for column in routes.best(10_000)}
    assert len(routes) == len(keys) == met > 20
    assert not chain.pool.used.any()
    assert not chain.pool.slots.any()


# --- Dice ---


def test_dice_roll_the_same_numbers_on_every_machine() -> None:
    assert rolls(1, 0, 100, 8) == [21, 60, 13, 86, 18, 48, 8, 22]
    assert rolls(1, 1, 100, 8) == [6, 62, 46, 54, 83, 79, 91, 22]
    assert rolls(2**40, 3, 2**31, 3) == [1_253_409_628, 2_055_347_353, 1_240_606_008]


def test_dice_stay_within_their_sides_and_use_them_all() -> None:
    assert set(rolls(5, 0, 6, 400)) == set(range(6))
    assert set(rolls(5, 0, 1, 50)) == {0}
    assert all(0 <= one < 2**31 for one in rolls(9, 2, 2**31, 2_000))


@pytest.mark.parametrize("seed", [0, 1, -1, 2**31 - 1, 2**62, 10**30, -(10**30)])
def test_any_seed_makes_dice(seed: int) -> None:
    assert len(set(rolls(seed, 0, 2**31, 50))) > 45


def test_chains_of_one_seed_have_dice_of_their_own() -> None:
    assert len({tuple(rolls(1, number, 1_000, 10)) for number in range(16)}) == 16


def test_a_shuffle_keeps_every_item() -> None:
    items = np.arange(50, dtype=np.int64)

    shuffle(dice_of(3, 0), items, 40)

    assert sorted(items[:40].tolist()) == list(range(40))
    assert items[:40].tolist() != list(range(40))
    assert items[40:].tolist() == list(range(40, 50))


_ROLLS = "from tests.unit.optimizer.test_search_parts import rolls; print(rolls(77, 2, 10**6, 300))"


def test_dice_roll_alike_without_the_compiler() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", _ROLLS]

    plainly = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert plainly.stdout.strip() == str(rolls(77, 2, 10**6, 300))
