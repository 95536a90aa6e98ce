"""Events that could not take effect, with their bytes, until a person replays or drops them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from scheduler.domain.ids import EventId
from scheduler.domain.missing import UnknownDeadLetter
from scheduler.ports import DeadLetter
from scheduler.store.tables import dead_letter as table
from scheduler.store.transaction import Transaction


class SqlDeadLetters:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, *, source: str, event: EventId | None, door: str, code: str, sentence: str, remedy: str,
            raw: bytes, seen_at: datetime) -> DeadLetter:  # fmt: skip
        letter = insert(table).values(
            source=source,
            event=event,
            door=door,
            code=code,
            sentence=sentence,
            remedy=remedy,
            raw=raw,
            seen_at=seen_at,
        )
        (row,) = self._transaction.rows(letter.returning(*table.c))
        return _letter(row)

    def all(self, limit: int = 100) -> Sequence[DeadLetter]:
        """Newest first, replayed ones included."""
        rows = self._transaction.rows(select(table).order_by(table.c.id.desc()).limit(limit))
        return [_letter(row) for row in rows]

    def get(self, letter: int) -> DeadLetter | None:
        row = self._transaction.row(select(table).where(table.c.id == letter))
        return _letter(row) if row else None

    def mark_replayed(self, letter: int, at: datetime) -> None:
        """Raises `UnknownDeadLetter`."""
        if not self._transaction.write(update(table).where(table.c.id == letter).values(replayed_at=at)):
            raise UnknownDeadLetter(letter)


def _letter(row: Row[Any]) -> DeadLetter:
    return DeadLetter(**row._asdict())
