"""The port every source of travel times answers: points in, one table of whole seconds and metres out.

The table names the provider that made it, and the plan records that name, so nobody mistakes an estimate
for road times. A provider never falls back to another one by itself: whoever asked decides, and records it.

What a road engine will have to keep: a point off its network is UNREACHABLE, never snapped far away; an
engine that cannot be reached raises an error of `errors.py`; its name holds the build of its map.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.problem import NEVER
from optimizer.travel.errors import InvalidPoint, InvalidTravelTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNREACHABLE = NEVER
"""Stands in both arrays for a pair of places that no way joins."""

WholeNumbers = NDArray[np.signedinteger[Any]]


MOST_LATITUDE, MOST_LONGITUDE = 90, 180


class Profile(StrEnum):
    """How a case manager gets about."""

    CAR = "car"
    TRANSIT = "transit"
    WALKING = "walking"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Point:
    """A place on the globe, in degrees (WGS 84). It prints without them: they are somebody's home."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not abs(self.latitude) <= MOST_LATITUDE:  # also true of "not a number"
            raise InvalidPoint("latitude")
        if not abs(self.longitude) <= MOST_LONGITUDE:
            raise InvalidPoint("longitude")

    def __repr__(self) -> str:
        return "Point(...)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTable:
    """Travel from row to column: [places, places], kept as read-only int32, zero on the diagonal."""

    provider: str
    seconds: WholeNumbers
    metres: WholeNumbers

    def __post_init__(self) -> None:
        if faults := tuple(_faults(self.seconds, self.metres)):
            raise InvalidTravelTable(faults)
        object.__setattr__(self, "seconds", _frozen(self.seconds))
        object.__setattr__(self, "metres", _frozen(self.metres))


class TravelProvider(Protocol):
    """Knows how long it takes to get from place to place. Equal questions get equal answers."""

    @property
    def name(self) -> str:
        """What the plan records, such as `straight-line/1` or `given`. Other numbers need another name."""
        ...

    def table(self, points: Sequence[Point], profile: Profile) -> TravelTable:
        """One row and one column per point, in the order given."""
        ...


def _faults(seconds: WholeNumbers, metres: WholeNumbers) -> Iterator[str]:
    for name, array in (("seconds", seconds), ("metres", metres)):
        if not array.shape or array.shape != array.shape[:1] * 2:
            yield f"{name} has shape {array.shape}, not square"
        elif not np.issubdtype(array.dtype, np.integer):
            yield f"{name} must be whole numbers, not {array.dtype}"
        elif array.size and (array.min() < 0 or array.max() > UNREACHABLE):
            yield f"{name} must lie between 0 and {UNREACHABLE}"
        elif np.diagonal(array).any():
            yield f"{name} from a place to itself must be 0"
    if seconds.shape != metres.shape:
        yield f"seconds {seconds.shape} and metres {metres.shape} differ in shape"
    elif ((seconds == UNREACHABLE) != (metres == UNREACHABLE)).any():
        yield "a pair is unreachable in seconds but not in metres, or the other way round"


def _frozen(array: WholeNumbers) -> NDArray[np.int32]:
    frozen = np.array(array, dtype=np.int32, copy=True)
    frozen.setflags(write=False)
    return frozen
