from __future__ import annotations

import zlib

import numpy as np
import pytest

from optimizer.travel.curve import DEFAULT_CURVES, Knot, StraightLineCurve
from optimizer.travel.errors import InvalidCurve
from optimizer.travel.geopy_geocoder import geodesic_metres
from optimizer.travel.provider import Point, Profile, TravelProvider
from optimizer.travel.straight_line import StraightLine, straight_metres


def scattered(count: int, *, seed: int, latitude: float = 39.97, degrees: float = 0.2) -> list[Point]:
    offsets = np.random.default_rng(seed).uniform(-degrees, degrees, size=(count, 2)).tolist()
    return [Point(latitude=latitude + north, longitude=-83.0 + east) for north, east in offsets]


@pytest.mark.parametrize("latitude", [32.5, 39.97, 47.5])
def test_distances_are_within_three_tenths_of_a_per_cent_of_the_ellipsoid(latitude: float) -> None:
    places = scattered(25, seed=7, latitude=latitude)
    metres = straight_metres(places)

    for row, a in enumerate(places):
        for column, b in enumerate(places):
            exact = geodesic_metres(a, b)
            assert abs(metres[row, column] - exact) <= 0.003 * exact + 0.5  # half a metre is the rounding


def test_the_date_line_and_the_far_side_of_the_globe_are_measured_rightly() -> None:
    east, west = Point(latitude=0, longitude=179.999), Point(latitude=0, longitude=-179.999)
    opposite = Point(latitude=0, longitude=-0.001)

    metres = straight_metres([east, west, opposite])

    assert metres[0, 1] == 222
    assert metres[0, 2] == 20_015_114  # half way round


@pytest.mark.parametrize("profile", Profile)
def test_both_directions_take_the_same_and_staying_takes_nothing(profile: Profile) -> None:
    table = StraightLine().table(scattered(83, seed=3), profile)

    assert (table.seconds == table.seconds.T).all()
    assert (table.metres == table.metres.T).all()
    assert not table.seconds.diagonal().any()
    assert not table.metres.diagonal().any()


def test_two_visits_in_one_house_are_no_drive_apart() -> None:
    home = Point(latitude=39.97, longitude=-83.0)

    assert not StraightLine().table([home, home], Profile.CAR).seconds.any()


def test_a_day_without_places_has_an_empty_table() -> None:
    assert StraightLine().table([], Profile.CAR).seconds.shape == (0, 0)


def test_a_known_hop_has_the_fitted_time() -> None:
    north = 2_000 / 6_371_008.8 * 180 / np.pi
    here, there = Point(latitude=39.9, longitude=-83.0), Point(latitude=39.9 + north, longitude=-83.0)

    table = StraightLine().table([here, there], Profile.CAR)

    assert (table.seconds[0, 1], table.metres[0, 1]) == (327, 3_055)


@pytest.mark.parametrize(
    ("profile", "checksum"),
    [(Profile.CAR, 1593254546), (Profile.TRANSIT, 2912946289), (Profile.WALKING, 200274057)],
)
def test_the_same_places_give_the_same_numbers_on_every_machine(profile: Profile, checksum: int) -> None:
    table = StraightLine().table(scattered(120, seed=11), profile)

    assert zlib.crc32(np.stack([table.seconds, table.metres]).astype("<i4").tobytes()) == checksum


def test_the_table_says_which_provider_made_it() -> None:
    provider: TravelProvider = StraightLine()

    assert provider.table(scattered(2, seed=1), Profile.CAR).provider == provider.name == "straight-line/1"


def test_refitted_curves_cannot_pass_for_the_default() -> None:
    refitted = {**DEFAULT_CURVES, Profile.CAR: StraightLineCurve(knots=(Knot(1_000, 1_300, 150),))}

    with pytest.raises(InvalidCurve, match="cannot be called straight-line/1"):
        StraightLine(curves=refitted)
    assert StraightLine(name="straight-line/porto-1", curves=refitted).name == "straight-line/porto-1"


def test_every_profile_needs_a_curve() -> None:
    with pytest.raises(InvalidCurve, match="no curve for transit; there is no curve for walking"):
        StraightLine(name="straight-line/car", curves={Profile.CAR: DEFAULT_CURVES[Profile.CAR]})
