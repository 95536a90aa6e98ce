"""The travel matrix of a day file as the day's travel. -1 means there is no way."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.travel.given import given_table
from optimizer.travel.provider import TravelTable
from scheduler.domain.ids import PlaceId
from scheduler.files.day_model import MatrixEntry, TravelEntry
from scheduler.planning.travel_lookup import TravelLookup


def given_travel(entry: TravelEntry) -> TravelLookup:
    """Its shape and range have been checked (`day_references`)."""
    index = {PlaceId(place): row for row, place in enumerate(entry.places)}
    tables = {profile: _table(matrix) for profile, matrix in entry.profiles.items()}
    return TravelLookup(provider=entry.provider, index=index, tables=tables)


def _table(matrix: MatrixEntry) -> TravelTable:
    """No way in one of the two is no way at all; distances left out are 0 where there is a way."""
    metres = matrix.metres or [[min(value, 0) for value in row] for row in matrix.seconds]
    no_way = [[min(a, b) < 0 for a, b in zip(*rows, strict=True)] for rows in zip(matrix.seconds, metres, strict=True)]
    return given_table(seconds=_without(matrix.seconds, no_way), metres=_without(metres, no_way))


def _without(table: Sequence[Sequence[int]], no_way: list[list[bool]]) -> list[list[int | None]]:
    return [
        [None if closed else value for value, closed in zip(*rows, strict=True)]
        for rows in zip(table, no_way, strict=True)
    ]
