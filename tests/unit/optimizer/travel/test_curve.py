from __future__ import annotations

import numpy as np
import pytest

from optimizer.travel.curve import DEFAULT_CURVES, Knot, StraightLineCurve
from optimizer.travel.errors import InvalidCurve
from optimizer.travel.provider import Profile

SMALL = StraightLineCurve(knots=(Knot(4, 6, 10), Knot(10, 13, 15)))


def test_a_curve_runs_straight_between_knots_and_rounds_half_up() -> None:
    straight = np.array([0, 1, 2, 3, 4, 7, 10])

    assert SMALL.seconds(straight).tolist() == [0, 3, 5, 8, 10, 13, 15]  # 2.5, 7.5 and 12.5 round up
    assert SMALL.road_metres(straight).tolist() == [0, 2, 3, 5, 6, 10, 13]  # so do 1.5, 4.5 and 9.5


def test_the_last_piece_of_a_curve_goes_on() -> None:
    assert SMALL.seconds(np.array([16])).tolist() == [20]


@pytest.mark.parametrize("profile", Profile)
def test_a_longer_hop_never_takes_less(profile: Profile) -> None:
    hops = np.arange(0, 60_000)

    assert (np.diff(DEFAULT_CURVES[profile].seconds(hops)) >= 0).all()
    assert (np.diff(DEFAULT_CURVES[profile].road_metres(hops)) >= 0).all()


@pytest.mark.parametrize("profile", Profile)
def test_a_stop_on_the_way_is_never_estimated_as_a_gain_beyond_rounding(profile: Profile) -> None:
    curve = DEFAULT_CURVES[profile]
    first, second = np.random.default_rng(1).integers(0, 40_000, size=(2, 10_000))

    assert (curve.seconds(first + second) <= curve.seconds(first) + curve.seconds(second) + 1).all()


def test_walking_is_never_faster_than_transit_and_transit_never_faster_than_the_car() -> None:
    hops = np.arange(0, 40_000, 10)
    car, transit, walking = (DEFAULT_CURVES[profile].seconds(hops) for profile in Profile)

    assert (car <= transit).all()
    assert (transit <= walking).all()


@pytest.mark.parametrize(
    ("knots", "fault"),
    [
        ((), "a curve needs a knot"),
        ((Knot(5, 6, 9), Knot(5, 7, 10)), "knot 1 must lie beyond"),
        ((Knot(5, 6, 9), Knot(8, 9, 8)), "knot 1 must lie beyond"),
        ((Knot(5, 4, 9),), "knot 0 makes the road shorter"),
        ((Knot(5, 6, 9), Knot(10, 11, 19)), "seconds rise more steeply after knot 0"),
        ((Knot(5, 6, 9), Knot(10, 13, 18)), "road_metres rise more steeply after knot 0"),
        ((Knot(5, 6, 10**7),), "knot 0 passes"),
    ],
)
def test_a_curve_that_misleads_is_refused(knots: tuple[Knot, ...], fault: str) -> None:
    with pytest.raises(InvalidCurve, match=fault):
        StraightLineCurve(knots=knots)
