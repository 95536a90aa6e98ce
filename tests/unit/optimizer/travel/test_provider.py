from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.travel.errors import InvalidPoint, InvalidTravelTable
from optimizer.travel.provider import UNREACHABLE, Point, TravelTable


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [(90.01, 0, "latitude"), (math.nan, 0, "latitude"), (0, -180.01, "longitude"), (0, math.inf, "longitude")],
)
def test_a_point_off_the_globe_is_refused_and_its_numbers_are_not_repeated(
    latitude: float, longitude: float, field: str
) -> None:
    with pytest.raises(InvalidPoint) as refusal:
        Point(latitude=latitude, longitude=longitude)

    assert refusal.value.field == field
    assert not any(character.isdigit() for character in str(refusal.value))


def test_a_point_prints_without_its_coordinates() -> None:
    home = Point(latitude=39.96, longitude=-83.0)

    assert "39" not in f"{home} {home!r}"


def test_a_table_cannot_be_changed_not_even_through_the_array_it_was_made_from() -> None:
    numbers = np.array([[0, 60], [70, 0]])
    table = TravelTable(provider="given", seconds=numbers, metres=numbers)

    numbers[0, 1] = 1

    assert table.seconds[0, 1] == 60
    assert table.seconds.dtype == table.metres.dtype == np.int32
    with pytest.raises(ValueError, match="read-only"):
        table.metres[0, 1] = 1


@pytest.mark.parametrize(
    ("seconds", "metres", "fault"),
    [
        ([[0, 1, 2], [1, 0, 2]], [[0, 1, 2], [1, 0, 2]], "not square"),
        ([[0.0, 1.5], [1.5, 0.0]], [[0, 1], [1, 0]], "whole numbers"),
        ([[0, -1], [1, 0]], [[0, 1], [1, 0]], "between 0 and"),
        ([[0, 2**31], [1, 0]], [[0, 1], [1, 0]], "between 0 and"),
        ([[5, 1], [1, 0]], [[0, 1], [1, 0]], "to itself must be 0"),
        ([[0]], [[0, 1], [1, 0]], "differ in shape"),
        ([[0, UNREACHABLE], [1, 0]], [[0, 9], [1, 0]], "unreachable in seconds but not in metres"),
        (7, 7, "not square"),
    ],
)
def test_a_table_whose_numbers_do_not_fit_is_refused(seconds: object, metres: object, fault: str) -> None:
    with pytest.raises(InvalidTravelTable, match=fault):
        TravelTable(provider="given", seconds=np.array(seconds), metres=np.array(metres))


def test_a_table_of_no_places_is_fine() -> None:
    nothing = np.zeros((0, 0), dtype=np.int64)

    assert TravelTable(provider="given", seconds=nothing, metres=nothing).seconds.shape == (0, 0)
