"""From straight-line metres to road metres and seconds: a curve that bends where the fit says so.

Whole numbers in, whole numbers out, rounded half up; no floating point, so every machine agrees. Parameters
and their errors are explained in docs/travel.md, and `python -m optimizer.travel.fit` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.travel.errors import InvalidCurve
from optimizer.travel.provider import Profile, WholeNumbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST_KNOT = 10**6
"""Keeps a trip round the globe inside 32 bits."""


class Knot(NamedTuple):
    """Two places this far apart are, on average, this far apart by road, and this long apart."""

    straight_metres: int
    road_metres: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StraightLineCurve:
    """Straight pieces from (0, 0, 0) through the knots; the last piece goes on beyond the last knot.

    A longer hop never takes less, and each piece is at most as steep as the one before: hops start slowly
    and gain speed. So a detour by a third place is never estimated as a gain, but for a second of rounding.
    """

    knots: tuple[Knot, ...]

    def __post_init__(self) -> None:
        if faults := tuple(_faults(self.knots)):
            raise InvalidCurve(faults)

    def road_metres(self, straight_metres: WholeNumbers) -> WholeNumbers:
        return self._along(straight_metres, [knot.road_metres for knot in self.knots])

    def seconds(self, straight_metres: WholeNumbers) -> WholeNumbers:
        return self._along(straight_metres, [knot.seconds for knot in self.knots])

    def _along(self, straight_metres: WholeNumbers, heights: list[int]) -> WholeNumbers:
        x = np.array([0, *(knot.straight_metres for knot in self.knots)], dtype=np.int64)
        y = np.array([0, *heights], dtype=np.int64)
        piece = np.minimum(np.searchsorted(x, straight_metres, side="right") - 1, len(x) - 2)
        run, rise = np.diff(x)[piece], np.diff(y)[piece]
        beyond = straight_metres - x[piece]
        # Half up: floor(part + 1/2), with part = beyond * rise / run.
        along: WholeNumbers = y[piece] + (2 * beyond * rise + run) // (2 * run)
        return along


def _faults(knots: tuple[Knot, ...]) -> Iterator[str]:
    if not knots:
        yield "a curve needs a knot"
    corners = (Knot(0, 0, 0), *knots)
    pieces = [Knot(*(end - start for start, end in zip(*ends, strict=True))) for ends in pairwise(corners)]
    for index, (knot, piece) in enumerate(zip(knots, pieces, strict=True)):
        yield from (f"knot {index} {fault}" for fault in _knot_faults(knot, piece))
    for index, (before, after) in enumerate(pairwise(pieces)):
        for column in (1, 2):
            if after[column] * before.straight_metres > before[column] * after.straight_metres:
                yield f"{Knot._fields[column]} rise more steeply after knot {index} than before it"


def _knot_faults(knot: Knot, piece: Knot) -> Iterator[str]:
    if piece.straight_metres <= 0 or min(piece.road_metres, piece.seconds) < 0:
        yield "must lie beyond the one before it and not below it"
    if knot.road_metres < knot.straight_metres:
        yield "makes the road shorter than the straight line"
    if max(knot) > LARGEST_KNOT:
        yield f"passes {LARGEST_KNOT}"


DEFAULT_CURVES: Mapping[Profile, StraightLineCurve] = MappingProxyType(
    {
        # Fitted to free-flow road times in Columbus, Ohio; errors by band in docs/travel.md.
        Profile.CAR: StraightLineCurve(
            knots=(
                Knot(500, 856, 118),
                Knot(1_000, 1_589, 197),
                Knot(2_000, 3_055, 327),
                Knot(4_000, 5_820, 529),
                Knot(8_000, 11_350, 848),
                Knot(16_000, 21_276, 1_351),
                Knot(40_000, 47_505, 2_860),
            )
        ),
        # A rule of thumb, not fitted: walk where that is faster, else 15 minutes of walking and waiting
        # and a ride at 18 km/h, stops included, over the car's distance.
        Profile.TRANSIT: StraightLineCurve(
            knots=(
                Knot(500, 856, 652),
                Knot(1_000, 1_589, 1_206),
                Knot(2_000, 3_055, 1_511),
                Knot(4_000, 5_820, 2_064),
                Knot(8_000, 11_350, 3_170),
                Knot(16_000, 21_276, 5_155),
                Knot(40_000, 47_505, 10_401),
            )
        ),
        # Distances fitted to footpaths of the same city; 4.5 km/h is a rule of thumb.
        Profile.WALKING: StraightLineCurve(
            knots=(
                Knot(500, 815, 652),
                Knot(1_000, 1_507, 1_206),
                Knot(2_000, 2_857, 2_286),
                Knot(4_000, 5_376, 4_301),
            )
        ),
    }
)
"""Curves of `straight-line/1`. Changed numbers need a new name, because plans record it."""
