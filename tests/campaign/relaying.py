"""How fast one relay sends what waits in the outbox, to three brokers, from a database that waits for its disk.

    python -m tests.campaign.relaying --waiting 50000

Nothing else of Rounds runs. The clock runs from the first event marked as sent to the last.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from scheduler.domain.ids import BranchId, VisitId
from scheduler.store.engine import Store, open_store
from tests.campaign import proc
from tests.campaign.command import run
from tests.campaign.reading import unsent
from tests.campaign.world import a_world
from tests.contracts.store.given import AN_EVENT
from tests.integration.installation import Role
from tests.processes import wait_until

PARTITIONS: Final = 6
AT_A_TIME: Final = 2000
MOST_SECONDS: Final = 600


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    with a_world(nodes=3, partitions=PARTITIONS, is_careful=True) as world, open_store(world.url) as store:
        _fill(store, asked.waiting, asked.branches)
        relay = world.rounds.start("relay")
        begun = _once(relay, lambda: unsent(store) < asked.waiting)
        there, used = unsent(store), proc.cpu_seconds(relay.process.pid)
        ended = _once(relay, lambda: not unsent(store))
        used = proc.cpu_seconds(relay.process.pid) - used
        world.rounds.must_run()
        return {
            "waiting": asked.waiting,
            "branches": asked.branches,
            "sent_per_second": round(there / (ended - begun)),
            "relay_cpu_ms_each": round(1000 * used / there, 2),
        }


def _fill(store: Store, waiting: int, branches: int) -> None:
    for first in range(0, waiting, AT_A_TIME):
        with store.unit_of_work() as uow:
            for number in range(first, min(first + AT_A_TIME, waiting)):
                branch = BranchId(f"b{number % branches:02}")
                uow.outbox.add(replace(AN_EVENT, visit=VisitId(f"V-{number}"), branch=branch))
            uow.commit()


def _once(relay: Role, is_so: Callable[[], bool]) -> float:
    wait_until(is_so, process=relay.process, log=relay.log, seconds=MOST_SECONDS, what="the outbox")
    return time.monotonic()


def main(words: Sequence[str] | None = None) -> None:
    run("relaying", measured, words, about="One relay and a full outbox.", waiting=50_000, branches=50)


if __name__ == "__main__":
    main()
