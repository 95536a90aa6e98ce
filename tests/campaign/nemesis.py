"""What goes wrong, when and for how long: drawn from a seed before anything begins, then done.

Faults come in storms with calm between, each kind by a thread of its own: one broker is away at a time, the database
is restarted beside it, while processes are killed and frozen. Every hand puts right what it broke before its next
deed, so at the end all is whole.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Final

from consumers.broker import KafkaReader
from consumers.bus import BusUnavailable, ReaderLost
from tests.campaign.supervisor import Post, Supervisor
from tests.campaign.world import GROUP, TOPICS, World
from tests.integration.kafka_cluster import ClusterNode, KafkaCluster

STORM_SECONDS, CALM_SECONDS = 40, 20
POLL: Final = timedelta(milliseconds=200)
WEIGHTS: Final = {"consume": 2, "plan-worker": 4, "relay": 4, "clock": 1}
"""Consumers less often: a group that loses one each few seconds never reads at all."""
FROZEN_SECONDS: Final = {"consume": 9, "plan-worker": 50, "relay": 65}
"""Longer than the session, the lease of a day, the lease of the relay."""
BROKER_FROZEN_SECONDS: Final = 9
"""Longer than `broker.session.timeout.ms` of the cluster."""


class Kind(StrEnum):
    KILL = "kill"
    PAUSE = "pause"
    BROKER_KILL = "broker_kill"
    BROKER_PAUSE = "broker_pause"
    BLACKOUT = "blackout"
    DATABASE = "database"
    DISK_FULL = "disk_full"
    GUEST = "guest"


HANDS: Final = (
    (Kind.KILL,),
    (Kind.PAUSE,),
    (Kind.BROKER_KILL, Kind.BROKER_PAUSE, Kind.BLACKOUT),
    (Kind.DATABASE, Kind.DISK_FULL),
    (Kind.GUEST,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`at` is seconds from the begin, `draw` decides whom it meets, `seconds` how long it lasts where it lasts."""

    at: float
    kind: Kind
    draw: int
    seconds: float


def plan(seed: int, counts: Mapping[Kind, int], *, seconds: float) -> list[Fault]:
    """In order of time; each kind spread over the storms."""
    chance = Random(f"{seed}/nemesis")  # noqa: S311 - faults are no secret
    faults = [
        Fault(
            at=_in_a_storm((number + chance.random()) / count, seconds),
            kind=kind,
            draw=chance.randrange(2**32),
            seconds=chance.uniform(0.3, 3.0),
        )
        for kind, count in counts.items()
        for number in range(count)
    ]
    return sorted(faults, key=lambda fault: fault.at)


def _in_a_storm(share: float, seconds: float) -> float:
    stormy = share * seconds * STORM_SECONDS / (STORM_SECONDS + CALM_SECONDS)
    return stormy // STORM_SECONDS * (STORM_SECONDS + CALM_SECONDS) + stormy % STORM_SECONDS


@dataclass
class Nemesis:
    """`done` counts what was really done. A hand that fails ends its faults, and is in `failed`."""

    world: World
    supervisor: Supervisor
    faults: Sequence[Fault]
    done: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    generations: list[int] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        begins = time.monotonic()
        for kinds in HANDS:
            mine = [fault for fault in self.faults if fault.kind in kinds]
            self._threads.append(threading.Thread(target=self._do_all, args=(mine, begins), daemon=True))
            self._threads[-1].start()

    @property
    def is_over(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def rebalances(self) -> int:
        """The group counts its own: each time its members share the partitions anew."""
        return max(self.generations, default=0) - min(self.generations, default=0)

    def _do_all(self, faults: Sequence[Fault], begins: float) -> None:
        for fault in faults:
            time.sleep(max(0.0, begins + fault.at - time.monotonic()))
            try:
                self._deeds[fault.kind](fault)
            except Exception as error:  # noqa: BLE001 - told at the end, whatever it was
                self.failed.append(f"{fault.kind}: {type(error).__name__}: {error}"[:400])
                return
            self.done[fault.kind] += 1

    @property
    def _deeds(self) -> Mapping[Kind, Callable[[Fault], None]]:
        return {
            Kind.KILL: self._kill,
            Kind.PAUSE: self._pause,
            Kind.BROKER_KILL: self._kill_broker,
            Kind.BROKER_PAUSE: self._pause_broker,
            Kind.BLACKOUT: self._black_out,
            Kind.DATABASE: self._restart_database,
            Kind.DISK_FULL: self._fill_disk,
            Kind.GUEST: self.visit_group,
        }

    def _kill(self, fault: Fault) -> None:
        self.done[f"kill {self.supervisor.kill(Random(fault.draw), WEIGHTS)}"] += 1  # noqa: S311

    def _pause(self, fault: Fault) -> None:
        name = ("consume", "consume", "consume", "plan-worker", "relay")[fault.draw % 5]
        post = self._holder() if name == "relay" else self._one_of(name, fault)
        self.supervisor.freeze(post)
        time.sleep(FROZEN_SECONDS[name])
        self.supervisor.thaw(post)
        self.done[f"pause {name}"] += 1

    def _one_of(self, name: str, fault: Fault) -> Post:
        posts = self.supervisor.of(name)
        return posts[fault.draw // 5 % len(posts)]

    def _holder(self) -> Post:
        """The relay that sent last, as far as the logs tell: it holds the lease."""
        return max(self.supervisor.of("relay"), key=lambda post: post.role.log.stat().st_mtime)

    def _kill_broker(self, fault: Fault) -> None:
        node = self._node(fault)
        node.kill()
        time.sleep(fault.seconds)
        node.start()

    def _pause_broker(self, fault: Fault) -> None:
        node = self._node(fault)
        node.freeze()
        time.sleep(BROKER_FROZEN_SECONDS)
        node.thaw()

    def _black_out(self, fault: Fault) -> None:
        for node in self._cluster.nodes:
            node.kill()
        time.sleep(fault.seconds)
        self._cluster.start()

    def _restart_database(self, fault: Fault) -> None:
        self.world.database.crash()
        time.sleep(fault.seconds / 3)
        self.world.database.start()

    def _fill_disk(self, fault: Fault) -> None:
        """Full for some seconds; whatever that did to the server, it is started again afterwards."""
        assert self.world.disk is not None
        ballast = self.world.disk / "ballast"
        fill_up(ballast, seconds=5 + fault.seconds)
        ballast.unlink()
        self._restart_database(fault)

    def visit_group(self, fault: Fault) -> None:
        """One more member, which takes partitions, does nothing with them, and leaves."""
        settings = self.world.brokers.settings(group=GROUP, session_seconds=6)
        try:
            with closing(KafkaReader(settings, [TOPICS["events"]])) as guest:
                self._stay(guest, time.monotonic() + 2 * fault.seconds, patience=15)
        except (BusUnavailable, ReaderLost):
            self.done["guest turned away"] += 1

    def _stay(self, guest: KafkaReader, until: float, *, patience: float) -> None:
        while time.monotonic() < until or (not guest.assigned() and time.monotonic() < until + patience):
            guest.poll(POLL)
        if guest.assigned():
            self.generations.append(guest._consumer.group_metadata().generation_id)

    def _node(self, fault: Fault) -> ClusterNode:
        return self._cluster.nodes[fault.draw % len(self._cluster.nodes)]

    @property
    def _cluster(self) -> KafkaCluster:
        assert isinstance(self.world.brokers, KafkaCluster)
        return self.world.brokers


def fill_up(ballast: Path, *, seconds: float) -> None:
    """Take every free block, again and again: what the server frees meanwhile must not help it."""
    until = time.monotonic() + seconds
    with ballast.open("wb", buffering=0) as file:
        while time.monotonic() < until:
            for chunk in _smaller_and_smaller():
                _fill(file.fileno(), chunk)
            time.sleep(0.1)


def _fill(file: int, chunk: bytes) -> None:
    try:
        while os.write(file, chunk):
            pass
    except OSError:
        return


def _smaller_and_smaller() -> Iterator[bytes]:
    yield from (bytes(size) for size in (1 << 20, 1 << 14, 1 << 10))
