"""Whether memory and open files of the roles stay where they are while events come without end. Linux only.

    python -m tests.campaign.soak --minutes 60 --per-second 20

Each role is looked at every few seconds. Told is the median of each quarter of the time. The first is warming up; what
counts is the second against the last. A planner's memory is that of the hardest day it has met, so it rises by steps
that grow rarer; a leak rises by as much in each quarter.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from scheduler.store.engine import open_store
from tests.campaign import proc
from tests.campaign.command import run
from tests.campaign.reading import taken, troubles
from tests.campaign.sender import Sender
from tests.campaign.supervisor import Supervisor
from tests.campaign.workload import Workload
from tests.campaign.world import TOPICS, a_world

CREW: Final = {"consume": 1, "plan-worker": 1, "relay": 1, "clock": 1}
LOOKS: Final = 240


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    seconds = 60 * asked.minutes
    with a_world(nodes=1, partitions=6, is_careful=True) as world, open_store(world.url) as store:
        events = round(asked.per_second * seconds)
        made = Workload(seed=asked.seed, branches=asked.branches, now=datetime.now(UTC)).events(events)
        sender = Sender(
            world.brokers.settings(),
            TOPICS["events"],
            made,
            per_second=asked.per_second,
            ledger=world.home / "sent.jsonl",
        )
        supervisor = Supervisor(world.rounds, CREW)
        try:
            supervisor.start()
            sender.start()
            megabytes, files = _watched(supervisor, seconds)
        finally:
            sender.give_up()
            sender.join(60)
            supervisor.stop()
        return {
            "minutes": asked.minutes,
            "sent": sender.acked,
            "taken_in": taken(store),
            "logged": dict(troubles(world.rounds.logs())),
            "memory": {name: _moved(series, "MB") for name, series in megabytes.items()},
            "open_files": {name: _moved(series, "") for name, series in files.items()},
        }


def _watched(supervisor: Supervisor, seconds: float) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Memory and open files of each role, look by look."""
    megabytes: defaultdict[str, list[float]] = defaultdict(list)
    files: defaultdict[str, list[float]] = defaultdict(list)
    looks: Sequence[tuple[dict[str, list[float]], Callable[[int], float]]]
    looks = ((megabytes, proc.resident_megabytes), (files, proc.open_files))
    begun = time.monotonic()
    for number in range(1, LOOKS + 1):
        time.sleep(max(0.0, begun + number * seconds / LOOKS - time.monotonic()))
        supervisor.rounds.must_run()  # a role that was started anew would have its memory given back
        for post in supervisor.posts:
            for series, look in looks:
                series[post.name].append(look(post.role.process.pid))
    return megabytes, files


def _moved(series: Sequence[float], unit: str) -> str:
    """The median of each quarter, and by how much the last exceeds the second: the first is warming up."""
    size = len(series) // 4
    medians = [statistics.median(series[quarter * size : (quarter + 1) * size]) for quarter in range(4)]
    _, early, _, late = medians
    told = " → ".join(f"{median:.0f}" for median in medians)
    return f"{told} {unit} ({100 * (late - early) / early:+.1f} %)".replace("  ", " ")


def main(words: Sequence[str] | None = None) -> None:
    run("soak", measured, words, about="An hour of the same.", seed=7, branches=12, minutes=60.0, per_second=20.0)


if __name__ == "__main__":
    main()
