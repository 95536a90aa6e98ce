"""What three brokers promise that one cannot: what was acked outlives any one of them, and its place is taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_topics import ensure_topics
from consumers.bus import Acked, Outgoing, Refused
from consumers.topic_layout import TopicLayout
from tests.integration.kafka_cluster import ClusterNode, KafkaCluster
from tests.processes import LOOK_EVERY_SECONDS

POLL = timedelta(milliseconds=200)
SEND = timedelta(seconds=15)
HEAL_SECONDS = 90


@pytest.fixture
def cluster(kafka_cluster: KafkaCluster) -> Iterator[KafkaCluster]:
    """Whole again after each test, whatever it killed."""
    yield kafka_cluster
    kafka_cluster.start()


def a_topic(cluster: KafkaCluster, name: str) -> str:
    ensure_topics(cluster.settings(), [TopicLayout(name=name, partitions=1)])
    until(lambda: cluster.in_sync(name) == {1, 2, 3})
    return name


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HEAL_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(LOOK_EVERY_SECONDS)


def numbered(topic: str, numbers: range) -> list[Outgoing]:
    return [Outgoing(topic=topic, key="north", value=str(number).encode()) for number in numbers]


def deliver(cluster: KafkaCluster, topic: str, numbers: range) -> None:
    """With a new writer for each that is lost, until all are acked."""
    deadline = time.monotonic() + HEAL_SECONDS
    while True:
        with closing(KafkaWriter(cluster.settings())) as writer:
            answers = writer.send_all(numbered(topic, numbers), SEND)
        if all(isinstance(answer, Acked) for answer in answers):
            return
        assert time.monotonic() < deadline, answers


def all_in(cluster: KafkaCluster, topic: str, last: int, *, group: str) -> list[int]:
    """From the first record to the one that says `last`."""
    with closing(KafkaReader(cluster.settings(group=group), [topic])) as reader:
        return heard(reader, last)


def heard(reader: KafkaReader, last: int) -> list[int]:
    found: list[int] = []
    deadline = time.monotonic() + HEAL_SECONDS
    while last not in found:
        assert time.monotonic() < deadline, found
        found += [int(record.value or b"-1") for record in reader.poll(POLL)]
    return found


def firsts(numbers: list[int]) -> list[int]:
    """What is sent again may be there twice; what counts is that each is there, in order."""
    return list(dict.fromkeys(numbers))


def the_leader(cluster: KafkaCluster, topic: str) -> ClusterNode:
    until(lambda: cluster.leader_of(topic) is not None)
    leader = cluster.leader_of(topic)
    assert leader is not None
    return leader


def test_what_was_acked_outlives_the_leader_of_its_partition(cluster: KafkaCluster) -> None:
    topic = a_topic(cluster, "rounds.leader")
    deliver(cluster, topic, range(20))
    leader = the_leader(cluster, topic)

    leader.kill()
    deliver(cluster, topic, range(20, 40))

    assert the_leader(cluster, topic) is not leader
    assert firsts(all_in(cluster, topic, 39, group="leader")) == list(range(40))


def test_what_was_acked_outlives_any_one_broker(cluster: KafkaCluster) -> None:
    topic = a_topic(cluster, "rounds.any")
    for turn, node in enumerate(cluster.nodes):
        deliver(cluster, topic, range(10 * turn, 10 * turn + 10))
        node.kill()
        deliver(cluster, topic, range(10 * turn + 10, 10 * turn + 11))
        assert firsts(all_in(cluster, topic, 10 * turn + 10, group=f"any-{turn}")) == list(range(10 * turn + 11))
        node.start()
        until(lambda: cluster.in_sync(topic) == {1, 2, 3})


def test_with_two_brokers_away_nothing_is_acked_and_nothing_acked_is_lost_when_they_are_back(
    cluster: KafkaCluster,
) -> None:
    topic = a_topic(cluster, "rounds.two")
    deliver(cluster, topic, range(10))

    for node in cluster.nodes[:2]:
        node.kill()
    with closing(KafkaWriter(cluster.settings(request_seconds=2, delivery_seconds=4))) as writer:
        answers = writer.send_all(numbered(topic, range(10, 12)), SEND)
    assert all(isinstance(answer, Refused) and answer.may_pass for answer in answers), answers

    cluster.start()
    deliver(cluster, topic, range(12, 14))
    found = firsts(all_in(cluster, topic, 13, group="two"))
    # What was refused had no certain answer: it may be there.
    assert [number for number in found if number not in (10, 11)] == [*range(10), 12, 13]


def test_a_reader_goes_on_by_itself_when_the_leader_moves(cluster: KafkaCluster) -> None:
    topic = a_topic(cluster, "rounds.moved")
    deliver(cluster, topic, range(5))
    with closing(KafkaReader(cluster.settings(group="moved"), [topic])) as reader:
        assert heard(reader, 4) == list(range(5))
        the_leader(cluster, topic).kill()
        deliver(cluster, topic, range(5, 10))

        assert firsts(heard(reader, 9)) == list(range(5, 10))
