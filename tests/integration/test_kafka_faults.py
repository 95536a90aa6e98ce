"""What a real broker does to us when it is slow, gone, strict or restarted. The memory bus cannot tell."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_settings import BrokerSettings
from consumers.broker_topics import ensure_topics
from consumers.bus import (
    NO_ANSWER,
    NOT_SENT,
    TOO_LARGE,
    Acked,
    BusUnavailable,
    Outgoing,
    ReaderLost,
    Refused,
    WriterLost,
)
from consumers.topic_layout import TopicLayout
from tests.integration.kafka_broker import KafkaBroker
from tests.processes import LOOPBACK, free_ports

POLL = timedelta(milliseconds=200)
SEND = timedelta(seconds=30)
ARRIVAL_SECONDS = 90


def a_topic(broker: KafkaBroker, name: str) -> str:
    ensure_topics(broker.settings(), [TopicLayout(name=name, partitions=1, replicas=1)])
    return name


def numbered(topic: str, numbers: range) -> list[Outgoing]:
    return [Outgoing(topic=topic, key="north", value=str(number).encode()) for number in numbers]


def read(reader: KafkaReader, count: int) -> list[int]:
    found: list[int] = []
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} of {count} came"
        found.extend(int(record.value or b"-1") for record in reader.poll(POLL))
    return found


@pytest.fixture
def frozen_broker(kafka_broker: KafkaBroker) -> Iterator[KafkaBroker]:
    """Hand over a broker that the test may freeze; thawed again whatever happens."""
    try:
        yield kafka_broker
    finally:
        kafka_broker.thaw()


def test_topics_are_created_once_and_left_alone_afterwards(kafka_broker: KafkaBroker) -> None:
    layout = TopicLayout(name="rounds.created", partitions=2, replicas=1, keep=timedelta(days=1))

    assert ensure_topics(kafka_broker.settings(), [layout]) == {"rounds.created"}
    assert ensure_topics(kafka_broker.settings(), [layout]) == frozenset()


def test_a_message_too_large_for_kafka_is_refused_for_good_and_the_writer_goes_on(
    kafka_broker: KafkaBroker,
) -> None:
    topic = a_topic(kafka_broker, "rounds.large")
    huge = Outgoing(topic=topic, key="south", value=b"x" * 2_000_000)

    with closing(KafkaWriter(kafka_broker.settings())) as writer:
        first, second = writer.send_all([huge, *numbered(topic, range(1))], SEND)

        assert first == Refused(reason=TOO_LARGE, may_pass=False)
        assert isinstance(second, Acked)
        assert not writer.is_lost


def test_a_message_for_an_unknown_topic_is_not_sent_and_the_topic_is_not_made(kafka_broker: KafkaBroker) -> None:
    known = a_topic(kafka_broker, "rounds.known")
    items = [*numbered(known, range(1)), *numbered("rounds.unknown", range(2)), *numbered(known, range(1))]

    with closing(KafkaWriter(kafka_broker.settings(metadata_seconds=2))) as writer:
        answers = writer.send_all(items, SEND)

    assert answers[1:3] == [Refused(reason=NOT_SENT, may_pass=True)] * 2
    assert isinstance(answers[0], Acked)
    assert isinstance(answers[3], Acked)
    assert ensure_topics(kafka_broker.settings(), [TopicLayout(name="rounds.unknown", partitions=1, replicas=1)])


def test_a_writer_without_an_answer_is_lost_and_leaves_no_thread_that_could_send_later(
    frozen_broker: KafkaBroker,
) -> None:
    topic = a_topic(frozen_broker, "rounds.frozen")
    threads_before = set(threading.enumerate())
    writer = KafkaWriter(frozen_broker.settings())
    assert all(isinstance(answer, Acked) for answer in writer.send_all(numbered(topic, range(2)), SEND))

    frozen_broker.freeze()
    answers = writer.send_all(numbered(topic, range(2, 4)), timedelta(seconds=2))

    assert answers == [Refused(reason=NO_ANSWER, may_pass=True)] * 2
    assert writer.is_lost
    assert set(threading.enumerate()) <= threads_before
    with pytest.raises(WriterLost):
        writer.send_all(numbered(topic, range(2, 4)), SEND)


def test_what_a_lost_writer_did_not_deliver_its_successor_delivers_in_order(frozen_broker: KafkaBroker) -> None:
    topic = a_topic(frozen_broker, "rounds.successor")
    with closing(KafkaWriter(frozen_broker.settings())) as lost:
        lost.send_all(numbered(topic, range(3)), SEND)
        frozen_broker.freeze()
        lost.send_all(numbered(topic, range(3, 6)), timedelta(seconds=2))
    frozen_broker.thaw()

    with closing(KafkaWriter(frozen_broker.settings())) as successor:
        answers = successor.send_all(numbered(topic, range(3, 6)), SEND)
        assert all(isinstance(answer, Acked) for answer in answers)

    with closing(KafkaReader(frozen_broker.settings(group="successor"), [topic])) as reader:
        last = answers[-1]
        assert isinstance(last, Acked)
        found = read(reader, last.offset + 1)
    # The unanswered ones may have been written too: repeated messages are allowed, lost or shuffled ones are not.
    assert found[:3] == [0, 1, 2]
    assert found[-3:] == [3, 4, 5]


def test_a_message_that_expires_loses_the_writer_and_a_new_one_delivers_it(frozen_broker: KafkaBroker) -> None:
    topic = a_topic(frozen_broker, "rounds.expired")
    hasty = frozen_broker.settings(request_seconds=1, delivery_seconds=2)
    with closing(KafkaWriter(hasty)) as writer:
        assert isinstance(writer.send_all(numbered(topic, range(1)), SEND)[0], Acked)
        frozen_broker.freeze()
        (answer,) = writer.send_all(numbered(topic, range(1, 2)), SEND)
        frozen_broker.thaw()

        assert isinstance(answer, Refused)
        assert answer.may_pass
        assert writer.is_lost

    with closing(KafkaWriter(frozen_broker.settings())) as successor:
        assert isinstance(successor.send_all(numbered(topic, range(1, 2)), SEND)[0], Acked)


def test_a_reader_that_fetches_nothing_while_records_wait_is_given_up(kafka_broker: KafkaBroker) -> None:
    topic, now = a_topic(kafka_broker, "rounds.stalled"), [0.0]
    settings = kafka_broker.settings(group="stalled", stall_seconds=60)
    with (
        closing(KafkaWriter(kafka_broker.settings())) as writer,
        closing(KafkaReader(settings, [topic], monotonic=lambda: now[0])) as reader,
    ):
        writer.send_all(numbered(topic, range(2)), SEND)
        assert read(reader, 2) == [0, 1]
        # Paused behind the reader's back, the consumer does what its stalls look like from outside.
        reader._consumer.pause(*reader._consumer.assignment())
        for now[0] in (31.0, 62.0, 93.0):
            assert reader.poll(POLL) == []  # nothing waits, so nothing is wrong

        writer.send_all(numbered(topic, range(2, 3)), SEND)
        now[0] = 124.0
        assert reader.poll(POLL) == []
        now[0] = 155.0
        with pytest.raises(ReaderLost):
            reader.poll(POLL)


def test_what_was_acked_survives_a_killed_broker_and_readers_go_on_by_themselves(
    doomed_kafka_broker: KafkaBroker,
) -> None:
    broker = doomed_kafka_broker
    topic = a_topic(broker, "rounds.killed")
    reader = KafkaReader(broker.settings(group="survivor"), [topic])
    writer = KafkaWriter(broker.settings())
    with closing(reader), closing(writer):
        assert all(isinstance(answer, Acked) for answer in writer.send_all(numbered(topic, range(20)), SEND))
        assert read(reader, 20) == list(range(20))

        broker.kill()
        assert reader.poll(POLL) == []
        broker.start()

        answers = writer.send_all(numbered(topic, range(20, 40)), timedelta(seconds=60))
        assert all(isinstance(answer, Acked) for answer in answers), answers
        assert read(reader, 20) == list(range(20, 40))


@pytest.mark.external
def test_no_broker_is_an_error_that_says_what_to_check() -> None:
    (closed_port,) = free_ports(1)
    nowhere = BrokerSettings(bootstrap_servers=(f"{LOOPBACK}:{closed_port}",), request_seconds=1, delivery_seconds=1)

    with pytest.raises(BusUnavailable) as told:
        ensure_topics(nowhere, [])

    assert "ROUNDS_KAFKA_BOOTSTRAP" in told.value.remedy
