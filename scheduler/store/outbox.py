"""Events on their way out, written in the transaction of what they report.

Numbers rise in the order of commits within a branch, because whoever adds holds the branch (`transaction.py`).
An event's id follows from what it is about, so making it again makes the same id, and it is kept once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, delete, select, update

from scheduler.domain.events import DomainEvent
from scheduler.domain.ids import BranchId, EventId
from scheduler.ports.outbox import OutboxItem
from scheduler.store.codec import to_json
from scheduler.store.tables import outbox as table
from scheduler.store.transaction import Transaction

OUR_EVENTS = UUID("6f2b7c1e-58a0-5d0b-9d0e-0b4d3a6f7a11")
"""The namespace of our ids (RFC 9562, version 5). Changing it would send everything unsent under new ids."""

MARKED_AT_ONCE = 500


class SqlOutbox:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, event: DomainEvent) -> None:
        self._transaction.own(event.branch)
        self._transaction.put_if_new(
            table,
            id=stable_id(event),
            type=event.type,
            key=event.branch,
            subject=event.subject,
            at=event.at,
            data=to_json(event).encode(),
        )

    def unsent(self, limit: int) -> Sequence[OutboxItem]:
        query = select(table).where(table.c.sent_at.is_(None)).order_by(table.c.seq).limit(limit)
        return [_item(row) for row in self._transaction.rows(query)]

    def mark_sent(self, items: Sequence[OutboxItem], at: datetime) -> None:
        numbers = [item.seq for item in items]
        for start in range(0, len(numbers), MARKED_AT_ONCE):
            these = numbers[start : start + MARKED_AT_ONCE]
            self._transaction.write(update(table).where(table.c.seq.in_(these)).values(sent_at=at))

    def purge(self, sent_before: datetime) -> int:
        return self._transaction.write(delete(table).where(table.c.sent_at < sent_before))


def stable_id(event: DomainEvent) -> EventId:
    about = (event.type, event.branch, event.date.isoformat(), str(event.revision), event.subject)
    return EventId(str(uuid5(OUR_EVENTS, "\n".join(about))))


def _item(row: Row[Any]) -> OutboxItem:
    return OutboxItem(
        seq=row.seq,
        id=EventId(row.id),
        type=row.type,
        key=BranchId(row.key),
        subject=row.subject,
        at=row.at,
        data=row.data,
    )
