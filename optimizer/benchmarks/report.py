"""The engine's part of `docs/benchmarks.md`, written from rows of runs and nothing else. Pure text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any, Final

from optimizer.benchmarks.cases import BEST_OF_TWENTY
from optimizer.benchmarks.report_measures import measured_marks, measures
from optimizer.benchmarks.report_words import cell, listed, table, yes_or_no
from optimizer.benchmarks.rows import ROUNDS, Row, with_known_bounds
from optimizer.benchmarks.targets import HOME_CARE, TARGETS, Target, by_instance
from optimizer.errors import EngineError

BEGIN: Final = "<!-- engine: written by `rounds bench report`; change the runs, not the text -->"
END: Final = "<!-- engine: end -->"
HEAD: Final = """## The engine

Every answer is judged by its family's official objective, from the routes, by code the search does not share; peers get
the same problem, seconds and judge. Gaps are percent of the best known value, from its table, or of our own proven
bound: that of the run, or, where it was asked for none, of longer runs of the same instance. Seconds are of the
search; loading and compiling are told apart. Written from the rows of runs:

```bash
python -m tests.benchmarks.engine_campaign --out runs.jsonl
rounds bench report runs.jsonl --write docs/benchmarks.md
```
"""


class MarkersMissing(EngineError):
    """A document does not say where the engine's part begins and ends."""

    code = "bench.no_markers"
    remedy = f"Put a line {BEGIN!r} and below it a line {END!r} where the part belongs."

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} has no place marked for the engine's part.")


def written_into(document: str, text: str, *, name: str) -> str:
    """The document with what stands between the markers replaced. Raises `MarkersMissing`."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise MarkersMissing(name)
    return f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{after}"


def report(rows: Sequence[Row], measured: Sequence[Mapping[str, Any]] = ()) -> str:
    """All sections that the rows have something for; `measured` are the lines that are no runs."""
    rows = with_known_bounds(rows)
    covered = [target for target in TARGETS if target.own(rows)]
    parts = [HEAD, whereabouts(rows, measured), summary(rows, covered, measured)]
    parts += [section(target, rows) for target in covered]
    parts += [others(rows, covered), unasked(rows), *measures(measured)]
    return "\n".join(part for part in parts if part)


def whereabouts(rows: Sequence[Row], measured: Sequence[Mapping[str, Any]]) -> str:
    """Machine, versions and dates of all rows, in one paragraph."""
    places = [row.where for row in rows] + [line.get("where", {}) for line in measured]
    loads = [place["load"] for place in places if place.get("load") is not None]
    versions = sorted({f"{name} {number}" for place in places for name, number in place.get("versions", {}).items()})
    makers = sorted({row.version for row in rows})
    facts = [
        listed({str(place["date"]) for place in places if "date" in place}),
        listed({str(place["machine"]) for place in places if "machine" in place}),
        f"{listed({str(place['cores']) for place in places if 'cores' in place})} shared cores",
        f"load {min(loads):.1f} to {max(loads):.1f}" if loads else "",
        f"Python {listed({str(place['python']) for place in places if 'python' in place})}",
        *versions,
        *makers,
    ]
    return ", ".join(dict.fromkeys(fact for fact in facts if fact.strip())) + ".\n" if places else ""


def summary(rows: Sequence[Row], covered: Sequence[Target], measured: Sequence[Mapping[str, Any]]) -> str:
    head = ("work", "limit", "must reach", "measured", "runs", "reached")
    lines = []
    for target in covered:
        own, peers = target.own(rows), target.peers(rows)
        told, is_reached = target.judge(own, peers)
        runs = f"{len(by_instance(own))} instances, {len(own)} runs"
        lines.append((target.work, f"{target.limit_seconds:g} s", target.must, told, runs, yes_or_no(is_reached)))
    lines += list(measured_marks(measured))
    return "### What must be reached\n\n" + table(head, lines) if lines else ""


def section(target: Target, rows: Sequence[Row]) -> str:
    """One line for each instance: our mean over the seeds, and each peer's."""
    own, peers = target.own(rows), target.peers(rows)
    solvers = sorted({row.solver for row in peers})
    is_published = any(BEST_OF_TWENTY in row.published for row in own)
    head = ["instance", "size", "runs", "mean", "best", "best known", "gap %", "bound", "bound gap %", "unserved"]
    head += ["BRKGA best of 20"] if is_published else []
    head += [f"{solver}" for solver in solvers]
    lines = []
    for name, runs in by_instance(own).items():
        beside = {solver: [row for row in peers if (row.solver, row.instance) == (solver, name)] for solver in solvers}
        published = [cell(runs[0].published.get(BEST_OF_TWENTY))] if is_published else []
        lines.append([*_own_cells(name, runs), *published, *(_peer_cell(beside[solver]) for solver in solvers)])
    told = f"### {target.work}, {target.limit_seconds:g} s\n\n{_means(own)}\n\n{table(head, lines)}"
    return told + "".join(f"\n{line}" for line in _infeasible(own))


def others(rows: Sequence[Row], covered: Sequence[Target]) -> str:
    """Runs of other limits or objectives, so that nothing measured is left out."""
    left = [row for row in rows if row.solver == ROUNDS and not any(target.covers(row) for target in covered)]
    if not left:
        return ""
    head = ("family", "instance", "limit", "runs", "mean", "best known", "gap %", "bound gap %", "feasible")
    alike: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in left:
        alike[row.family, row.instance, _limit(row)].append(row)
    lines = [
        (family, name, limit, len(runs), cell(_mean(row.value for row in runs)), cell(runs[0].best_known),
         cell(_mean(row.best_known_gap_percent for row in runs), 2), cell(_mean(row.gap_percent for row in runs), 2),
         yes_or_no(all(row.is_feasible for row in runs)))
        for (family, name, limit), runs in sorted(alike.items())
    ]  # fmt: skip
    return "### Other runs\n\n" + table(head, lines)


def unasked(rows: Sequence[Row]) -> str:
    """What each peer could not be asked, by family."""
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.solver != ROUNDS:
            said[row.solver, row.family] |= set(row.cannot)
    if not said:
        return ""
    lines = [
        (solver, family, "; ".join(sorted(cannot)) or "asked everything")
        for (solver, family), cannot in sorted(said.items())
    ]
    cores = listed({f"{row.solver} used {row.cores}" for row in rows if row.solver != ROUNDS})
    return f"### What peers cannot be asked\n\n{cores}.\n\n" + table(("peer", "family", "cannot"), lines)


def _own_cells(name: str, runs: Sequence[Row]) -> list[str]:
    values = [row.value for row in runs if row.value is not None and row.is_feasible]
    return [
        name,
        str(runs[0].size),
        str(len(runs)),
        cell(_mean(values)),
        cell(min(values, default=None)),
        cell(runs[0].best_known),
        cell(_mean(row.best_known_gap_percent for row in runs), 2),
        cell(max((row.bound for row in runs if row.bound is not None), default=None)),
        cell(_mean(row.gap_percent for row in runs), 2),
        cell(_mean(row.unserved for row in runs), 1),
    ]


def _peer_cell(runs: Sequence[Row]) -> str:
    """Its mean value and seconds, or that it was refused."""
    good = [row.value for row in runs if row.is_feasible and row.value is not None]
    if not runs:
        return "-"
    if not good:
        return "infeasible"
    refused = "" if len(good) == len(runs) else f", {len(runs) - len(good)} infeasible"
    unserved = sum(row.unserved or 0 for row in runs)
    left = f", {unserved / len(runs):.1f} unserved" if unserved else ""
    return f"{cell(fmean(good))} ({fmean(row.seconds for row in runs):.0f} s{left}{refused})"


def _means(own: Sequence[Row]) -> str:
    options = listed({str(row.where.get("options", "")) for row in own} - {""}, "; ")
    startup = [row.startup_seconds for row in own]
    took = (
        f"Search took {fmean(row.seconds for row in own):.1f} s on average, start-up before it {fmean(startup):.1f} s."
    )
    return f"`rounds bench {_command(own[0].family)} … {options}`. {took}" if options else took


def _command(family: str) -> str:
    return "hhcrsp" if family in HOME_CARE else family


def _infeasible(own: Sequence[Row]) -> Iterator[str]:
    for row in own:
        if not row.is_feasible:
            yield f"**Infeasible**: {row.instance}, seed {row.seed}: {'; '.join(row.faults)}\n"


def _limit(row: Row) -> str:
    seconds = "" if row.limit_seconds is None else f"{row.limit_seconds:g} s"
    return " / ".join(part for part in (seconds, f"{row.limit_rounds} rounds" if row.limit_rounds else "") if part)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
