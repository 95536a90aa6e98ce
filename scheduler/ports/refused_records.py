"""Records of a log that were refused, known by their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlace:
    """One record of a log. `digest` is of what it holds and when it was written: a topic made anew counts from 0 again,
    and its records are others.
    """

    topic: str
    partition: int
    offset: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a record was refused. Its letter may be gone by now."""

    letter: int
    code: str


class RefusedRecords(Protocol):
    """Records that were refused and may be delivered once more, because a crash came before their offset was kept."""

    def remember(self, place: RecordPlace, refusal: Refusal) -> None: ...
    def find(self, place: RecordPlace) -> Refusal | None:
        """None also for one that was refused long ago."""
        ...

    def among(self, places: Sequence[RecordPlace]) -> Mapping[RecordPlace, Refusal]:
        """The same for many at once: those that were refused."""
        ...
