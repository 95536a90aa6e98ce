"""Events on their way out, written in the transaction of what they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scheduler.domain.events import DomainEvent
from scheduler.domain.ids import BranchId, EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """`id` is stable over replays and re-sends; `key` is the branch. `data` is the event's JSON."""

    seq: int
    id: EventId
    type: str
    key: BranchId
    subject: str
    at: datetime
    data: bytes


class Outbox(Protocol):
    def add(self, event: DomainEvent) -> None: ...
    def unsent(self, limit: int) -> Sequence[OutboxItem]:
        """Oldest first."""
        ...

    def mark_sent(self, items: Sequence[OutboxItem], at: datetime) -> None: ...
    def purge(self, sent_before: datetime) -> int: ...
