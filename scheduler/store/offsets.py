"""How far each partition was taken in. The database decides where reading goes on; Kafka's own commits do not."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update

from scheduler.store.tables import consumer_offset as table
from scheduler.store.transaction import Transaction


class SqlOffsets:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, group: str, topic: str, partition: int) -> int | None:
        row = self._transaction.row(select(table.c.next_offset).where(*_this(group, topic, partition)))
        return row.next_offset if row else None

    def advance(self, group: str, topic: str, partition: int, *, to: int) -> None:
        if not self._transaction.put_if_new(table, group=group, topic=topic, partition=partition, next_offset=to):
            behind = (*_this(group, topic, partition), table.c.next_offset < to)
            self._transaction.write(update(table).where(*behind).values(next_offset=to))


def _this(group: str, topic: str, partition: int) -> tuple[ColumnElement[bool], ...]:
    return (table.c.group == group, table.c.topic == topic, table.c.partition == partition)
