"""Real servers and an installation on them, for measurements that are run by hand: brokers, a database, Rounds.

The policy plans soon, and until a plan is proven to be the best there is, which for days as small as these takes a
tenth of a second. What moves a plan only because of the plan before has no price, so that equal facts have equally good
plans whatever happened between.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.command import quick_policy
from tests.integration.installation import Installation, installed
from tests.integration.kafka_broker import KafkaBroker
from tests.integration.kafka_cluster import KafkaCluster
from tests.integration.postgres import PostgresServer

GROUP: Final = "campaign"
TOPICS: Final = {name: f"campaign.{name}" for name in ("events", "dead", "schedule")}
DISK_MEGABYTES: Final = 2000
SWIFT: Final = {
    "effort": 1.0,
    "threads": 1,
    "gap_percent": 0.0,
    "quiet_seconds": 2,
    "patience_seconds": 10,
    "urgent_hours": 0,
    "horizon_days": 2,
    "told_moved_hour": 0,
    "told_other_person": 0,
    "unplanned_move": 0,
}
PROVABLE: Final = {**SWIFT, "wait_hour": 0, "break_minutes": 0}
"""What waits and breaks cost is seldom proven to be as little as possible."""


class CarefulPostgresServer(PostgresServer):
    """Waits for its disk at each commit, as one does that is not a test's, and remembers when that was."""

    def _options(self) -> tuple[str, ...]:
        settings = ("fsync=on", "full_page_writes=on", "shared_buffers=256MB", "track_commit_timestamp=on")
        return tuple(word for setting in settings for word in ("-c", setting))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`disk` is the file system of the database where it has one of its own, to be filled up."""

    home: Path
    brokers: KafkaBroker | KafkaCluster
    database: PostgresServer
    url: str
    rounds: Installation
    policy: Path
    disk: Path | None


@contextmanager
def a_world(
    *,
    nodes: int,
    partitions: int,
    own_disk: bool = False,
    is_careful: bool = False,
    keep: Path | None = None,
    policy: Mapping[str, float] = SWIFT,
    **settings: str,
) -> Iterator[World]:
    """Tables and topics made, nothing of Rounds running yet. `nodes` is 1 or 3. `keep` is a folder that stays.

    `is_careful` is for measuring: the database waits for its disk.
    """
    with ExitStack() as ending:
        home = keep or Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="rounds-campaign-")))
        home.mkdir(parents=True, exist_ok=True)
        brokers = _brokers(home, nodes)
        ending.callback(brokers.stop)
        brokers.start()
        database, disk = a_database(ending, own_disk=own_disk, is_careful=is_careful)
        url = ending.enter_context(database.fresh_database())
        rules = quick_policy(home, **policy)
        rounds = ending.enter_context(
            installed(
                home,
                database_url=url,
                kafka_bootstrap=",".join(brokers.settings().bootstrap_servers),
                kafka_group=GROUP,
                policy_file=str(rules),
                **{f"kafka_{name}_topic": topic for name, topic in TOPICS.items()},
                **settings,
            )
        )
        rounds.run("migrate")
        rounds.run("topics", "create", "--partitions", str(partitions))
        yield World(home=home, brokers=brokers, database=database, url=url, rounds=rounds, policy=rules, disk=disk)


def _brokers(home: Path, nodes: int) -> KafkaBroker | KafkaCluster:
    data = home / "kafka"
    data.mkdir()
    return KafkaCluster(data) if nodes > 1 else KafkaBroker(data)


def a_database(
    ending: ExitStack, *, own_disk: bool = False, is_careful: bool = False
) -> tuple[PostgresServer, Path | None]:
    """Not under `home`, which another account may not enter."""
    place = Path(tempfile.mkdtemp(prefix="rounds-campaign-postgres-"))
    ending.callback(shutil.rmtree, place, ignore_errors=True)
    disk = place if own_disk and _is_mounted(ending, place) else None
    database = CarefulPostgresServer(place) if is_careful else PostgresServer(place)
    ending.callback(database.stop)
    database.start()
    return database, disk


def _is_mounted(ending: ExitStack, place: Path) -> bool:
    """A file system in memory; only root may make one."""
    if os.geteuid() != 0:
        return False
    options = f"size={DISK_MEGABYTES}m"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=False)
    if done.returncode == 0:
        ending.callback(subprocess.run, ["umount", str(place)], check=False)
    return done.returncode == 0
