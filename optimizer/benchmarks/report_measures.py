"""What is measured beside runs: cost of a round by size, threads, the usual effort, insertion, memory, start-up, and
where the time goes.

A line has `measure`, its name, and its numbers; the programs under `tests/benchmarks` write them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from optimizer.benchmarks.report_words import cell, table, yes_or_no
from optimizer.benchmarks.targets import geometric_mean

ROUND_COST, INSERTION, MEMORY, STARTUP, PROFILE = "round_cost", "insertion", "memory", "startup", "profile"
THREADS, USUAL = "threads", "usual_effort"
INSERTION_MS: Final = 10.0
MEMORY_MB: Final = 700.0
STARTUP_SECONDS: Final = 3.0
USUAL_SECONDS: Final = 10.0
MARKS: Final = (
    (INSERTION, "one insertion answer, 40 × 180", "≤ 10 ms median", "median_ms", INSERTION_MS, "ms"),
    (MEMORY, "memory, 400 visits", "≤ 700 MB peak", "peak_mb", MEMORY_MB, "MB"),
    (STARTUP, "start of a process that finds the cache", "< 3 s", "seconds", STARTUP_SECONDS, "s"),
    (USUAL, "`rounds plan` of a typical day with every rule, usual effort", "< 10 s with its bound", "slowest_seconds",
     USUAL_SECONDS, "s"),
)  # fmt: skip

Lines = Sequence[Mapping[str, Any]]


def measured_marks(lines: Lines) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows of the table of what must be reached; of each measure the last line counts."""
    for name, work, must, field, most, unit in MARKS:
        found = [line for line in lines if line["measure"] == name]
        if found:
            value = float(found[-1][field])
            runs = f"{found[-1].get('count', 1)} timed"
            yield work, "-", must, f"{value:.1f} {unit}", runs, yes_or_no(value <= most)


def measures(lines: Lines) -> Iterator[str]:
    yield _round_cost([line for line in lines if line["measure"] == ROUND_COST])
    yield _threads([line for line in lines if line["measure"] == THREADS])
    yield _profile([line for line in lines if line["measure"] == PROFILE])


def _round_cost(lines: Lines) -> str:
    """Of equal sizes the last line counts; growth is against the smallest size."""
    by_size = {int(line["visits"]): line for line in lines}
    if not by_size:
        return ""
    first = by_size[min(by_size)]
    head = (
        "visits",
        "case managers",
        "rounds",
        "search seconds",
        "µs a round",
        "times the first",
        "routes, times the first",
    )
    rows = [
        (visits, line["routes"], line["rounds"], cell(float(line["seconds"]), 2), cell(float(line["microseconds"]), 1),
         cell(line["microseconds"] / first["microseconds"], 2), cell(line["routes"] / first["routes"], 2))
        for visits, line in sorted(by_size.items())
    ]  # fmt: skip
    return "### Cost of a round by size\n\nPlain days, one thread, no bound.\n\n" + table(head, rows)


def _threads(lines: Lines) -> str:
    """Of one day and seed the last line counts."""
    by_run = {(str(line["day"]), int(line["seed"])): line for line in lines}
    if not by_run:
        return ""
    rows = [
        (day, seed, cell(float(line["one"]), 0), cell(float(line["two"]), 0), cell(line["two"] / line["one"], 4))
        for (day, seed), line in sorted(by_run.items())
    ]
    whole = geometric_mean([line["two"] / line["one"] for line in by_run.values()])
    told = f"### One thread and two\n\nThe same seconds of search, no bound. Two threads cost {whole:.4f} of one.\n\n"
    return told + table(("day", "seed", "value, one thread", "value, two", "ratio"), rows)


def _profile(lines: Lines) -> str:
    if not lines:
        return ""
    last = lines[-1]
    told = f"### Where the time goes\n\n{last['about']}\n\n"
    return told + table(("share %", "what"), [(cell(float(share), 1), f"`{what}`") for share, what in last["parts"]])
