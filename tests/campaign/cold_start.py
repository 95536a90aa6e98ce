"""How soon Rounds works when it is started before a topic full of events, and how long it then takes to have read it.

    python -m tests.campaign.cold_start --waiting 100000

Ready is `GET /readyz` with 200 of `rounds consume` and of `rounds web`, started at once: the loop turns and waits for
nothing, store and broker answer, the tables fit. Nobody plans meanwhile, so what is read beside it is what taking in
one event costs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from scheduler.store.engine import Store, open_store
from tests.campaign.command import run
from tests.campaign.costs import Meter, each
from tests.campaign.load import PARTITIONS
from tests.campaign.reading import taken, troubles
from tests.campaign.rest import wait_until_read
from tests.campaign.sender import Sender
from tests.campaign.workload import Workload
from tests.campaign.world import TOPICS, World, a_world
from tests.integration.kafka_broker import KafkaBroker
from tests.processes import LOOPBACK, free_ports

LOOK_SECONDS: Final = 0.05
MOST_SECONDS: Final = 900
MUCH_PER_SECOND: Final = 50_000


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    port, *ports = free_ports(1 + asked.consumers)
    with (
        a_world(nodes=1, partitions=PARTITIONS, is_careful=True, http_port=str(port)) as world,
        open_store(world.url) as store,
    ):
        sent_per_second = _fill(world, asked)
        begun = time.monotonic()
        consumers = [world.rounds.start("consume", metrics_port=str(own)) for own in ports]
        world.rounds.start("web")
        seconds = _until(world, store, [port, *ports], begun)
        meter = _meter(world, store, [role.process.pid for role in consumers])
        before, there, since = meter.read(), taken(store), time.monotonic()
        wait_until_read(world, seconds=begun + MOST_SECONDS - since, meanwhile=world.rounds.must_run)
        whole = time.monotonic()
        world.rounds.must_run()
        rest = taken(store) - there
        return {
            "waiting": asked.waiting,
            "consumers": asked.consumers,
            "sent_per_second": sent_per_second,
            **seconds,
            "all_taken_in_seconds": round(whole - begun, 1),
            "taken_in": taken(store),
            "taken_in_per_second": round(rest / (whole - since)),
            "each_event": each(before, meter.read(), rest),
            "topic_bytes_each": round(_topic_bytes(world) / asked.waiting),
            "logged": dict(troubles(world.rounds.logs())),
        }


def _until(world: World, store: Store, ports: Sequence[int], begun: float) -> dict[str, float]:
    """Both are looked for in turn, so neither hides the other for longer than a look takes."""
    found: dict[str, float] = {}
    looks: dict[str, Callable[[], bool]] = {
        "ready_seconds": lambda: all(map(_is_ready, ports)),
        "first_event_seconds": lambda: taken(store) > 0,
    }
    while len(found) < len(looks):
        world.rounds.must_run()
        for name, is_so in looks.items():
            if name not in found and is_so():
                found[name] = round(time.monotonic() - begun, 1)
        if time.monotonic() - begun > MOST_SECONDS:
            raise AssertionError(f"not after {MOST_SECONDS} s\n{world.rounds.told()}")
        time.sleep(LOOK_SECONDS)
    return found


def _meter(world: World, store: Store, consumers: Sequence[int]) -> Meter:
    assert isinstance(world.brokers, KafkaBroker)
    families = {"consumer": consumers, "database": [world.database.pid], "broker": [world.brokers.pid]}
    return Meter(store=store, families=families)


def _topic_bytes(world: World) -> int:
    """As the broker keeps them, with what it says of each batch."""
    return sum(file.stat().st_size for file in (world.home / "kafka").rglob(f"{TOPICS['events']}-*/*.log"))


def _fill(world: World, asked: argparse.Namespace) -> int:
    """As fast as the sender can."""
    made = Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC)).events(asked.waiting)
    ledger = world.home / "sent.jsonl"
    sender = Sender(world.brokers.settings(), TOPICS["events"], made, per_second=MUCH_PER_SECOND, ledger=ledger)
    begun = time.monotonic()
    sender.send_all()
    return round(sender.acked / (time.monotonic() - begun))


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def main(words: Sequence[str] | None = None) -> None:
    run("cold_start", measured, words, about="A cold start.", seed=7, branches=50, waiting=100_000, consumers=1)


if __name__ == "__main__":
    main()
