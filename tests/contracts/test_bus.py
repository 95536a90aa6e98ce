"""One contract, two buses: memory and a real Kafka broker. What holds for one holds for the other."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Protocol

import pytest

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_topics import ensure_topics
from consumers.bus import Acked, BusReader, BusWriter, Outgoing, Partition, Record, WriterLost, next_offsets
from consumers.memory_bus import MemoryBus
from consumers.topic_layout import TopicLayout
from tests.integration.kafka_broker import KafkaBroker

PARTITIONS = 3
POLL = timedelta(milliseconds=200)
AT_ONCE = timedelta(0)
SEND = timedelta(seconds=30)
ARRIVAL_SECONDS = 60


class Bus(Protocol):
    """A way to open readers and writers of one kind; whoever opened them need not close them."""

    def topic(self) -> str: ...
    def reader(self, topic: str, *, group: str, max_poll_records: int = 200) -> BusReader: ...
    def writer(self) -> BusWriter: ...


class Memory:
    def __init__(self, ending: ExitStack) -> None:
        self._bus = MemoryBus(partitions=PARTITIONS)
        self._ending = ending

    def topic(self) -> str:
        return f"rounds.test.{uuid.uuid4()}"

    def reader(self, topic: str, *, group: str, max_poll_records: int = 200) -> BusReader:
        reader = self._bus.reader(group, [topic], max_poll_records=max_poll_records)
        self._ending.callback(reader.close)
        return reader

    def writer(self) -> BusWriter:
        writer = self._bus.writer()
        self._ending.callback(writer.close)
        return writer


class Kafka:
    def __init__(self, broker: KafkaBroker, ending: ExitStack) -> None:
        self._broker, self._ending = broker, ending

    def topic(self) -> str:
        name = f"rounds.test.{uuid.uuid4()}"
        ensure_topics(self._broker.settings(), [TopicLayout(name=name, partitions=PARTITIONS, replicas=1)])
        return name

    def reader(self, topic: str, *, group: str, max_poll_records: int = 200) -> BusReader:
        # The broker is shared by all tests, so a group's name is made the test's own by its topic.
        settings = self._broker.settings(group=f"{group}-{topic}", max_poll_records=max_poll_records)
        reader = KafkaReader(settings, [topic])
        self._ending.callback(reader.close)
        return reader

    def writer(self) -> BusWriter:
        writer = KafkaWriter(self._broker.settings())
        self._ending.callback(writer.close)
        return writer


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.external)])
def bus(request: pytest.FixtureRequest) -> Iterator[Bus]:
    with ExitStack() as ending:
        if request.param == "memory":
            yield Memory(ending)
        else:
            yield Kafka(request.getfixturevalue("kafka_broker"), ending)


def a_message(topic: str, text: str, *, key: str | None = "north") -> Outgoing:
    return Outgoing(topic=topic, key=key, value=text.encode())


def send(writer: BusWriter, topic: str, *texts: str, key: str | None = "north") -> list[Acked]:
    answers = writer.send_all([a_message(topic, text, key=key) for text in texts], SEND)
    assert all(isinstance(answer, Acked) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, Acked)]


def read(reader: BusReader, count: int) -> list[Record]:
    """Poll until so many records have come."""
    found: list[Record] = []
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} of {count} records came"
        found.extend(reader.poll(POLL))
    return found


def texts(records: Sequence[Record]) -> list[str]:
    return [record.value.decode() for record in records if record.value is not None]


def test_a_record_is_read_as_it_was_sent(bus: Bus) -> None:
    topic = bus.topic()
    sent = Outgoing(topic=topic, key="north", value=b"\x00body", headers={"ce_id": "e-1", "ce_type": "visit.céd"})
    (answer,) = bus.writer().send_all([sent], SEND)

    (record,) = read(bus.reader(topic, group="plan"), 1)

    assert (record.topic, record.key, record.value) == (topic, "north", b"\x00body")
    assert record.headers == {"ce_id": "e-1", "ce_type": "visit.céd"}
    assert answer == Acked(partition=record.partition, offset=record.offset)


def test_a_message_without_a_key_is_read_without_a_key(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "anywhere", key=None)

    (record,) = read(bus.reader(topic, group="plan"), 1)

    assert record.key is None


def test_records_of_one_key_stay_in_one_partition_in_the_order_sent(bus: Bus) -> None:
    topic, writer = bus.topic(), bus.writer()
    numbers = [str(number) for number in range(50)]
    for number in numbers:
        send(writer, topic, number, key=f"branch-{int(number) % 7}")

    records = read(bus.reader(topic, group="plan"), 50)

    for branch in range(7):
        of_branch = [record for record in records if record.key == f"branch-{branch}"]
        assert len({record.partition for record in of_branch}) == 1
        assert texts(of_branch) == numbers[branch::7]


def test_acks_come_in_the_order_of_the_messages(bus: Bus) -> None:
    acks = send(bus.writer(), bus.topic(), "a", "b", "c")

    assert [ack.offset for ack in acks] == [0, 1, 2]


def test_acks_told_on_the_way_are_a_part_of_the_answers_in_their_order(bus: Bus) -> None:
    topic, told = bus.topic(), list[int]()
    items = [a_message(topic, str(number), key=f"branch-{number % 5}") for number in range(200)]

    answers = bus.writer().send_all(items, SEND, told.extend)

    assert all(isinstance(answer, Acked) for answer in answers)
    assert len(told) == len(set(told))
    for lane in range(5):
        mine = [number for number in told if number % 5 == lane]
        assert mine == list(range(lane, 200, 5))[: len(mine)]


def test_what_was_not_committed_comes_again_to_the_next_reader_of_the_group(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a", "b")
    first = bus.reader(topic, group="plan")
    assert texts(read(first, 2)) == ["a", "b"]
    first.close()

    assert texts(read(bus.reader(topic, group="plan"), 2)) == ["a", "b"]


def test_what_was_committed_does_not_come_again(bus: Bus) -> None:
    topic, writer = bus.topic(), bus.writer()
    send(writer, topic, "a", "b")
    first = bus.reader(topic, group="plan")
    assert first.commit(next_offsets(read(first, 2)))
    first.close()
    send(writer, topic, "c")

    assert texts(read(bus.reader(topic, group="plan"), 1)) == ["c"]


def test_a_group_goes_on_between_two_records_of_one_poll(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a", "b", "c")
    first = bus.reader(topic, group="plan")
    a, _, _ = read(first, 3)
    assert first.commit(next_offsets([a]))
    first.close()

    assert texts(read(bus.reader(topic, group="plan"), 2)) == ["b", "c"]


def test_each_group_reads_everything(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a", "b")

    for group in ("plan", "audit"):
        assert texts(read(bus.reader(topic, group=group), 2)) == ["a", "b"]


def test_readers_of_one_group_share_the_partitions_without_overlap(bus: Bus) -> None:
    topic = bus.topic()
    one, two = bus.reader(topic, group="plan"), bus.reader(topic, group="plan")

    deadline = time.monotonic() + ARRIVAL_SECONDS
    while not (one.assigned() and two.assigned() and len(one.assigned() | two.assigned()) == PARTITIONS):
        assert time.monotonic() < deadline, "the group never settled"
        one.poll(POLL)
        two.poll(POLL)

    assert not one.assigned() & two.assigned()


def test_one_poll_brings_no_more_records_than_asked_for(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, *"abcde")
    reader = bus.reader(topic, group="plan", max_poll_records=2)

    batches: list[Sequence[Record]] = []
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while sum(map(len, batches)) < 5:
        assert time.monotonic() < deadline, "five records never came"
        batches.append(reader.poll(POLL))

    assert max(map(len, batches)) == 2
    assert texts([record for batch in batches for record in batch]) == list("abcde")


def test_a_paused_reader_is_given_nothing_and_later_misses_nothing(bus: Bus) -> None:
    topic, writer = bus.topic(), bus.writer()
    reader = bus.reader(topic, group="plan")
    send(writer, topic, "a")
    read(reader, 1)

    reader.pause_all()
    send(writer, topic, "b")
    while_paused = [record for _ in range(5) for record in reader.poll(POLL)]
    reader.resume_all()

    assert while_paused == []
    assert texts(read(reader, 1)) == ["b"]


def test_a_pause_also_holds_for_partitions_that_arrive_later(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a")
    reader = bus.reader(topic, group="plan")

    reader.pause_all()
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while_paused: list[Record] = []
    while len(reader.assigned()) < PARTITIONS:
        assert time.monotonic() < deadline, "no partitions arrived"
        while_paused.extend(reader.poll(POLL))
    while_paused.extend(reader.poll(POLL))
    reader.resume_all()

    assert while_paused == []
    assert texts(read(reader, 1)) == ["a"]


def test_a_reader_can_go_back(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a", "b", "c")
    reader = bus.reader(topic, group="plan")
    _, b, _ = read(reader, 3)

    reader.seek(b.lane, b.offset)

    assert texts(read(reader, 2)) == ["b", "c"]


def test_a_reader_cannot_seek_in_a_partition_it_does_not_hold(bus: Bus) -> None:
    reader = bus.reader(bus.topic(), group="plan")

    with pytest.raises(KeyError):
        reader.seek(Partition(topic="rounds.elsewhere", number=0), 0)


def test_a_commit_for_a_partition_not_held_is_refused(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a")
    reader = bus.reader(topic, group="plan")
    read(reader, 1)

    assert not reader.commit({Partition(topic="rounds.elsewhere", number=0): 1})


def test_an_impatient_reader_is_given_its_partitions_too(bus: Bus) -> None:
    topic = bus.topic()
    send(bus.writer(), topic, "a")
    reader = bus.reader(topic, group="plan")

    found: list[Record] = []
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while not found:
        assert time.monotonic() < deadline, "nothing came"
        found.extend(reader.poll(timedelta(milliseconds=5)))

    assert texts(found) == ["a"]


def test_a_poll_that_may_not_wait_returns(bus: Bus) -> None:
    assert bus.reader(bus.topic(), group="plan").poll(AT_ONCE) == []


def test_nothing_to_send_is_answered_with_nothing(bus: Bus) -> None:
    assert list(bus.writer().send_all([], SEND)) == []


def test_a_closed_writer_is_lost_and_says_so(bus: Bus) -> None:
    topic, writer = bus.topic(), bus.writer()
    writer.close()

    assert writer.is_lost
    with pytest.raises(WriterLost):
        writer.send_all([a_message(topic, "late")], SEND)


def test_closing_twice_is_harmless(bus: Bus) -> None:
    writer, reader = bus.writer(), bus.reader(bus.topic(), group="plan")

    for _ in range(2):
        writer.close()
        reader.close()
