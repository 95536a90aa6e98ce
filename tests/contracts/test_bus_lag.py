"""How many records wait is known without asking the broker; memory and Kafka say the same."""

from __future__ import annotations

from consumers.bus import Partition
from tests.contracts.test_bus import Bus, bus, read, send

__all__ = ["bus"]


def test_what_waits_is_known_for_each_partition_from_the_last_poll_on(bus: Bus) -> None:
    topic, writer = bus.topic(), bus.writer()
    (first, *_) = send(writer, topic, "a", "b", "c")
    lane = Partition(topic=topic, number=first.partition)
    reader = bus.reader(topic, group="plan", max_poll_records=1)

    waiting = list[int]()
    for _ in range(3):
        read(reader, 1)
        waiting.append(reader.lag()[lane])

    assert waiting == [2, 1, 0]
    reader.seek(lane, first.offset)
    assert reader.lag()[lane] == 3
    assert set(reader.lag()) <= reader.assigned()
