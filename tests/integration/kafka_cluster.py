"""Three real Kafka brokers for tests, with no container: combined KRaft nodes on free loopback ports.

Each can be killed, frozen and started again by itself. What two of them have is acked; with two away nothing is.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient

from consumers.broker_settings import BrokerSettings, client_options
from tests.integration.kafka_broker import CLUSTER, KafkaBroker, filled_in
from tests.processes import LOOPBACK, end, free_ports

NODES = 3


class ClusterNode(KafkaBroker):
    """Number 1, 2 or 3 of them."""

    def __init__(self, home: Path, number: int, ports: tuple[int, int], voters: str) -> None:
        self.number, self._voters = number, voters
        super().__init__(home, ports)

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def end_at_once(self) -> None:
        """Frozen or not: a stopped process heeds no SIGTERM."""
        if self._process is not None:
            end(self._process, signal=signal.SIGKILL)
            self._process = None

    def _all_properties(self) -> str:
        # Java's properties let the last of two equal names win.
        mine = filled_in("cluster.properties", node=self.number, voters=self._voters)
        return super()._all_properties() + mine

    def _format_options(self) -> tuple[str, ...]:
        """The voters are named in the properties, so the tool wants to hear nothing of a quorum."""
        return ("-t", CLUSTER, "-c", str(self._properties))


class KafkaCluster:
    """Formatted when made, running after `start`."""

    def __init__(self, home: Path) -> None:
        numbers, ports = range(1, NODES + 1), free_ports(2 * NODES)
        pairs = list(zip(ports[:NODES], ports[NODES:], strict=True))
        voters = ",".join(f"{number}@{LOOPBACK}:{pair[1]}" for number, pair in zip(numbers, pairs, strict=True))
        for number in numbers:
            (home / str(number)).mkdir()
        self.nodes = tuple(
            ClusterNode(home / str(number), number, pair, voters) for number, pair in zip(numbers, pairs, strict=True)
        )

    @property
    def bootstrap(self) -> str:
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)

    def settings(self, **others: Any) -> BrokerSettings:
        return BrokerSettings(bootstrap_servers=tuple(self.bootstrap.split(",")), **others)

    def start(self) -> None:
        """Those that do not run; each is ready only when a second one is."""
        away = [node for node in self.nodes if not node.is_running]
        for node in away:
            node.launch()
        for node in away:
            node.wait_until_ready()

    def stop(self) -> None:
        for node in self.nodes:
            node.end_at_once()

    def leader_of(self, topic: str, partition: int = 0) -> ClusterNode | None:
        """None while there is none."""
        number = self._described(topic)[partition]["leader_id"]
        return next((node for node in self.nodes if node.number == number), None)

    def in_sync(self, topic: str, partition: int = 0) -> frozenset[int]:
        """The numbers of the nodes that have everything acked."""
        return frozenset(self._described(topic)[partition]["isr_nodes"])

    def _described(self, topic: str) -> dict[int, Any]:
        with _admin(self.settings()) as admin:
            (described,) = admin.describe_topics([topic])
        return {each["partition_index"]: each for each in described["partitions"]}


@contextmanager
def _admin(settings: BrokerSettings) -> Iterator[Any]:  # the library has no types
    admin = KafkaAdminClient(**client_options(settings))
    try:
        yield admin
    finally:
        admin.close()
