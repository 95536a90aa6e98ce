"""A topic that is there is compared with what is wanted; only what could hurt is a difference."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.settings import Settings
from consumers.topic_layout import TopicFound, TopicLayout, differences
from scheduler.cli.brokers import topic_layouts

WANTED = TopicLayout(name="events", partitions=12, replicas=3, min_insync=2, keep=timedelta(days=14))
AS_WANTED = {"cleanup.policy": "delete", "retention.ms": "1209600000", "min.insync.replicas": "2", "other": "x"}


def told(wanted: TopicLayout = WANTED, **found: Any) -> list[str]:
    facts = {"name": wanted.name, "partitions": 12, "replicas": 3, "configs": AS_WANTED, **found}
    seen = list(differences(wanted, TopicFound(**facts)))
    assert all(each.remedy and str(each) for each in seen)
    return [each.what for each in seen]


def test_a_topic_as_wanted_has_no_difference() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ({"partitions": 11}, ["partitions"]),
        ({"partitions": 24}, []),
        ({"replicas": 2}, ["replicas"]),
        ({"replicas": 5}, []),
        ({"configs": AS_WANTED | {"retention.ms": "604800000"}}, ["retention.ms"]),
        ({"configs": AS_WANTED | {"retention.ms": "-1"}}, ["retention.ms"]),
        ({"configs": AS_WANTED | {"min.insync.replicas": "1"}}, ["min.insync.replicas"]),
        ({"configs": AS_WANTED | {"min.insync.replicas": "3"}}, []),
        ({"configs": AS_WANTED | {"cleanup.policy": "compact"}}, ["cleanup.policy"]),
        ({"configs": AS_WANTED | {"cleanup.policy": "compact,delete"}}, ["cleanup.policy"]),
        ({"configs": None}, ["configuration"]),
        ({"partitions": 1, "replicas": 1, "configs": {}}, ["partitions", "replicas", *sorted(AS_WANTED)[:1],
                                                           "retention.ms", "min.insync.replicas"]),
    ],
)  # fmt: skip
def test_what_is_less_or_other_than_wanted_is_told(found: dict[str, Any], what: list[str]) -> None:
    assert told(**found) == what


def test_what_is_left_to_the_broker_is_not_compared() -> None:
    assert told(TopicLayout(name="events"), replicas=1, configs={"cleanup.policy": "delete", "retention.ms": "1"}) == []


def test_a_difference_says_how_to_change_it() -> None:
    (found,) = differences(WANTED, TopicFound(name="events", partitions=12, replicas=3,
                                              configs=AS_WANTED | {"retention.ms": "1"}))  # fmt: skip

    assert str(found) == "events: retention.ms is 1, wanted 1209600000."
    assert "--topic events --add-config retention.ms=1209600000" in found.remedy


def test_the_settings_say_what_is_wanted_of_which_topic() -> None:
    events, dead, schedule = topic_layouts(Settings(kafka_partitions=24, kafka_dead_days=7))

    assert [each.name for each in (events, dead, schedule)] == [
        "rounds.events.in.v1", "rounds.events.dlt.v1", "rounds.schedule.v1",
    ]  # fmt: skip
    assert [each.keep and each.keep.days for each in (events, dead, schedule)] == [14, 7, 30]
    assert {each.partitions for each in (events, dead, schedule)} == {24}


@pytest.mark.parametrize(
    ("replicas", "min_insync", "wanted"), [(None, None, None), (1, None, None), (3, None, 2), (5, None, 2), (3, 1, 1)]
)
def test_with_three_replicas_two_must_have_an_event(
    replicas: int | None, min_insync: int | None, wanted: int | None
) -> None:
    layouts = topic_layouts(Settings(kafka_replicas=replicas, kafka_min_insync=min_insync))

    assert {layout.min_insync for layout in layouts} == {wanted}
