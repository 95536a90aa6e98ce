"""The inbox: every event ever met, so that each takes effect once.

An event whose last try ended `dead` had no effect, so meeting it again with the same content is a new try: that is
how a dead letter is replayed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownEvent
from scheduler.ports import InboxStatus
from scheduler.store.tables import inbox as table
from scheduler.store.transaction import Transaction

CLAIMED, DEAD = "claimed", "dead"


class SqlInbox:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def claim(self, *, source: str, event: EventId, digest: str, type: str, branch: BranchId,
              occurred_at: datetime, received_at: datetime, payload: bytes) -> InboxStatus:  # fmt: skip
        self._transaction.own(branch)
        is_new = self._transaction.put_if_new(
            table,
            source=source,
            event=event,
            digest=digest,
            type=type,
            branch=branch,
            occurred_at=occurred_at,
            received_at=received_at,
            payload=payload,
            status=CLAIMED,
            code=None,
        )
        return InboxStatus.NEW if is_new else self._met_again(source, event, digest, received_at, payload)

    def settle(self, *, source: str, event: EventId, status: str, code: str | None = None) -> None:
        """Raises `UnknownEvent` for one that was never claimed."""
        settled = update(table).where(*_this(source, event)).values(status=status, code=code)
        if not self._transaction.write(settled):
            raise UnknownEvent(source, event)

    def forget_payloads(self, received_before: datetime) -> int:
        old = (table.c.received_at < received_before, table.c.status != DEAD, table.c.payload != b"")
        return self._transaction.write(update(table).where(*old).values(payload=b""))

    def _met_again(self, source: str, event: EventId, digest: str, received_at: datetime, payload: bytes
                   ) -> InboxStatus:  # fmt: skip
        row = self._transaction.row(select(table.c.digest, table.c.status).where(*_this(source, event)))
        if row is None or row.digest != digest:
            return InboxStatus.CONFLICT
        if row.status != DEAD:
            return InboxStatus.DUPLICATE
        again = update(table).where(*_this(source, event), table.c.status == DEAD)
        taken = self._transaction.write(
            again.values(status=CLAIMED, code=None, received_at=received_at, payload=payload)
        )
        return InboxStatus.NEW if taken else InboxStatus.DUPLICATE


def _this(source: str, event: EventId) -> tuple[ColumnElement[bool], ...]:
    return (table.c.source == source, table.c.event == event)
