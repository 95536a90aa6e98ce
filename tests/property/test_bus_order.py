"""Sending again whatever was not acked brings every key's messages in order, however the broker behaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from consumers.bus import Outgoing, Refused
from consumers.memory_bus import MemoryBus

KEYS = st.sampled_from(["north", "south", None])


NOT_NOW = Refused(reason="bus.rehearsed", may_pass=True)


@given(keys=st.lists(KEYS, min_size=1, max_size=12), refusals=st.lists(st.booleans(), max_size=40))
def test_each_key_ends_in_the_order_sent_when_refusals_are_sent_again(
    keys: Sequence[str | None], refusals: Sequence[bool]
) -> None:
    bus = MemoryBus(partitions=2)
    bus.rehearse(*(NOT_NOW if is_refused else None for is_refused in refusals))
    waiting = [Outgoing(topic="schedule", key=key, value=str(number).encode()) for number, key in enumerate(keys)]

    while waiting:
        answers = bus.writer().send_all(waiting, timedelta(0))
        waiting = [item for item, answer in zip(waiting, answers, strict=True) if isinstance(answer, Refused)]

    for key in {key for key in keys if key is not None}:
        assert last_seen(bus, key) == [number for number, each in enumerate(keys) if each == key]


def last_seen(bus: MemoryBus, key: str) -> list[int]:
    """What a reader is left with that lets a repeated message replace the earlier one."""
    numbers = [int(record.value or b"") for record in bus.records("schedule") if record.key == key]
    return [number for at, number in enumerate(numbers) if number not in numbers[at + 1 :]]
