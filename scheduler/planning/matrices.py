"""A day's travel as the engine's arrays: one layer for each profile, whole seconds and metres, `NEVER` for no way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.problem import NEVER, IntArray
from scheduler.domain.day import Travel
from scheduler.domain.ids import PlaceId
from scheduler.domain.people import TravelProfile


def travel_arrays(
    travel: Travel, profiles: Sequence[TravelProfile], places: Sequence[PlaceId]
) -> tuple[IntArray, IntArray]:
    """Seconds and metres, both [profiles, places, places]."""
    shape = (len(profiles), len(places), len(places))
    seconds = np.full(shape, NEVER, dtype=np.int64)
    metres = np.full(shape, NEVER, dtype=np.int64)
    for layer, profile in enumerate(profiles):
        for row, origin in enumerate(places):
            for column, destination in enumerate(places):
                took = travel.seconds(profile, origin, destination)
                far = travel.metres(profile, origin, destination)
                if took is not None and far is not None:
                    seconds[layer, row, column] = took
                    metres[layer, row, column] = far
    return seconds, metres
