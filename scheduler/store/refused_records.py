"""Which records of the incoming topics were refused, by the place where they stand.

A record that is delivered again is no new try: whoever sends the event again makes another record. Each partition has
so many slots that a record is overwritten by one `SLOTS` further on, at the earliest; so nothing has to be purged, and
a flood of refused events takes no more room than that.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from scheduler.ports import RecordPlace, Refusal
from scheduler.store.tables import refused_record as table
from scheduler.store.transaction import Transaction

SLOTS: Final = 4096
"""Many times what one reader takes in between two commits, which is as far as it goes back after a crash."""


class SqlRefusedRecords:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def remember(self, place: RecordPlace, refusal: Refusal) -> None:
        self._transaction.put(
            table,
            topic=place.topic,
            partition=place.partition,
            slot=place.offset % SLOTS,
            position=place.offset,
            digest=place.digest,
            letter=refusal.letter,
            code=refusal.code,
        )

    def find(self, place: RecordPlace) -> Refusal | None:
        lane = (table.c.topic == place.topic, table.c.partition == place.partition)
        row = self._transaction.row(select(table).where(*lane, table.c.slot == place.offset % SLOTS))
        if row is None or (row.position, row.digest) != (place.offset, place.digest):
            return None
        return Refusal(letter=row.letter, code=row.code)
