"""The rights of docs/operations.md are what each role needs on a broker that allows nothing else: no more, no less."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_settings import BrokerSettings, client_options
from consumers.broker_topics import ensure_topics, found_topics
from consumers.bus import Acked, BusUnavailable, NotAllowed, Outgoing, Refused
from consumers.topic_layout import TopicLayout, differences
from tests.demands import ROOT
from tests.integration.kafka_broker import GuardedKafkaBroker

SEND = timedelta(seconds=20)
POLL = timedelta(milliseconds=200)
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Right:
    """`what` is a topic of Rounds (events, dead, schedule) or `group`."""

    what: str
    operation: str

    def __str__(self) -> str:
        return f"{self.operation} {self.what}"


RIGHTS: Mapping[str, tuple[Right, ...]] = {
    "consume": (Right("events", "Read"), Right("group", "Read"), Right("dead", "Write")),
    "relay": (Right("schedule", "Write"),),
    "topics": tuple(
        Right(topic, operation)
        for topic in ("events", "dead", "schedule")
        for operation in ("Create", "Describe", "DescribeConfigs")
    ),
}
"""By role, which is also the name of its account. Held against the table in docs/operations.md."""


@dataclass(frozen=True)
class Place:
    """Topics and a group of the case's own, so that no right of another case reaches it."""

    broker: GuardedKafkaBroker
    name: str

    def named(self, what: str) -> str:
        return f"{self.name}.{what}"

    def layout(self, what: str) -> TopicLayout:
        return TopicLayout(name=self.named(what), partitions=1, replicas=1, keep=timedelta(days=1))

    def settings(self, account: str, **others: Any) -> BrokerSettings:
        others = {"group": self.named("group"), "metadata_seconds": 5, **others}
        return self.broker.settings(sasl_username=account, **others)


def consumes(place: Place) -> None:
    """Reads an event, remembers how far, and tells of a dead letter. Raises, or answers that it was refused."""
    settings = place.settings("consume")
    ensure_topics(settings, [place.layout("events"), place.layout("dead")])
    with closing(KafkaReader(settings, [place.named("events")])) as reader, closing(KafkaWriter(settings)) as writer:
        deadline = time.monotonic() + SECONDS
        while not (records := reader.poll(POLL)):
            assert time.monotonic() < deadline, "nothing came, and nothing was said"
        assert reader.commit({records[0].lane: records[0].offset + 1})
        sends(writer, place.named("dead"))


def relays(place: Place) -> None:
    settings = place.settings("relay")
    ensure_topics(settings, [place.layout("schedule")])
    with closing(KafkaWriter(settings)) as writer:
        sends(writer, place.named("schedule"))


def sends(writer: KafkaWriter, topic: str) -> None:
    (answer,) = writer.send_all([Outgoing(topic=topic, key="north", value=b"{}")], SEND)
    if isinstance(answer, Refused):
        raise NotAllowed(answer.reason)
    assert isinstance(answer, Acked)


def makes_topics(place: Place) -> None:
    """Makes them, and sees what they are like."""
    wanted = [place.layout(what) for what in ("events", "dead", "schedule")]
    settings = place.settings("topics")
    ensure_topics(settings, wanted)
    found = found_topics(settings, [layout.name for layout in wanted])
    hidden = [layout.name for layout in wanted if not (topic := found.get(layout.name)) or topic.configs is None]
    if hidden:
        raise NotAllowed("hidden")
    for layout in wanted:
        topic = found[layout.name]
        assert topic is not None
        assert list(differences(layout, topic)) == []


WORK: Mapping[str, Callable[[Place], None]] = {"consume": consumes, "relay": relays, "topics": makes_topics}


@pytest.mark.parametrize("role", RIGHTS)
def test_a_role_works_with_its_rights_and_no_others(role: str, guarded_kafka_broker: GuardedKafkaBroker) -> None:
    place = prepared(guarded_kafka_broker, role, f"{role}-all")

    granted(place, role, RIGHTS[role])

    WORK[role](place)


@pytest.mark.parametrize(
    ("role", "lacking"),
    [(role, right) for role, rights in RIGHTS.items() for right in rights],
    ids=lambda each: str(each).replace(" ", "-"),
)
def test_without_one_of_them_it_is_told_that_it_may_not(
    role: str, lacking: Right, guarded_kafka_broker: GuardedKafkaBroker
) -> None:
    place = prepared(guarded_kafka_broker, role, f"{role}-{lacking}".replace(" ", "-"))

    granted(place, role, [right for right in RIGHTS[role] if right != lacking])

    with pytest.raises(BusUnavailable) as told:
        WORK[role](place)
    assert told.value.code == "bus.not_allowed"
    assert "docs/operations.md" in told.value.remedy


ROLES = {"consume": "consume", "relay": "relay", "topics create": "topics"}
TOLD_AS = {"events": "events", "dead letters": "dead", "schedules": "schedule", "group": "group"}


def test_the_table_in_the_handbook_grants_the_same() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `rounds ([a-z ]+)` \| ([a-z, ]+) \| ([A-Za-z, ]+) \|$", page, re.MULTILINE)

    told = {
        (ROLES[role], what, operation)
        for role, resources, operations in rows
        for name, what in TOLD_AS.items()
        for operation in operations.split(", ")
        if name in resources
    }

    assert told == {(role, right.what, right.operation) for role, rights in RIGHTS.items() for right in rights}


def prepared(broker: GuardedKafkaBroker, role: str, name: str) -> Place:
    """Its topics are there, with one event to read; but not for the one who makes them."""
    place = Place(broker, name)
    if role != "topics":
        ensure_topics(broker.settings(), [place.layout(what) for what in ("events", "dead", "schedule")])
        with closing(KafkaWriter(broker.settings())) as writer:
            sends(writer, place.named("events"))
    return place


def granted(place: Place, role: str, rights: Iterable[Right]) -> None:
    """In force when this returns: the broker that answers is the one that will judge."""
    wanted = [an_acl(place, role, right) for right in rights]
    with closing(KafkaAdminClient(**client_options(place.broker.settings()))) as admin:
        if wanted:
            assert admin.create_acls(wanted)["failed"] == []
        deadline = time.monotonic() + SECONDS
        while not set(map(repr, wanted)) <= set(map(repr, admin.describe_acls(OF_ANYBODY)[0])):
            assert time.monotonic() < deadline, "the rights never came into force"


def an_acl(place: Place, role: str, right: Right) -> ACL:
    operation = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", right.operation).upper()
    kind = ResourceType.GROUP if right.what == "group" else ResourceType.TOPIC
    resource = ResourcePattern(kind, place.named(right.what))
    return ACL(f"User:{role}", "*", ACLOperation[operation], ACLPermissionType.ALLOW, resource)


OF_ANYBODY = ACLFilter(
    None,
    None,
    ACLOperation.ANY,
    ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)
