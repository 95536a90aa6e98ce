"""Nights of trouble, each from one seed. `python -m tests.simulation 4711` shows one; `--seeds 10000` lives many."""

from __future__ import annotations

import pytest

from tests.simulation.night import a_night
from tests.simulation.nights import many_nights, told
from tests.simulation.planted import FAULTS

FIRST_SEED, NIGHTS = 1, 200
CHANGES = 15
"""Fewer than by hand, so that 200 nights take minutes."""
MOST_TRIES = 20


def test_two_hundred_troubled_nights_lose_nothing_and_do_nothing_twice() -> None:
    nights = list(many_nights(range(FIRST_SEED, FIRST_SEED + NIGHTS), changes=CHANGES))

    assert [told(night) for night in nights if night.wrongs] == []
    assert len(nights) == NIGHTS
    assert sum(night.counts.get("deaths", 0) for night in nights) > 15 * NIGHTS
    assert sum(night.events for night in nights) > 140 * NIGHTS


def test_a_night_can_be_had_again() -> None:
    first, again = a_night(7, changes=CHANGES), a_night(7, changes=CHANGES)

    assert first == again
    assert first.counts["deaths"] > 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_part_is_found_out(fault: str) -> None:
    """Within a few nights: not every night gives it the occasion."""
    nights = (a_night(seed, parts=FAULTS[fault]) for seed in range(FIRST_SEED, FIRST_SEED + MOST_TRIES))
    assert any(night.wrongs for night in nights)
