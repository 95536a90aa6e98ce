from __future__ import annotations

import pytest

from optimizer.travel.errors import InvalidTravelTable, UnknownPlace
from optimizer.travel.given import GivenTravel, Rows, given_table
from optimizer.travel.provider import UNREACHABLE, Point, Profile, TravelProvider

ADA, BEN, CYD = (Point(latitude=39.9 + north / 100, longitude=-83.0) for north in range(3))
SECONDS: Rows = [[0, 60, 90], [65, 0, None], [95, UNREACHABLE, 0]]
METRES: Rows = [[0, 600, 900], [650, 0, None], [950, None, 0]]


def given(*points: Point) -> GivenTravel:
    return GivenTravel(points=points, tables={Profile.CAR: given_table(seconds=SECONDS, metres=METRES)})


def test_a_given_matrix_is_used_as_it_is_and_recorded_as_given() -> None:
    provider: TravelProvider = given(ADA, BEN, CYD)

    table = provider.table([ADA, BEN, CYD], Profile.CAR)

    assert table.provider == provider.name == "given"
    assert table.seconds.tolist() == [[0, 60, 90], [65, 0, UNREACHABLE], [95, UNREACHABLE, 0]]


def test_rows_follow_the_places_asked_for() -> None:
    table = given(ADA, BEN, CYD).table([CYD, ADA], Profile.CAR)

    assert table.seconds.tolist() == [[0, 95], [90, 0]]
    assert table.metres.tolist() == [[0, 950], [900, 0]]


def test_a_place_without_a_row_is_refused_rather_than_estimated() -> None:
    with pytest.raises(UnknownPlace, match="Place 1 has 0 rows"):
        given(ADA, BEN, CYD).table([ADA, Point(latitude=0, longitude=0)], Profile.CAR)


def test_homes_at_one_spot_keep_their_own_rows_but_cannot_be_picked_by_spot() -> None:
    flats = given(ADA, BEN, BEN)

    assert flats.table([ADA, BEN, BEN], Profile.CAR).seconds[0].tolist() == [0, 60, 90]
    with pytest.raises(UnknownPlace, match="Place 0 has 2 rows"):
        flats.table([BEN], Profile.CAR)


def test_a_profile_without_a_given_table_is_refused() -> None:
    with pytest.raises(InvalidTravelTable, match="no table was given for walking"):
        given(ADA, BEN, CYD).table([ADA], Profile.WALKING)


def test_a_table_must_have_a_row_for_each_place() -> None:
    with pytest.raises(InvalidTravelTable, match="3 rows for 2 places"):
        given(ADA, BEN)


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
