"""Events that came in, each of which takes effect once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from scheduler.domain.ids import BranchId, EventId


class InboxStatus(StrEnum):
    NEW = "new"
    """Never met: apply it."""
    DUPLICATE = "duplicate"
    """Met before with the same content: nothing to do."""
    CONFLICT = "conflict"
    """Met before with other content: dead letter."""


class Inbox(Protocol):
    """Each event takes effect once: its source and id are a unique key, claimed in the transaction of its effect."""

    def expect(self, events: Sequence[tuple[str, EventId, BranchId]]) -> frozenset[tuple[str, EventId]]:
        """Look these up together; claims of new ones are then written with the commit. Answers by source and id which
        are dead, and so cannot be claimed together with others.
        """
        ...

    def unclaim(self, *, source: str, event: EventId) -> bool:
        """Take back the newest claim, of an event that was expected. False when something changed since: then do not
        commit.
        """
        ...

    def claim(self, *, source: str, event: EventId, digest: str, type: str, branch: BranchId,
              occurred_at: datetime, received_at: datetime, payload: bytes) -> InboxStatus: ...  # fmt: skip
    def settle(self, *, source: str, event: EventId, status: str, code: str | None = None) -> None:
        """`applied`, `ignored` (older than what is known) or `dead`, with the reason's code."""
        ...

    def forget_payloads(self, received_before: datetime) -> int:
        """Drop the contents of older events that took effect; their ids stay, so that none takes effect twice."""
        ...
