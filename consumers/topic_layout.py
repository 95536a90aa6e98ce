"""What Rounds wants of its topics, and how a topic that is there differs from it. Knows no broker.

Topics are never altered: changing the number of partitions moves keys, and how long patients' data are kept is the
operator's decision. So a difference is told, with what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

RETENTION, INSYNC, CLEANUP = "retention.ms", "min.insync.replicas", "cleanup.policy"
BY_TIME: Final = "delete"
"""Never `compact`: the key is the branch, so compaction would leave one event of each branch."""
A_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLayout:
    """How a topic is made when it is missing. What exists is never altered."""

    name: str
    partitions: int = 12
    """Bounds how many readers of one group can work side by side; changing it later reorders keys."""
    replicas: int | None = None
    """None leaves it to the broker's default."""
    min_insync: int | None = None
    """So many replicas must have an event before it counts as sent. None leaves it to the broker's default."""
    keep: timedelta | None = None
    """None leaves it to the broker's default."""

    def configs(self) -> dict[str, str]:
        """As the broker spells them."""
        kept = {} if self.keep is None else {RETENTION: str(self.keep // A_MILLISECOND)}
        insync = {} if self.min_insync is None else {INSYNC: str(self.min_insync)}
        return {CLEANUP: BY_TIME, **kept, **insync}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFound:
    """A topic as it is. `configs` is None where we may not look at them."""

    name: str
    partitions: int
    replicas: int
    configs: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    topic: str
    what: str
    wanted: str
    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.what} is {self.found}, wanted {self.wanted}."


def differences(wanted: TopicLayout, found: TopicFound) -> Iterator[Difference]:
    """More partitions, replicas or replicas in sync than wanted are none."""
    if found.partitions < wanted.partitions:
        yield _difference(wanted, "partitions", wanted.partitions, found.partitions, _NEW_TOPIC)
    if found.replicas < (wanted.replicas or 0):
        yield _difference(wanted, "replicas", wanted.replicas, found.replicas, _MORE_REPLICAS)
    if found.configs is None:
        yield _difference(wanted, "configuration", "to be seen", "hidden", _LET_US_LOOK)
        return
    for name, value in wanted.configs().items():
        there = found.configs.get(name, "unset")
        if not _will_do(name, value, there):
            yield _difference(wanted, name, value, there, _reconfigured(wanted.name, name, value))


def every_difference(wanted: Iterable[TopicLayout], found: Mapping[str, TopicFound | None]) -> list[Difference]:
    """Of the topics that are there and could be seen."""
    return [each for layout in wanted if (topic := found.get(layout.name)) for each in differences(layout, topic)]


def _will_do(name: str, wanted: str, there: str) -> bool:
    return there == wanted or (name == INSYNC and there.isdecimal() and int(there) >= int(wanted))


def _difference(layout: TopicLayout, what: str, wanted: object, found: object, remedy: str) -> Difference:
    return Difference(topic=layout.name, what=what, wanted=str(wanted), found=str(found), remedy=remedy)


def _reconfigured(topic: str, name: str, value: str) -> str:
    return f"kafka-configs.sh --alter --topic {topic} --add-config {name}={value}, or change the setting."


_NEW_TOPIC: Final = (
    "Leave it while the readers keep up, and set ROUNDS_KAFKA_PARTITIONS to what is there. For more, move to a new "
    "topic: partitions added to this one would let events of a branch overtake earlier ones."
)
_MORE_REPLICAS: Final = "Add replicas with kafka-reassign-partitions.sh, or set ROUNDS_KAFKA_REPLICAS to what is there."
_LET_US_LOOK: Final = "Grant this account DescribeConfigs on the topic, or look with rounds topics create elsewhere."
