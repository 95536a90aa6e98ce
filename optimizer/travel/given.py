"""Travel from a matrix that came with the day: used as it is, never mended, recorded as `given`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optimizer.travel.errors import InvalidTravelTable
from optimizer.travel.provider import UNREACHABLE, TravelTable

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
