"""The parts of the bus that need no broker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consumers.bus import (
    NO_ANSWER,
    OVERTOOK,
    TOO_LARGE,
    Acked,
    Outgoing,
    Partition,
    Record,
    Refused,
    WriterLost,
    in_order,
    next_offsets,
)
from consumers.memory_bus import MemoryBus

AT_ONCE = timedelta(0)
NOT_NOW = Refused(reason="bus.rehearsed", may_pass=True)


def a_message(key: str | None, text: str = "") -> Outgoing:
    return Outgoing(topic="schedule", key=key, value=text.encode())


def a_record(partition: int, offset: int) -> Record:
    return Record(topic="schedule", partition=partition, offset=offset, key=None, value=None)


def acked(offset: int) -> Acked:
    return Acked(partition=0, offset=offset)


def test_a_group_goes_on_after_the_last_record_of_each_partition() -> None:
    records = [a_record(0, 4), a_record(0, 5), a_record(2, 0)]

    assert next_offsets(records) == {
        Partition(topic="schedule", number=0): 6,
        Partition(topic="schedule", number=2): 1,
    }


def test_no_records_move_no_offset() -> None:
    assert next_offsets([]) == {}


def test_the_ack_behind_a_refusal_of_the_same_key_is_taken_back() -> None:
    items = [a_message("north"), a_message("north"), a_message("south")]

    answers = in_order(items, [NOT_NOW, acked(0), acked(1)])

    assert answers == [NOT_NOW, Refused(reason=OVERTOOK, may_pass=True), acked(1)]


def test_the_ack_before_a_refusal_stands() -> None:
    items = [a_message("north"), a_message("north")]

    assert in_order(items, [acked(0), NOT_NOW]) == [acked(0), NOT_NOW]


def test_messages_without_a_key_do_not_hold_each_other_up() -> None:
    items = [a_message(None), a_message(None)]

    assert in_order(items, [NOT_NOW, acked(0)]) == [NOT_NOW, acked(0)]


def test_a_rehearsed_refusal_is_answered_and_nothing_is_written() -> None:
    bus = MemoryBus()
    bus.rehearse(Refused(reason=TOO_LARGE, may_pass=False))

    answers = bus.writer().send_all([a_message("north", "huge"), a_message("south", "small")], AT_ONCE)

    assert answers[0] == Refused(reason=TOO_LARGE, may_pass=False)
    assert [record.value for record in bus.records("schedule")] == [b"small"]


@pytest.mark.parametrize(("refusal", "is_lost"), [(NOT_NOW, True), (Refused(reason=TOO_LARGE, may_pass=False), False)])
def test_a_writer_survives_only_refusals_that_are_for_good(refusal: Refused, is_lost: bool) -> None:
    bus = MemoryBus()
    writer = bus.writer()
    bus.rehearse(refusal)

    writer.send_all([a_message("north")], AT_ONCE)

    assert writer.is_lost is is_lost


def test_a_rehearsed_silence_loses_the_writer() -> None:
    bus = MemoryBus()
    writer = bus.writer()
    bus.rehearse(Refused(reason=NO_ANSWER, may_pass=True))

    writer.send_all([a_message("north")], AT_ONCE)

    assert writer.is_lost
    with pytest.raises(WriterLost):
        writer.send_all([a_message("north")], AT_ONCE)


def test_a_reader_that_left_cannot_commit() -> None:
    bus = MemoryBus(partitions=1)
    bus.writer().send_all([a_message("north")], AT_ONCE)
    reader = bus.reader("plan", ["schedule"])
    records = reader.poll(AT_ONCE)
    reader.close()

    assert not reader.commit(next_offsets(records))


def test_a_reader_that_lost_a_partition_to_another_cannot_commit_there() -> None:
    bus = MemoryBus(partitions=2)
    first = bus.reader("plan", ["schedule"])
    first.poll(AT_ONCE)
    moved = Partition(topic="schedule", number=1)
    assert moved in first.assigned()

    bus.reader("plan", ["schedule"])

    assert not first.commit({moved: 1})
