"""The bus inside one process: for the embedded default, for tests and for simulations.

Keeps everything in memory and forgets it with the process; the database is the truth, not the bus. Offsets
count from 0 in each partition. Partitions are dealt to the readers of a group in turn, in the order the readers
joined. A reader joins when it is made and takes up its share at its next poll.
Uses no clock beyond waiting, and no thread of its own.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from threading import Condition

from consumers.bus import (
    Acked,
    Delivery,
    OnAcked,
    Outgoing,
    Partition,
    Record,
    Refused,
    WriterLost,
    in_order,
    is_trustworthy_after,
)


class MemoryBus:
    """All topics and groups. Topics come into being when first written or read."""

    def __init__(self, *, partitions: int = 4) -> None:
        self._partitions = partitions
        self.logs: defaultdict[Partition, list[Record]] = defaultdict(list)
        self._groups: defaultdict[str, _Group] = defaultdict(_Group)
        self._keyless = count()
        self.changed = Condition()
        self._rehearsed: list[Refused | None] = []

    def reader(self, group: str, topics: Iterable[str], *, max_poll_records: int = 200) -> MemoryReader:
        return MemoryReader(self, self._groups[group], frozenset(topics), max_poll_records)

    def writer(self) -> MemoryWriter:
        return MemoryWriter(self)

    def rehearse(self, *answers: Refused | None) -> None:
        """Play a broker in trouble: the next items are refused like this, or written where it says None."""
        self._rehearsed.extend(answers)

    def records(self, topic: str) -> list[Record]:
        """Everything ever written to a topic, partition by partition."""
        return [record for partition in self.partitions_of(topic) for record in self.logs[partition]]

    def partitions_of(self, topic: str) -> list[Partition]:
        return [Partition(topic=topic, number=number) for number in range(self._partitions)]

    def append(self, item: Outgoing) -> Delivery:
        with self.changed:
            if self._rehearsed and (refusal := self._rehearsed.pop(0)):
                return refusal
            lane = Partition(topic=item.topic, number=self._lane_of(item.key))
            log = self.logs[lane]
            log.append(
                Record(
                    topic=item.topic,
                    partition=lane.number,
                    offset=len(log),
                    key=item.key,
                    value=item.value,
                    headers=dict(item.headers),
                )
            )
            self.changed.notify_all()
            return Acked(partition=lane.number, offset=len(log) - 1)

    def _lane_of(self, key: str | None) -> int:
        # Python's own hash differs from process to process; a checksum keeps a key in its partition.
        seed = next(self._keyless) if key is None else zlib.crc32(key.encode())
        return seed % self._partitions


class MemoryWriter:
    """Sends to a `MemoryBus`. See `consumers.bus.BusWriter`."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus
        self.is_lost = False

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        del timeout, on_acked  # all answers are there at once
        if self.is_lost:
            raise WriterLost
        deliveries = [self._bus.append(item) for item in items]
        self.is_lost = not is_trustworthy_after(deliveries)
        return in_order(items, deliveries)

    def close(self) -> None:
        self.is_lost = True


class _Group:
    """Who reads together, and how far they have come."""

    def __init__(self) -> None:
        self.members: list[MemoryReader] = []
        self.committed: dict[Partition, int] = {}

    def share_of(self, member: MemoryReader, partitions: Iterable[Partition]) -> frozenset[Partition]:
        mine = self.members.index(member)
        return frozenset(
            partition for turn, partition in enumerate(sorted(partitions)) if turn % len(self.members) == mine
        )


class MemoryReader:
    """Reads from a `MemoryBus`. See `consumers.bus.BusReader`."""

    def __init__(self, bus: MemoryBus, group: _Group, topics: frozenset[str], max_poll_records: int) -> None:
        self._bus, self._group, self._topics = bus, group, topics
        self._max_poll_records = max_poll_records
        self._positions: dict[Partition, int] = {}
        self._is_paused = False
        with bus.changed:
            group.members.append(self)
            bus.changed.notify_all()

    def poll(self, timeout: timedelta) -> Sequence[Record]:
        with self._bus.changed:
            self._bus.changed.wait_for(self._has_news, timeout.total_seconds())
            return [] if self._is_paused else self._take()

    def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        with self._bus.changed:
            if self not in self._group.members or not next_offsets.keys() <= self._share():
                return False
            self._group.committed.update(next_offsets)
            return True

    def seek(self, partition: Partition, offset: int) -> None:
        if partition not in self._positions:
            raise KeyError(partition)
        self._positions[partition] = offset

    def assigned(self) -> frozenset[Partition]:
        return frozenset(self._positions)

    def lag(self) -> Mapping[Partition, int]:
        with self._bus.changed:
            return {lane: len(self._bus.logs[lane]) - position for lane, position in self._positions.items()}

    def pause_all(self) -> None:
        self._is_paused = True

    def resume_all(self) -> None:
        self._is_paused = False

    def close(self) -> None:
        with self._bus.changed:
            if self in self._group.members:
                self._group.members.remove(self)
            self._positions.clear()
            self._bus.changed.notify_all()

    def _share(self) -> frozenset[Partition]:
        everything = [each for topic in self._topics for each in self._bus.partitions_of(topic)]
        return self._group.share_of(self, everything)

    def _has_news(self) -> bool:
        """Take over the current share first: partitions kept keep their position, as with Kafka."""
        share = self._share()
        self._positions = {each: self._positions.get(each, self._group.committed.get(each, 0)) for each in share}
        return not self._is_paused and any(
            position < len(self._bus.logs[each]) for each, position in self._positions.items()
        )

    def _take(self) -> list[Record]:
        taken: list[Record] = []
        for partition, position in sorted(self._positions.items()):
            room = self._max_poll_records - len(taken)
            found = self._bus.logs[partition][position : position + room]
            self._positions[partition] = position + len(found)
            taken.extend(found)
        return taken
