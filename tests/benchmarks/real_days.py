"""Real days of the UHHC set planned with the default effort: who is served, what is broken, how long it takes.

    python -m tests.benchmarks.real_days ../shared/bench/hhcrsp/uhhc/*.json

Prints a table for `docs/benchmarks.md`. `price` is the plan's own, in the units of the set's weights; it is not the
set's official objective, which also counts the idle shift of whoever has no visit, and trades optional patients.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.domain.violation import Severity
from scheduler.files.day_reading import day_from
from scheduler.files.uhhc import import_uhhc
from scheduler.planning.planner import plan_day
from tests.benchmarks.machine import machine

HEAD = ("day", "visits", "case managers", "served", "unassigned", "hard violations", "price", "seconds")


def main(paths: Sequence[str]) -> None:
    print(machine("ortools", "numpy"))  # noqa: T201 - a benchmark prints
    for row in chain((HEAD, ("---",) * len(HEAD)), (measured(Path(path)) for path in paths)):
        print("|", " | ".join(row), "|", flush=True)  # noqa: T201


def measured(path: Path) -> tuple[str, ...]:
    day = day_from(import_uhhc(path.read_bytes(), branch="uhhc"), read_agency(read_settings()))
    begins = time.perf_counter()
    planned = plan_day(day)
    seconds = time.perf_counter() - begins
    totals = planned.plan.totals
    hard = sum(violation.severity is Severity.HARD for violation in planned.violations)
    counts = (len(day.visits), len(day.shifts), totals.served, totals.unassigned, hard, totals.price_cents)
    return (path.stem, *map(str, counts), f"{seconds:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
