"""What would limit a thousand branches, on paper: what `cold_start` and `branches` measured, multiplied.

Nothing here was run. What is assumed of a branch stands below, and the page says it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

BRANCHES: Final = 1000
EVENTS_A_DAY: Final = 500
IN_THE_BUSIEST_HOUR: Final = 0.2
CROWDED: Final = 10
"""The busiest minute of that hour brings so many times its mean."""
DAYS_WITH_NEWS: Final = 2
PATIENCE_SECONDS: Final = 180
"""A day that has news all the time is planned so often: `patience_seconds`."""
TYPICAL_PLAN_SECONDS: Final = 6.0
"""Of a core, for 60 visits and the usual effort: `docs/benchmarks.md`."""
CONNECTIONS_EACH: Final = 2
"""Of a process: its loop, and the renewal of its lease or a look at its health."""
PARTITIONS: Final = 12

EVENTS_PER_SECOND: Final = BRANCHES * EVENTS_A_DAY * IN_THE_BUSIEST_HOUR / 3600 * CROWDED
PLANS_PER_SECOND: Final = BRANCHES * DAYS_WITH_NEWS / PATIENCE_SECONDS
HEAD: Final = (
    "\n| what | of one event | of one plan | in the busiest minute | that is |\n| --- | ---: | ---: | ---: | --- |\n"
)


def limits(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The table, from the newest rows. None when one of the two was not measured."""
    newest = {row["campaign"]: row for row in rows if "each_event" in row or "each_plan" in row}
    if newest.keys() != {"cold_start", "branches"}:
        return None
    cold, event, plan = newest["cold_start"], newest["cold_start"]["each_event"], newest["branches"]["each_plan"]
    planners = ceil(TYPICAL_PLAN_SECONDS * PLANS_PER_SECOND)
    consumers = ceil(EVENTS_PER_SECOND * cold["consumers"] / cold["taken_in_per_second"])
    lines = [
        _line("planners, ms of a core: little days as measured", None, plan["planner_cpu_ms"], "{:.1f} cores", 1000),
        _line("planners, ms of a core: days of 60 visits", None, 1000 * TYPICAL_PLAN_SECONDS, "{:.0f} cores", 1000),
        _line("consumers, ms of a core", event["consumer_cpu_ms"], None, "{:.2f} cores", 1000),
        _line("database, ms of a core", event["database_cpu_ms"], plan["database_cpu_ms"], "{:.2f} cores", 1000),
        _line("database, commits", event["commits"], plan["commits"], "{:.0f} each second", 1),
        _line("database, bytes of its log", event["wal_bytes"], plan["wal_bytes"], "{:.2f} MB each second", 2**20),
        _line("broker, ms of a core", event["broker_cpu_ms"], None, "{:.2f} cores", 1000),
        _line("broker, bytes of the topic", cold["topic_bytes_each"], None, "{:.2f} MB each second", 2**20),
    ]
    processes = f"{planners} planners, {consumers} consumers of at most {PARTITIONS}"
    connections = f"{CONNECTIONS_EACH * (planners + consumers)} connections"
    return f"{HEAD}{''.join(lines)}| processes | | | {processes} | {connections} |\n\n"


def _line(what: str, event: float | None, plan: float | None, words: str, unit: float) -> str:
    total = (event or 0) * EVENTS_PER_SECOND + (plan or 0) * PLANS_PER_SECOND
    of_event, of_plan = ("" if each is None else f"{each:,.2f}" for each in (event, plan))
    return f"| {what} | {of_event} | {of_plan} | {total:,.0f} | {words.format(total / unit)} |\n"
