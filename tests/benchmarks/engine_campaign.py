"""Runs everything the table of `docs/benchmarks.md` asks of the engine, with its peers beside it.

    python -m tests.benchmarks.engine_campaign --data ../shared/bench --out runs.jsonl --more 4

Of every row of the table, `--instances` with `--seeds` each and `--more` further ones with one; of made-up days all.
Rows are added to the file as they come, and runs it holds are not run again: stop it at any time and start it with the
same words. `--only` keeps the rows whose work holds that text; `--dry` tells how long it will take. `rounds bench
report` writes the tables.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.runner import Means
from optimizer.benchmarks.targets import TARGETS, Target
from scheduler.cli.bench_runs import Asking, cases_of, run_all
from scheduler.files.day_instance import FAMILY as DAY
from scheduler.files.day_writing import day_bytes
from scheduler.files.generated_days import Size, days_in_turn, generated_day
from tests.benchmarks import engine_measures

FOLDERS: Final = {
    "hhcrsp": ("hhcrsp/mankowska", "hhcrsp/kummer", "hhcrsp/italian"),
    "uhhc": ("hhcrsp/uhhc",),
    "vrptw": ("vrptw",),
}
PEERS: Final = {"vrptw": ("pyvrp",), DAY: ("pyvrp", "ortools", "vroom")}
DAYS, GAP_DAYS = 11, 4
NO_LIMIT: Final = 1_000_000
"""Rounds of pricing: as many as the seconds allow."""
BOUND_SECONDS: Final = 300
"""For what no plan of a made-up day can cost less than; less where the optimum is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One case and the seeds it is run with, for one row of the table."""

    target: Target
    case: Case
    asking: Asking

    @property
    def seconds(self) -> float:
        return sum(means.seconds or 0 for means in self.asking.means) * (1 + len(self.asking.peers))


def main(words: Sequence[str]) -> None:
    asked = _arguments(words)
    targets = [target for target in TARGETS if asked.only.lower() in target.work.lower()]
    planned = [work for target in targets for work in works(target, asked)]
    hours = sum(work.seconds for work in planned) / 3600
    print(f"{len(planned)} instances, about {hours:.1f} hours", file=sys.stderr)  # noqa: T201 - a benchmark prints
    if asked.dry:
        return
    for work in planned:
        _, was_interrupted = run_all([work.case], work.asking, out=asked.out, as_json=False)
        if was_interrupted:
            raise SystemExit(130)
    if not asked.only:
        engine_measures.main([*engine_measures.MEASURES, "--out", str(asked.out)])


def works(target: Target, asked: argparse.Namespace) -> Iterator[Work]:
    """Some instances spread over those of the row with all seeds, then others with one; days, once more for a bound."""
    command = "hhcrsp" if "hhcrsp" in target.families else target.families[0]
    found = [case for case in _cases(target, command, asked) if _is_of(target, case)]
    chosen = spread(found, asked.instances)
    left = [case for case in found if case not in chosen]
    others = spread(left, len(left) if command == DAY and asked.all_days else asked.more)
    peers = () if target.needs_bound or asked.no_peers else PEERS.get(command, ())
    bound_rounds = NO_LIMIT if target.needs_bound else 0
    means = Means(seconds=target.limit_seconds, threads=asked.threads, bound_rounds=bound_rounds)
    for case in (*chosen, *others):
        seeds = asked.seeds if case in chosen else 1
        each = tuple(replace(means, seed=seed) for seed in range(1, seeds + 1))
        yield Work(target=target, case=case, asking=Asking(means=each, peers=peers))
        if command == DAY and not target.needs_bound:
            longer = replace(means, seconds=BOUND_SECONDS, bound_rounds=NO_LIMIT, seed=1)
            yield Work(target=target, case=case, asking=Asking(means=(longer,), peers=()))


def spread(cases: Sequence[Case], count: int) -> list[Case]:
    """So many of them, evenly from first to last."""
    if count >= len(cases):
        return list(cases)
    return [cases[(2 * number + 1) * len(cases) // (2 * count)] for number in range(count)]


def _is_of(target: Target, case: Case) -> bool:
    return target.sizes[0] <= case.size <= target.sizes[1]


def _cases(target: Target, command: str, asked: argparse.Namespace) -> list[Case]:
    if command != DAY:
        return _public(command, asked.data)
    return cases_of(DAY, _days(target, asked.out.with_name(f"{asked.out.stem}-days")))


@cache
def _public(command: str, data: Path) -> list[Case]:
    return cases_of(command, [data / folder for folder in FOLDERS[command]])


def _days(target: Target, folder: Path) -> list[Path]:
    """Made-up days of the row: all sizes for the peers, one size for the proven gap."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    if target.routes is None:
        wanted = [*days_in_turn(DAYS)]
    else:
        wanted = [*days_in_turn(GAP_DAYS, sizes=[Size(case_managers=target.routes, visits=target.sizes[0])])]
    for each in wanted:
        paths.append(folder / f"{each.name}.day.json")
        paths[-1].write_bytes(day_bytes(generated_day(each)))
    return paths


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Everything docs/benchmarks.md asks of the engine.")
    parser.add_argument("--data", type=Path, default=Path("../shared/bench"), help="folder of the public instances")
    parser.add_argument("--out", type=Path, default=Path("runs.jsonl"), help="file of rows")
    parser.add_argument("--more", type=int, default=0, help="further instances of each row, with one seed")
    parser.add_argument("--instances", type=int, default=4, help="instances of each row with all seeds")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--all-days", action=argparse.BooleanOptionalAction, default=True, help="all made-up days")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="", help="rows of the table whose work holds this text")
    parser.add_argument("--dry", action="store_true", help="only tell how many runs there are, and how long")
    return parser.parse_args(words)


if __name__ == "__main__":
    main(sys.argv[1:])
