"""Travel from a matrix that came with the day: used as it is, never mended, recorded as `given`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.travel.errors import InvalidTravelTable, UnknownPlace
from optimizer.travel.provider import UNREACHABLE, Point, Profile, TravelTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

GIVEN = "given"

Rows = Sequence[Sequence[int | None]]
"""Whole seconds or metres from row to column; `None` or UNREACHABLE where no way leads."""


def given_table(*, seconds: Rows, metres: Rows) -> TravelTable:
    """Check plain rows and make them a table. Raises `InvalidTravelTable` with every kind of fault found."""
    if faults := (*_faults("seconds", seconds), *_faults("metres", metres)):
        raise InvalidTravelTable(faults)
    return TravelTable(provider=GIVEN, seconds=_array(seconds), metres=_array(metres))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GivenTravel:
    """A `TravelProvider` over given tables; their rows belong to `points`, in that order.

    Asked for the same points in the same order it answers the table itself. Asked for others it picks rows
    by point, and refuses a point with no row, or with several: two homes may share coordinates and still
    have rows that differ.
    """

    points: tuple[Point, ...]
    tables: Mapping[Profile, TravelTable]

    def __post_init__(self) -> None:
        faults = tuple(
            f"the table for {profile} has {len(table.seconds)} rows for {len(self.points)} places"
            for profile, table in self.tables.items()
            if len(table.seconds) != len(self.points)
        )
        if faults:
            raise InvalidTravelTable(faults)

    @property
    def name(self) -> str:
        return GIVEN

    def table(self, points: Sequence[Point], profile: Profile) -> TravelTable:
        if profile not in self.tables:
            raise InvalidTravelTable((f"no table was given for {profile}",))
        table = self.tables[profile]
        if tuple(points) == self.points:
            return table
        chosen = np.ix_(rows := self._rows(points), rows)
        return TravelTable(provider=GIVEN, seconds=table.seconds[chosen], metres=table.metres[chosen])

    def _rows(self, points: Sequence[Point]) -> list[int]:
        rows: dict[Point, list[int]] = {}
        for index, point in enumerate(self.points):
            rows.setdefault(point, []).append(index)
        for position, point in enumerate(points):
            if (known := len(rows.get(point, ()))) != 1:
                raise UnknownPlace(position, known)
        return [rows[point][0] for point in points]


def _faults(name: str, rows: Rows) -> Iterator[str]:
    if any(len(row) != len(rows) for row in rows):
        yield f"{name} must have {len(rows)} columns in each of its {len(rows)} rows"
    for index, row in enumerate(rows):
        if wrong := [column for column, value in enumerate(row) if not _is_allowed(value)]:
            yield f"{name}[{index}][{wrong[0]}] must be a whole number from 0 to {UNREACHABLE}, or empty"


def _is_allowed(value: object) -> bool:
    # A boolean is an int to Python, but never a travel time.
    return value is None or (type(value) is int and 0 <= value <= UNREACHABLE)


def _array(rows: Rows) -> NDArray[np.int64]:
    filled = [[UNREACHABLE if value is None else value for value in row] for row in rows]
    return np.array(filled, dtype=np.int64).reshape(len(rows), len(rows))
