"""Travel of one day, by place: from a provider's tables, or from a matrix that was given.

Places the tables do not know (they need an address) have no way to anywhere. Seconds and metres.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.provider import UNREACHABLE, Point, Profile, TravelProvider, TravelTable
from scheduler.domain.ids import PlaceId
from scheduler.domain.people import TravelProfile
from scheduler.domain.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelLookup:
    """Implements `scheduler.domain.day.Travel`. `index` is each place's row in every table."""

    provider: str
    index: Mapping[PlaceId, int]
    tables: Mapping[TravelProfile, TravelTable]

    def seconds(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None:
        if origin == destination:
            return 0
        return self._at(self.tables[profile].seconds, origin, destination)

    def metres(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None:
        if origin == destination:
            return 0
        return self._at(self.tables[profile].metres, origin, destination)

    def _at(self, table: NDArray[np.int32], origin: PlaceId, destination: PlaceId) -> int | None:
        row, column = self.index.get(origin), self.index.get(destination)
        if row is None or column is None:
            return None
        value = int(table[row, column])
        return None if value == UNREACHABLE else value


def look_up(provider: TravelProvider, places: Iterable[Place], profiles: Iterable[TravelProfile]) -> TravelLookup:
    """Ask `provider` once per profile for every place that has a point. Places at one point share a row."""
    rows: dict[tuple[float, float], int] = {}
    index: dict[PlaceId, int] = {}
    for place in places:
        if place.point is not None:
            key = (place.point.latitude, place.point.longitude)
            index[place.id] = rows.setdefault(key, len(rows))
    points = [Point(latitude=latitude, longitude=longitude) for latitude, longitude in rows]
    wanted = sorted(set(profiles))
    tables = {profile: provider.table(points, Profile(profile.value)) for profile in wanted}
    return TravelLookup(provider=provider.name, index=index, tables=tables)
