"""How soon Rounds works when it is started before a topic full of events and a database full of earlier ones.

    python -m tests.campaign.cold_start --waiting 100000

Ready is `GET /readyz` with 200 for `rounds web`, and the first event taken in for `rounds consume`; both are started at
once. Then the rate at which the waiting events are taken in is measured for some seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from scheduler.store.engine import open_store
from tests.campaign import rows as kept
from tests.campaign.load import taken
from tests.campaign.sender import Sender
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Workload
from tests.campaign.world import TOPICS, World, a_world
from tests.processes import LOOPBACK, free_ports

LOOK_SECONDS: Final = 0.05
MOST_SECONDS: Final = 120
MUCH_PER_SECOND: Final = 50_000


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    (port,) = free_ports(1)
    with (
        a_world(nodes=1, partitions=6, log_level="WARNING", http_port=str(port)) as world,
        open_store(world.url) as store,
    ):
        _fill(world, asked)
        supervisor = Supervisor(world.rounds, {"consume": asked.consumers, "web": 1})
        begun = time.monotonic()
        try:
            supervisor.start()
            first = _seconds_until(lambda: taken(store) > 0, begun)
            ready = _seconds_until(lambda: _is_ready(port), begun)
            before, since = taken(store), time.monotonic()
            time.sleep(asked.watch_seconds)
            rate = (taken(store) - before) / (time.monotonic() - since)
        finally:
            supervisor.stop()
        return {
            "waiting": asked.waiting,
            "consumers": asked.consumers,
            "first_event_seconds": round(first, 1),
            "ready_seconds": round(ready, 1),
            "then_taken_in_per_second": round(rate),
        }


def _fill(world: World, asked: argparse.Namespace) -> None:
    made = Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC)).events(asked.waiting)
    ledger = world.home / "sent.jsonl"
    sender = Sender(world.brokers.settings(), TOPICS["events"], made, per_second=MUCH_PER_SECOND, ledger=ledger)
    sender.start()
    sender.join()
    if sender.failed:
        raise sender.failed


def _seconds_until(is_so: Callable[[], bool], begun: float) -> float:
    while not is_so():
        if time.monotonic() - begun > MOST_SECONDS:
            raise AssertionError(f"not after {MOST_SECONDS} s")
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def main(words: Sequence[str] | None = None) -> None:
    given = sys.argv[1:] if words is None else list(words)
    parser = argparse.ArgumentParser(description="A cold start.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--branches", type=int, default=50)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--consumers", type=int, default=1)
    parser.add_argument("--watch-seconds", type=float, default=20)
    parser.add_argument("--rows", type=Path, help="the row is added to this file")
    asked = parser.parse_args(given)
    kept.say(kept.add(asked.rows, "cold_start", given, measured(asked)))


if __name__ == "__main__":
    main()
