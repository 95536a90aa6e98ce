"""The runs of one `rounds bench`: files to cases, cases and seeds to rows, Ctrl-C to what is done so far."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.family import read
from optimizer.benchmarks.peers import Peer, peers_named
from optimizer.benchmarks.rows import Row, append, read_rows
from optimizer.benchmarks.runner import Means, Watching, blank_row, engine_row, peer_row
from optimizer.errors import EngineError
from optimizer.search.warm_up import warm_up
from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.cli.bench_table import BenchTable, bench_progress
from scheduler.cli.interrupts import first_interrupt_asks
from scheduler.cli.output import notes, speaking_of_errors
from scheduler.clock import SystemClock
from scheduler.domain.errors import Invalid, NotFound
from scheduler.files.day_instance import FAMILY as DAY
from scheduler.files.day_instance import day_case

SUFFIX: Final = {"hhcrsp": ".json", "uhhc": ".json", "vrptw": ".txt", DAY: ".json"}
LIBRARIES: Final = ("numba", "ortools", "numpy")


class NothingToRun(NotFound):
    """No file of the family is where it was looked for."""

    code = "bench.nothing"
    remedy = "Name instance files, a folder that holds some, or a pattern that matches some."

    def __init__(self, path: Path, suffix: str) -> None:
        self.path, self.suffix = str(path), suffix
        super().__init__(f"{path}: no {suffix} file there.")


class Refused(Invalid):
    """The engine's benchmarks refuse what they were given."""

    code = "bench.refused"
    remedy = "Correct what is named and run it again."

    def __init__(self, cause: EngineError) -> None:
        self.cause = cause.code
        super().__init__(f"{cause} {cause.remedy}")


@contextmanager
def speaking_of_benchmarks(*, as_json: bool) -> Iterator[None]:
    """As every command speaks of errors, the engine's own included."""
    with speaking_of_errors(as_json=as_json):
        try:
            yield
        except EngineError as error:
            raise Refused(error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the command line asks of every case."""

    means: tuple[Means, ...]
    peers: tuple[str, ...]

    @classmethod
    def of(cls, seconds: float, rounds: int | None, bound_rounds: int, threads: int, seeds: int, peers: str) -> Asking:
        shared = Means(seconds=seconds, rounds=rounds, bound_rounds=bound_rounds, threads=threads)
        names = tuple(name.strip() for name in peers.split(",") if name.strip())
        return cls(means=tuple(replace(shared, seed=seed) for seed in range(1, seeds + 1)), peers=names)


def cases_of(family: str, files: Sequence[Path]) -> list[Case]:
    """Every file is read before anything runs. Raises for the first that is no instance of the family."""
    paths = [path for given in files for path in _files_at(given, SUFFIX[family])]
    if family == DAY:
        agency = read_agency(read_settings())
        return [day_case(path.read_bytes(), agency, name=path.name.removesuffix(".day.json")) for path in paths]
    for path in paths:
        path.open("rb").close()  # a missing file is told as such, whatever the family
    return [Case.of(read(path, family), path) for path in paths]


def _files_at(given: Path, suffix: str) -> list[Path]:
    if given.is_dir():
        found = sorted(path for path in given.iterdir() if path.suffix == suffix)
    elif any(sign in given.name for sign in "*?[") and not given.exists():
        found = sorted(given.parent.glob(given.name))
    else:
        return [given]
    if not found:
        raise NothingToRun(given, suffix)
    return found


def run_all(cases: Sequence[Case], asking: Asking, *, out: Path | None, as_json: bool) -> tuple[list[Row], bool]:
    """The rows, in order, and whether Ctrl-C ended them early. Finished rows in `out` are not run again."""
    peers = peers_named(asking.peers)
    finished = {row.key: row for row in read_rows([out])} if out is not None and out.exists() else {}
    rows: list[Row] = []
    table = BenchTable(is_shown=not as_json)
    with first_interrupt_asks() as is_ending, bench_progress(notes) as progress:
        where = whereabouts(asking)
        begins = time.perf_counter()
        warm_up(progress.begins)
        startup = time.perf_counter() - begins
        for case, means, peer in _each(cases, asking.means, peers):
            row = finished.get(blank_row(case, means, peer).key)
            if row is None:
                progress.begins(f"{case.instance.name}, {peer.name if peer else 'rounds'}, seed {means.seed}")
                watching = Watching(stopwatch=time.perf_counter, is_cancelled=is_ending, best=progress.glance)
                row = peer_row(case, peer, means, watching) if peer else engine_row(case, means, watching)
                row = replace(row, startup_seconds=round(startup, 3), where={**where, "load": _load()})
                if out is not None and not is_ending():
                    append(out, row.said())
            rows.append(row)
            table.add(row)
            if is_ending():
                break
    return rows, is_ending()


def _each(
    cases: Sequence[Case], means: Sequence[Means], peers: Sequence[Peer]
) -> Iterator[tuple[Case, Means, Peer | None]]:
    for case in cases:
        for each in means:
            yield case, each, None
            for peer in peers:
                yield case, each, peer


def whereabouts(asking: Asking) -> dict[str, Any]:
    """On what, with which versions, when, and by which command; nothing that names a machine or a folder."""
    first = asking.means[0]
    words = [f"--seconds {first.seconds:g}", f"--threads {first.threads}", f"--seeds {len(asking.means)}"]
    words += [f"--rounds {first.rounds}"] if first.rounds else []
    words += [f"--bound-rounds {first.bound_rounds}"] if first.bound_rounds else []
    words += [f"--peers {','.join(asking.peers)}"] if asking.peers else []
    return {
        "date": f"{SystemClock().now():%Y-%m-%d}",
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {library: version(library) for library in LIBRARIES},
        "options": " ".join(words),
    }


def _load() -> float | None:
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
