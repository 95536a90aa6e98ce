"""The inbox: every event ever met, so that each takes effect once.

An event whose last try ended `dead` had no effect, so meeting it again with the same content is a new try: that is
how a dead letter is replayed.

Events that come together are looked up together (`expect`), and what is claimed of them is written with the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, select, tuple_, update

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownEvent
from scheduler.ports.inbox import InboxStatus
from scheduler.store.tables import inbox as table
from scheduler.store.transaction import Transaction

CLAIMED, DEAD = "claimed", "dead"
_INSERT: Final = insert(table)

Key = tuple[str, EventId]


class SqlInbox:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._expected: set[Key] = set()
        self._digests: dict[Key, str] = {}
        self._new: dict[Key, dict[str, Any]] = {}
        self._changes = 0

    def expect(self, events: Sequence[tuple[str, EventId, BranchId]]) -> frozenset[Key]:
        self._transaction.own_all(branch for _, _, branch in events)
        asked = [(source, event) for source, event, _ in events]
        these = select(table.c.source, table.c.event, table.c.digest, table.c.status)
        found = self._transaction.rows(these.where(tuple_(table.c.source, table.c.event).in_(asked)))
        known = {(row.source, EventId(row.event)): row for row in found}
        self._digests |= {key: row.digest for key, row in known.items() if row.status != DEAD}
        self._expected |= set(asked) - known.keys()
        return frozenset(known.keys() - self._digests.keys())

    def claim(self, *, source: str, event: EventId, digest: str, type: str, branch: BranchId,
              occurred_at: datetime, received_at: datetime, payload: bytes) -> InboxStatus:  # fmt: skip
        self._transaction.own(branch)
        row: dict[str, Any] = {
            "source": source,
            "event": event,
            "digest": digest,
            "type": type,
            "branch": branch,
            "occurred_at": occurred_at,
            "received_at": received_at,
            "payload": payload,
            "status": CLAIMED,
            "code": None,
        }
        if (source, event) in self._digests:
            return _again(self._digests[source, event], digest)
        if (source, event) in self._expected:
            return self._remembered(row)
        is_new = self._transaction.put_if_new(table, **row)
        return InboxStatus.NEW if is_new else self._met_again(source, event, digest, received_at, payload)

    def unclaim(self, *, source: str, event: EventId) -> bool:
        claimed = self._new.pop((source, event), None)
        return claimed is not None and self._transaction.changes == self._changes

    def settle(self, *, source: str, event: EventId, status: str, code: str | None = None) -> None:
        """Raises `UnknownEvent` for one that was never claimed."""
        if row := self._new.get((source, event)):
            row |= {"status": status, "code": code}
            return
        settled = update(table).where(*_this(source, event)).values(status=status, code=code)
        if not self._transaction.write(settled):
            raise UnknownEvent(source, event)

    def forget_payloads(self, received_before: datetime) -> int:
        old = (table.c.received_at < received_before, table.c.status != DEAD, table.c.payload != b"")
        return self._transaction.write(update(table).where(*old).values(payload=b""))

    def _remembered(self, row: dict[str, Any]) -> InboxStatus:
        """One that was expected. It may have come twice since."""
        if known := self._new.get((row["source"], row["event"])):
            return _again(known["digest"], row["digest"])
        self._new[row["source"], row["event"]] = row
        self._transaction.put_off(self._write)
        self._changes = self._transaction.changes
        return InboxStatus.NEW

    def _write(self) -> None:
        new, self._new = self._new, {}
        self._expected -= new.keys()
        self._transaction.write_all(_INSERT, list(new.values()))

    def _met_again(self, source: str, event: EventId, digest: str, received_at: datetime, payload: bytes
                   ) -> InboxStatus:  # fmt: skip
        row = self._transaction.row(select(table.c.digest, table.c.status).where(*_this(source, event)))
        if row is None or row.digest != digest or row.status != DEAD:
            return _again(row.digest if row else "", digest)
        again = update(table).where(*_this(source, event), table.c.status == DEAD)
        taken = self._transaction.write(
            again.values(status=CLAIMED, code=None, received_at=received_at, payload=payload)
        )
        return InboxStatus.NEW if taken else InboxStatus.DUPLICATE


def _again(known: str, given: str) -> InboxStatus:
    return InboxStatus.DUPLICATE if known == given else InboxStatus.CONFLICT


def _this(source: str, event: EventId) -> tuple[ColumnElement[bool], ...]:
    return (table.c.source == source, table.c.event == event)
