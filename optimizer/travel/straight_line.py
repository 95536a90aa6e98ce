"""Travel estimated from the straight line: no map, no network, milliseconds for a whole day.

Distances are great-circle (haversine) metres on a sphere, rounded half up to whole metres first; all that
follows is whole-number arithmetic. So two machines agree, unless a distance lies within a few last bits of
half a metre (about one pair in ten thousand million), and then by one metre. Both directions are equal.
Fitted for hops of 0.5 to 40 km; shorter and longer hops continue the first and the last piece of the curve.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.travel.curve import DEFAULT_CURVES, StraightLineCurve
from optimizer.travel.errors import InvalidCurve
from optimizer.travel.provider import Point, Profile, TravelTable, WholeNumbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EARTH_RADIUS_METRES = 6_371_008.8
"""Mean radius. A sphere is within 0.3 % of the ellipsoid between 32 and 48 degrees, within 0.6 % anywhere."""

DEFAULT_NAME = "straight-line/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class StraightLine:
    """A `TravelProvider` that needs nothing but coordinates."""

    name: str = DEFAULT_NAME
    curves: Mapping[Profile, StraightLineCurve] = field(default_factory=lambda: DEFAULT_CURVES, hash=False)

    def __post_init__(self) -> None:
        if missing := [profile.value for profile in Profile if profile not in self.curves]:
            raise InvalidCurve(tuple(f"there is no curve for {profile}" for profile in missing))
        if self.name == DEFAULT_NAME and self.curves != DEFAULT_CURVES:
            raise InvalidCurve((f"curves other than the default cannot be called {DEFAULT_NAME}",))

    def table(self, points: Sequence[Point], profile: Profile) -> TravelTable:
        straight = straight_metres(points)
        curve = self.curves[profile]
        return TravelTable(provider=self.name, seconds=curve.seconds(straight), metres=curve.road_metres(straight))


def straight_metres(points: Sequence[Point]) -> WholeNumbers:
    """Great-circle metres between all points, [points, points], symmetric, rounded half up.

    Source: Sinnott (1984), "Virtues of the Haversine", Sky and Telescope 68(2).
    """
    latitude = np.deg2rad(np.array([point.latitude for point in points], dtype=np.float64))
    longitude = np.deg2rad(np.array([point.longitude for point in points], dtype=np.float64))
    north = np.sin((latitude[:, None] - latitude) / 2) ** 2
    east = np.sin((longitude[:, None] - longitude) / 2) ** 2
    haversine = north + np.cos(latitude)[:, None] * np.cos(latitude) * east
    metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.minimum(haversine, 1.0)))
    whole = np.floor(metres + 0.5).astype(np.int64)
    # Vector units may round one triangle differently from the other in the last bit.
    symmetric: WholeNumbers = np.maximum(whole, whole.T)
    return symmetric
