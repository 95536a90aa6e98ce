"""What a row of `rounds bench` does not tell: cost of a round by size, threads, the usual effort, insertion, memory,
start-up, the profile.

    python -m tests.benchmarks.engine_measures round-cost threads usual insertion memory startup profile

Each measure adds a line to the file of rows, which `rounds bench report` puts beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from optimizer.answer import Effort
from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.report_measures import INSERTION, MEMORY, PROFILE, ROUND_COST, STARTUP, THREADS, USUAL
from optimizer.benchmarks.rows import append
from optimizer.insertion import insertions
from optimizer.search.solve import solve
from optimizer.search.warm_up import warm_up
from optimizer.tables import tables_of
from optimizer.timing import timed
from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.files.day_instance import day_case
from scheduler.files.day_writing import day_bytes
from scheduler.files.generated_days import Kind, Load, Size, Wanted, days_in_turn, generated_day
from tests.benchmarks.kernel_map import keep_object_code, write_map

GROWTH: Final = (
    Size(case_managers=16, visits=72),
    Size(case_managers=40, visits=180),
    Size(case_managers=89, visits=400),
    Size(case_managers=222, visits=1000),
)
TYPICAL, BRANCH, LARGEST = GROWTH[:3]
HOT_SPOTS: Final = 15
_REPORT_LINE: Final = re.compile(r"\s*(?P<share>[\d.]+)%\s+(?P<where>\S.*?)\s+\[.\]\s+(?P<what>\S+)")


def main(words: Sequence[str]) -> None:
    asked = _arguments(words)
    if asked.search is not None:
        search_only(asked.search, asked.seconds)
    for name in asked.measures:
        for line in MEASURES[name](asked.seconds):
            append(asked.out, line | {"where": where()})
            print(json.dumps(line), flush=True)  # noqa: T201 - a benchmark prints


def round_cost(seconds: float) -> list[dict[str, Any]]:
    """Plain days of four sizes, one thread, no bound: search seconds by rounds done."""
    warm_up(_say)
    return [_round_cost(size, seconds) for size in GROWTH]


def _round_cost(size: Size, seconds: float) -> dict[str, Any]:
    problem = day(size).instance.problem
    tables_of(problem)
    begins = time.perf_counter()
    answer = solve(problem, effort=Effort(rounds=None, seconds=seconds), seed=1, stopwatch=time.perf_counter)
    took = time.perf_counter() - begins
    return {
        "measure": ROUND_COST,
        "visits": size.visits,
        "routes": size.case_managers,
        "rounds": answer.rounds,
        "seconds": round(took, 3),
        "microseconds": 1e6 * took / max(1, answer.rounds),
    }


def threads(seconds: float) -> list[dict[str, Any]]:
    """Tight days of three sizes, two seeds each: what the same seconds make of them with one thread and two."""
    warm_up(_say)
    return [_threads(size, seed, seconds) for size in (TYPICAL, BRANCH, LARGEST) for seed in (1, 2)]


def _threads(size: Size, seed: int, seconds: float) -> dict[str, Any]:
    wanted = Wanted(size=size, load=Load.TIGHT)
    instance = _case(wanted).instance
    values = []
    for count in (1, 2):
        effort = Effort(rounds=None, seconds=seconds, threads=count)
        answer = solve(instance.problem, effort=effort, seed=seed, stopwatch=time.perf_counter)
        values.append(instance.judge(answer.solution).value)
    return {"measure": THREADS, "day": wanted.name, "seed": seed, "one": values[0], "two": values[1]}


def usual(_: float) -> list[dict[str, Any]]:
    """`rounds plan` of four typical days with every rule, the way a person starts it: seconds of the whole command."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for wanted in days_in_turn(4, sizes=[TYPICAL], kind=Kind.FULL):
            path = Path(folder) / f"{wanted.name}.day.json"
            path.write_bytes(day_bytes(generated_day(wanted)))
            words = ("plan", str(path), "--out", str(path.with_suffix(".plan.json")))
            begins = time.perf_counter()
            subprocess.run([sys.executable, "-m", "scheduler.cli", *words], check=True, stdout=subprocess.DEVNULL)
            took.append(time.perf_counter() - begins)
    found = {"slowest_seconds": max(took), "median_seconds": statistics.median(took)}
    return [{"measure": USUAL, "visits": TYPICAL.visits, "count": len(took), **found}]


def insertion(seconds: float) -> list[dict[str, Any]]:
    """Every visit of a planned branch-day taken out in turn, and all places it could go to asked for."""
    warm_up(_say)
    problem = day(BRANCH).instance.problem
    plan = solve(problem, effort=Effort(rounds=None, seconds=seconds), seed=1, stopwatch=time.perf_counter).solution
    took: list[float] = []
    for visit in sorted(plan.served()):
        without = timed(problem, [[stop for stop in tour.visits if stop != visit] for tour in plan.tours])
        assert without is not None, "a plan stays possible when a visit is taken out"
        begins = time.perf_counter()
        assert insertions(problem, without, visit)
        took.append(1000 * (time.perf_counter() - begins))
    found = {"median_ms": statistics.median(took), "p95_ms": statistics.quantiles(took, n=20)[-1]}
    return [{"measure": INSERTION, "visits": BRANCH.visits, "count": len(took), **found}]


def memory(seconds: float) -> list[dict[str, Any]]:
    """The peak of a process that reads, plans and judges the largest day, the way `rounds bench` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "largest.day.json"
        path.write_bytes(day_bytes(generated_day(Wanted(size=LARGEST))))
        words = ("bench", "day", str(path), "--seconds", f"{seconds:g}", "--threads", "2", "--json")
        subprocess.run([sys.executable, "-m", "scheduler.cli", *words], check=True, stdout=subprocess.DEVNULL)
    kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return [{"measure": MEMORY, "visits": LARGEST.visits, "peak_mb": kilobytes / 1024}]


def startup(_: float) -> list[dict[str, Any]]:
    """A process that finds what was compiled before, until its engine is ready: the median of three."""
    first = "from optimizer.search.warm_up import warm_up; warm_up(print)"
    took = []
    for _run in range(3):
        begins = time.perf_counter()
        subprocess.run([sys.executable, "-c", first], check=True, stdout=subprocess.DEVNULL)
        took.append(time.perf_counter() - begins)
    return [{"measure": STARTUP, "seconds": statistics.median(took), "count": len(took)}]


def profile(seconds: float) -> list[dict[str, Any]]:
    """Samples of `perf` over one search of a typical day, compiled code told by the names of its kernels."""
    with tempfile.TemporaryDirectory() as folder:
        path, samples = Path(folder) / "typical.day.json", Path(folder) / "samples"
        path.write_bytes(day_bytes(generated_day(Wanted(size=TYPICAL))))
        search = (sys.executable, "-m", "tests.benchmarks.engine_measures", "--search", str(path))
        record = ("perf", "record", "-q", "-o", str(samples), "--", *search, "--seconds", f"{seconds:g}")
        names = Path(subprocess.run(record, check=True, stdout=subprocess.PIPE, text=True).stdout.strip())
        report = (
            "perf",
            "report",
            "-i",
            str(samples),
            "--stdio",
            "--no-children",
            "-F",
            "overhead,dso,sym",
            "-g",
            "none",
        )
        told = subprocess.run(report, check=True, capture_output=True, text=True).stdout
        names.unlink()
    about = f"`perf`, {seconds:g} s on {TYPICAL.visits} visits, one thread: shares of all samples of the process."
    return [{"measure": PROFILE, "about": about, "parts": hot_spots(told)}]


def hot_spots(told: str) -> list[list[Any]]:
    """(share in percent, function) of the most frequent samples in a report of `perf`."""
    found = [match for line in told.splitlines() if (match := _REPORT_LINE.match(line))]
    return [[float(match["share"]), _function(match["where"], match["what"])] for match in found[:HOT_SPOTS]]


def _function(where: str, what: str) -> str:
    return f"kernel {what}" if where.startswith(("[JIT]", "perf-")) else f"{where.partition('.so')[0]}: {what}"


def search_only(path: Path, seconds: float) -> None:
    """What the profile looks at. Prints where the names of its kernels are."""
    keep_object_code()
    problem = day_case(path.read_bytes(), read_agency(read_settings()), name=path.name).instance.problem
    warm_up(_say)
    solve(problem, effort=Effort(rounds=None, seconds=seconds), seed=1, stopwatch=time.perf_counter)
    print(write_map())  # noqa: T201


def day(size: Size) -> Case:
    return _case(Wanted(size=size, load=Load.LOOSE))


def _case(wanted: Wanted) -> Case:
    return day_case(day_bytes(generated_day(wanted)), read_agency(read_settings()), name=wanted.name)


def where() -> dict[str, Any]:
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {name: version(name) for name in ("numba", "numpy", "ortools")},
    }


Measure = Callable[[float], list[dict[str, Any]]]
MEASURES: Final[Mapping[str, Measure]] = {
    "round-cost": round_cost,
    "threads": threads,
    "usual": usual,
    "insertion": insertion,
    "memory": memory,
    "startup": startup,
    "profile": profile,
}


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures of the engine beside the rows of rounds bench.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=", ".join(MEASURES))
    parser.add_argument("--out", type=Path, default=Path("runs.jsonl"))
    parser.add_argument("--seconds", type=float, default=10.0, help="of each search")
    parser.add_argument("--search", type=Path, help="only search this day file: what the profile looks at")
    return parser.parse_args(words)


def _say(note: str) -> None:
    print(note, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
