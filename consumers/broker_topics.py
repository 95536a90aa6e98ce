"""Looks at topics of the broker, and makes those that are missing. Never alters one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    KafkaError,
    NoError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from consumers.broker_opening import in_our_words, opened
from consumers.broker_settings import BrokerSettings
from consumers.topic_layout import TopicFound, TopicLayout


def ensure_topics(settings: BrokerSettings, layouts: Iterable[TopicLayout]) -> frozenset[str]:
    """Create the topics that are missing and wait until they can be used. Answers the names created.

    Raises `BusUnavailable`, and of its kin `NotAllowed` when we may not look, or may not make what is missing.
    """
    wanted = list(layouts)
    with _administered(settings) as admin:
        missing = _missing(admin, [layout.name for layout in wanted])
        created = [layout for layout in wanted if layout.name in missing and _create(admin, layout)]
        admin.wait_for_topics([layout.name for layout in created], timeout_ms=settings.request_seconds * 1000)
    return frozenset(layout.name for layout in created)


def found_topics(settings: BrokerSettings, names: Sequence[str]) -> Mapping[str, TopicFound | None]:
    """Each as it is, None for one that is missing. Those that this account may not see are left out."""
    with _administered(settings) as admin:
        seen = {each["name"]: each for each in _described(admin, names)}
        there = [name for name, each in seen.items() if for_code(each["error_code"]) is NoError]
        configs = _configs(admin, there)
    gone = [name for name, each in seen.items() if for_code(each["error_code"]) is UnknownTopicOrPartitionError]
    return dict.fromkeys(gone) | {name: _found(seen[name], configs.get(name)) for name in there}


@contextmanager
def _administered(settings: BrokerSettings) -> Iterator[KafkaAdminClient]:
    admin = opened(KafkaAdminClient, settings)
    try:
        yield admin
    except KafkaError as error:
        raise in_our_words(error) from error
    finally:
        admin.close()


def _described(admin: KafkaAdminClient, names: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    described: Sequence[Mapping[str, Any]] = admin.describe_topics(list(names)) if names else []
    return described


def _missing(admin: KafkaAdminClient, names: Sequence[str]) -> set[str]:
    errors = {each["name"]: for_code(each["error_code"]) for each in _described(admin, names)}
    if TopicAuthorizationFailedError in errors.values():
        raise TopicAuthorizationFailedError
    return {name for name, error in errors.items() if error is UnknownTopicOrPartitionError}


def _configs(admin: KafkaAdminClient, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Of the topics whose configuration may be looked at; the broker hides that of others."""
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    told = admin.describe_configs(asked, config_filter="all").get("topic", {})
    return {name: {key: each["value"] for key, each in all_of.items()} for name, all_of in told.items() if all_of}


def _found(described: Mapping[str, Any], configs: Mapping[str, str] | None) -> TopicFound:
    partitions = described["partitions"]
    replicas = min(len(each["replica_nodes"]) for each in partitions)
    return TopicFound(name=described["name"], partitions=len(partitions), replicas=replicas, configs=configs)


def _create(admin: KafkaAdminClient, layout: TopicLayout) -> bool:
    wanted = {
        "num_partitions": layout.partitions,
        "replication_factor": layout.replicas or -1,
        "configs": layout.configs(),
    }
    try:
        admin.create_topics({layout.name: wanted})
    except TopicAlreadyExistsError:
        return False  # another process was quicker
    return True
