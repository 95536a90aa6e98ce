from __future__ import annotations

import pytest

from optimizer.travel.errors import InvalidTravelTable
from optimizer.travel.given import Rows, given_table
from optimizer.travel.provider import UNREACHABLE

SECONDS: Rows = [[0, 60, 90], [65, 0, None], [95, UNREACHABLE, 0]]
METRES: Rows = [[0, 600, 900], [650, 0, None], [950, None, 0]]


def test_a_given_matrix_is_used_as_it_is_and_recorded_as_given() -> None:
    table = given_table(seconds=SECONDS, metres=METRES)

    assert table.provider == "given"
    assert table.seconds.tolist() == [[0, 60, 90], [65, 0, UNREACHABLE], [95, UNREACHABLE, 0]]


def test_all_faults_of_a_matrix_are_told_at_once() -> None:
    seconds: Rows = [[0, -1], [5]]
    metres: list[list[object]] = [[0, 1.5], [True, 0]]

    with pytest.raises(InvalidTravelTable) as refusal:
        given_table(seconds=seconds, metres=metres)  # type: ignore[arg-type]

    assert [fault.split(" must ")[0] for fault in refusal.value.faults] == [
        "seconds",
        "seconds[0][1]",
        "metres[0][1]",
        "metres[1][0]",
    ]


def test_a_matrix_of_no_places_is_fine() -> None:
    assert given_table(seconds=[], metres=[]).seconds.shape == (0, 0)
