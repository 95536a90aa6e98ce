"""Events that cannot take effect, kept until a person replays or drops them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scheduler.domain.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """An event that cannot take effect, on its way into the drawer. `digest` is of what it came with, all of it."""

    source: str
    event: EventId | None
    door: str
    code: str
    sentence: str
    remedy: str
    raw: bytes
    size: int
    digest: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSummary:
    """A dead letter without its bytes: fit for a screen or a log. `size` is that of the event as it came."""

    id: int
    source: str
    event: EventId | None
    door: str
    code: str
    sentence: str
    remedy: str
    size: int
    is_whole: bool
    """Whether all its bytes were kept, so that it can be replayed."""
    times: int
    """How often it came while it waited."""
    seen_at: datetime
    last_seen_at: datetime
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter(LetterSummary):
    """An event that cannot take effect, kept until a person replays or drops it. Its bytes may be about a patient."""

    raw: bytes


class DeadLetters(Protocol):
    """Letters that nobody replayed wait. Of equal digests one waits at most, and counts."""

    def met_again(self, event: Undeliverable, *, is_arrival: bool) -> LetterSummary | None:
        """The letter that waits with its digest, now with the newest reasons, and counted once more if it arrived."""
        ...

    def add(self, event: Undeliverable) -> LetterSummary: ...
    def has_room(self, most: int) -> bool:
        """Do fewer than `most` wait?"""
        ...

    def newest(self, limit: int, *, after: int | None = None, code: str | None = None, waiting: bool = True
               ) -> Sequence[LetterSummary]:  # fmt: skip
        """Newest first, replayed ones only if not `waiting`; with `after`, those older than that number."""
        ...

    def oldest(self, limit: int, *, after: int, until: int, code: str | None = None) -> Sequence[int]:
        """Numbers of letters that wait, from `after` (without it) to `until`, oldest first."""
        ...

    def get(self, letter: int) -> DeadLetter | None: ...
    def mark_replayed(self, letter: int, at: datetime) -> None: ...
    def drop(self, letter: int) -> None: ...
    def purge(self, replayed_before: datetime) -> int: ...
