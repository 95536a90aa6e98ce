"""How far intake falls behind at a steady rate, and how long a burst takes to be taken in. One broker, PostgreSQL.

    python -m tests.campaign.load --per-second 200 --minutes 10 --burst 2000 --burst-seconds 60

The lag of an event is from just before it was first sent until the transaction of its effect was committed, by the
database's own note of that and one machine's clock. Percentiles are over all events that took effect or were found to
be known. A burst is drained when the last offset is committed, which follows the last effect. Where the sender did not
keep the pace it was asked for, it was the limit, and the row says so.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, literal_column, select

from scheduler.store.engine import Store, open_store
from scheduler.store.tables import inbox
from tests.campaign.command import run
from tests.campaign.reading import rows, taken, troubles
from tests.campaign.rest import wait_until_read
from tests.campaign.sender import Sender, first_sent_at
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Made, Workload
from tests.campaign.world import TOPICS, World, a_world

PARTITIONS: Final = 6
MOST_WAIT_SECONDS: Final = 1800
KEPT_PACE: Final = 0.97
EFFECTIVE: Final = ("applied", "ignored")
"""One that was refused may be tried again later, and then its row is of that time."""


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    with a_world(nodes=1, partitions=PARTITIONS, is_careful=True) as world, open_store(world.url) as store:
        events = round(asked.per_second * asked.minutes * 60)
        burst = round(asked.burst * asked.burst_seconds)
        workload = Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC))
        made = workload.events(events + burst + asked.branches)
        supervisor = Supervisor(world.rounds, {"consume": asked.consumers, "plan-worker": asked.planners})
        try:
            supervisor.start()
            _warmed_up(world, store, made, asked.branches)
            steady = _sent(world, store, _some(made, events), asked.per_second, world.home / "steady.jsonl")
            crowd = _sent(world, store, _some(made, burst), asked.burst, world.home / "burst.jsonl")
            supervisor.tend()
        finally:
            supervisor.stop()
        return {
            "consumers": asked.consumers,
            "planners": asked.planners,
            "branches": asked.branches,
            **steady,
            **{f"burst_{name}": value for name, value in crowd.items()},
            "logged": dict(troubles(world.rounds.logs())),
            "ended_by_themselves": dict(supervisor.ended),
        }


def _some(made: Iterator[Made], count: int) -> Iterator[Made]:
    for _, each in zip(range(count), made, strict=False):
        yield each


def _warmed_up(world: World, store: Store, made: Iterator[Made], count: int) -> None:
    """The first few events are waited for: starting the processes is not what is measured."""
    _sent(world, store, _some(made, count), 1000, world.home / "first.jsonl")


def _sent(world: World, store: Store, made: Iterator[Made], per_second: float, ledger: Path) -> dict[str, Any]:
    """Send at this rate and wait until all is taken in. Repeated events are taken in once."""
    sender = Sender(world.brokers.settings(), TOPICS["events"], made, per_second=per_second, ledger=ledger)
    begun, before = time.monotonic(), taken(store)
    sender.send_all()
    sent_seconds = time.monotonic() - begun
    wait_until_read(world, seconds=MOST_WAIT_SECONDS - sent_seconds)
    whole, there = time.monotonic() - begun, taken(store) - before
    sent_per_second = sender.acked / sent_seconds
    return {
        "events": there,
        "asked_per_second": per_second,
        "sent_per_second": round(sent_per_second, 1),
        "sender_was_the_limit": sent_per_second < KEPT_PACE * per_second,
        "taken_in_per_second": round(there / whole, 1),
        "drained_seconds_after_the_last": round(whole - sent_seconds, 1),
        "lag_seconds": _quantiles(sorted(_lags(store, ledger))),
    }


def _lags(store: Store, ledger: Path) -> list[float]:
    at = first_sent_at(ledger)
    committed = func.pg_xact_commit_timestamp(literal_column("inbox.xmin")).label("at")
    found = rows(store, select(inbox.c.event, committed).where(inbox.c.status.in_(EFFECTIVE)))
    return [row.at.timestamp() - at[row.event] for row in found if row.event in at]


def _quantiles(ordered: Sequence[float]) -> dict[str, float]:
    if not ordered:
        return {}

    def at(share: float) -> float:
        return round(ordered[int(share * (len(ordered) - 1))], 2)

    return {"p50": at(0.5), "p99": at(0.99), "most": at(1.0)}


def main(words: Sequence[str] | None = None) -> None:
    run("load", measured, words, about="Lag under load.", seed=7, branches=50, per_second=200.0, minutes=10.0,
        burst=2000.0, burst_seconds=60.0, consumers=2, planners=1)  # fmt: skip


if __name__ == "__main__":
    main()
