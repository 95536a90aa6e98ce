"""How far intake falls behind at a steady rate, and how long a burst takes to be taken in. One broker, PostgreSQL.

    python -m tests.campaign.load --per-second 200 --minutes 10 --burst 2000 --burst-seconds 60

The lag of an event is from just before it was sent until the transaction that takes it in began, by one machine's
clock. Percentiles are over all events of the steady part. `taken in per second` of a burst is what the consumers can
do at most, beside whatever else the machine does.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from scheduler.store.engine import Store, open_store
from scheduler.store.tables import inbox
from tests.campaign import rows as kept
from tests.campaign.reading import lag, rows
from tests.campaign.sender import Sender, first_sent_at
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Made, Workload
from tests.campaign.world import TOPICS, World, a_world

PARTITIONS: Final = 6
LOOK_SECONDS: Final = 0.5
MOST_WAIT_SECONDS: Final = 1800


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    with a_world(nodes=1, partitions=PARTITIONS, log_level="WARNING") as world, open_store(world.url) as store:
        events = round(asked.per_second * asked.minutes * 60)
        burst = round(asked.burst * asked.burst_seconds)
        workload = Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC))
        made = workload.events(events + burst + asked.branches)
        supervisor = Supervisor(world.rounds, {"consume": asked.consumers, "plan-worker": asked.planners})
        try:
            supervisor.start()
            _warmed_up(world, store, made, asked.branches)
            steady = _sent(world, store, _some(made, events), asked.per_second, world.home / "steady.jsonl")
            crowd = _sent(world, store, _some(made, burst), asked.burst, world.home / "burst.jsonl") if burst else {}
            supervisor.tend()
        finally:
            supervisor.stop()
        lags = sorted(_lags(store, world.home / "steady.jsonl"))
        return {
            "consumers": asked.consumers,
            "planners": asked.planners,
            "branches": asked.branches,
            "events": len(lags),
            "asked_per_second": asked.per_second,
            "sent_per_second": steady["sent_per_second"],
            "lag_seconds": _quantiles(lags),
            **{f"burst_{name}": value for name, value in crowd.items()},
            "ended_by_themselves": dict(supervisor.ended),
        }


def _some(made: Iterator[Made], count: int) -> Iterator[Made]:
    for _, each in zip(range(count), made, strict=False):
        yield each


def _warmed_up(world: World, store: Store, made: Iterator[Made], count: int) -> None:
    """The first few events are waited for: starting the processes is not what is measured."""
    _sent(world, store, _some(made, count), 1000, world.home / "first.jsonl")


def _sent(world: World, store: Store, made: Iterator[Made], per_second: float, ledger: Path) -> dict[str, float]:
    """Send at this rate and wait until all is taken in. Repeated events are taken in once."""
    sender = Sender(world.brokers.settings(), TOPICS["events"], made, per_second=per_second, ledger=ledger)
    begun, before = time.monotonic(), taken(store)
    sender.start()
    while sender.is_alive():
        time.sleep(LOOK_SECONDS)
    if sender.failed:
        raise sender.failed
    sent_seconds = time.monotonic() - begun
    while behind := lag(world.brokers.settings()):
        if time.monotonic() - begun > MOST_WAIT_SECONDS:
            raise AssertionError(f"{behind} events are still to be taken in\n{world.rounds.told()}")
        time.sleep(LOOK_SECONDS)
    whole, there = time.monotonic() - begun, taken(store) - before
    return {
        "events": there,
        "sent_per_second": round(sender.acked / sent_seconds, 1),
        "taken_in_per_second": round(there / whole, 1),
        "drained_seconds_after_the_last": round(whole - sent_seconds, 1),
    }


def taken(store: Store) -> int:
    return int(rows(store, select(func.count()).select_from(inbox))[0][0])


def _lags(store: Store, ledger: Path) -> list[float]:
    at = first_sent_at(ledger)
    received = rows(store, select(inbox.c.event, inbox.c.received_at))
    return [row.received_at.timestamp() - at[row.event] for row in received if row.event in at]


def _quantiles(ordered: Sequence[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return round(ordered[int(share * (len(ordered) - 1))], 2)

    return {"p50": at(0.5), "p99": at(0.99), "most": at(1.0)}


def main(words: Sequence[str] | None = None) -> None:
    given = sys.argv[1:] if words is None else list(words)
    asked = _arguments(given)
    kept.say(kept.add(asked.rows, "load", given, measured(asked)))


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Lag under load.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--branches", type=int, default=50)
    parser.add_argument("--per-second", type=float, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--burst", type=float, default=2000)
    parser.add_argument("--burst-seconds", type=float, default=60)
    parser.add_argument("--consumers", type=int, default=2)
    parser.add_argument("--planners", type=int, default=1)
    parser.add_argument("--rows", type=Path, help="the row is added to this file")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
