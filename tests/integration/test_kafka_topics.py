"""`rounds topics create` on a real broker: what it makes, and how it tells of what is otherwise than wanted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from consumers.broker_topics import ensure_topics, found_topics
from consumers.topic_layout import TopicLayout
from tests.command import rounds
from tests.integration.kafka_broker import KafkaBroker
from tests.processes import LOOPBACK

A_DAY_MS = 24 * 60 * 60 * 1000


def environment(broker: KafkaBroker, name: str, **others: str) -> dict[str, str]:
    topics = {f"ROUNDS_KAFKA_{each}_TOPIC": f"{name}.{each.lower()}" for each in ("EVENTS", "DEAD", "SCHEDULE")}
    return {"ROUNDS_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{broker.port}", **topics, **others}


def created(env: Mapping[str, str], *words: str) -> dict[str, Any]:
    answer = rounds("topics", "create", *words, "--json", env=env)
    assert answer.code == 0
    return {each["topic"]: each for each in answer.said}


@pytest.mark.external
def test_topics_are_made_with_partitions_replicas_and_retention(kafka_broker: KafkaBroker) -> None:
    env = environment(kafka_broker, "made", ROUNDS_KAFKA_REPLICAS="1", ROUNDS_KAFKA_EVENTS_DAYS="20")

    told = created(env, "--partitions", "3", "--min-insync", "1")

    assert all(each["is_new"] and each["differences"] == [] for each in told.values())
    found = found_topics(kafka_broker.settings(), list(told))
    days = {"made.events": 20, "made.dead": 30, "made.schedule": 30}
    for name, topic in found.items():
        assert topic is not None
        assert topic.configs is not None
        assert (topic.partitions, topic.replicas) == (3, 1)
        assert topic.configs["retention.ms"] == str(days[name] * A_DAY_MS)
        assert (topic.configs["cleanup.policy"], topic.configs["min.insync.replicas"]) == ("delete", "1")


@pytest.mark.external
def test_what_exists_is_left_alone_and_its_differences_are_told(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    env = environment(kafka_broker, "old", ROUNDS_DATABASE_URL=f"sqlite:///{tmp_path}/rounds.db")
    ensure_topics(kafka_broker.settings(), [TopicLayout(name="old.events", partitions=2, replicas=1)])
    rounds("migrate", env=env)
    lacking = rounds("doctor", "--json", env=env)

    told = created(env)
    spoken, doctor = rounds("topics", "create", env=env).out, rounds("doctor", "--json", env=env)

    (topics,) = [finding for finding in lacking.said if finding["name"] == "topics"]
    assert (lacking.code, topics["is_well"], topics["remedy"]) == (3, False, "Run rounds topics create.")
    assert {name: each["is_new"] for name, each in told.items()} == {
        "old.events": False, "old.dead": True, "old.schedule": True,
    }  # fmt: skip
    differences = {each["what"]: (each["found"], each["wanted"]) for each in told["old.events"]["differences"]}
    assert differences["partitions"] == ("2", "12")
    assert differences["retention.ms"][1] == str(14 * A_DAY_MS)
    assert "old.events: partitions is 2, wanted 12." in spoken
    assert "kafka-configs.sh --alter --topic old.events --add-config retention.ms=" in spoken
    (topics,) = [finding for finding in doctor.said if finding["name"] == "topics"]
    assert (doctor.code, topics["is_well"], topics["is_weak"]) == (0, True, True)
    assert "old.events: partitions is 2, wanted 12." in topics["sentence"]
    unchanged = found_topics(kafka_broker.settings(), ["old.events"])["old.events"]
    assert unchanged is not None
    assert unchanged.partitions == 2


@pytest.mark.external
def test_more_replicas_than_brokers_are_refused_in_words(kafka_broker: KafkaBroker) -> None:
    refused = rounds("topics", "create", "--replicas", "3", "--json", env=environment(kafka_broker, "three"))

    assert (refused.code, refused.error["code"]) == (3, "bus.unavailable")
