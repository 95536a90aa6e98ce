"""Which records of the incoming topics were refused, by the place where they stand.

A record that is delivered again is no new try: whoever sends the event again makes another record. Each partition has
so many slots that a record is overwritten by one `SLOTS` further on, at the earliest; so nothing has to be purged, and
a flood of refused events takes no more room than that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import and_, or_, select

from scheduler.ports.refused_records import RecordPlace, Refusal
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
        return self.among((place,)).get(place)

    def among(self, places: Sequence[RecordPlace]) -> Mapping[RecordPlace, Refusal]:
        if not places:
            return {}
        slots: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        for place in places:
            slots[place.topic, place.partition].add(place.offset % SLOTS)
        lanes = [
            and_(table.c.topic == topic, table.c.partition == partition, table.c.slot.in_(found))
            for (topic, partition), found in slots.items()
        ]
        refused = {
            RecordPlace(topic=row.topic, partition=row.partition, offset=row.position, digest=row.digest): Refusal(
                letter=row.letter, code=row.code
            )
            for row in self._transaction.rows(select(table).where(or_(*lanes)))
        }
        return {place: refused[place] for place in places if place in refused}
