"""Rows of `rounds bench` for people: a line for each run as it ends, loud where it is infeasible, and live progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from optimizer.answer import Progress
from optimizer.benchmarks.report_words import cell
from optimizer.benchmarks.rows import ROUNDS, Row
from scheduler.cli.output import Exit, console, notes, say_json

COLUMNS: Final = (
    ("instance", 34), ("solver", 8), ("seed", 4), ("value", 12), ("bound", 12), ("gap %", 7), ("best known", 12),
    ("to it %", 7), ("unserved", 8), ("seconds", 8), ("rounds", 10), ("stopped by", 12), ("judged", 10),
)  # fmt: skip


class BenchTable:
    """Prints its head once, then each row as it comes; nothing of it where a document is wanted."""

    def __init__(self, *, is_shown: bool) -> None:
        self.is_shown = is_shown
        self._has_head = False

    def add(self, row: Row) -> None:
        if self.is_shown:
            self._show(row)
        if row.cannot:
            notes.print(f"  {row.solver} cannot: {'; '.join(row.cannot)}", style="dim", highlight=False, markup=False)
        if not row.is_feasible:
            told = f"  {row.instance}, {row.solver}, seed {row.seed}: INFEASIBLE. {' · '.join(row.faults)}"
            notes.print(told, style="bold red", highlight=False, markup=False)

    def _show(self, row: Row) -> None:
        if not self._has_head:
            console.print(_line([name for name, _ in COLUMNS]), style="bold", highlight=False)
            self._has_head = True
        console.print(escape(_line(_cells(row))), style=None if row.is_feasible else "bold red", highlight=False)


def _line(cells: Sequence[str]) -> str:
    padded = (cell[:width].ljust(width) if at < 2 else cell[:width].rjust(width)
              for at, (cell, (_, width)) in enumerate(zip(cells, COLUMNS, strict=True)))  # fmt: skip
    return " ".join(padded).rstrip()


def _cells(row: Row) -> list[str]:
    return [
        row.instance,
        row.solver,
        str(row.seed),
        cell(row.value),
        cell(row.bound),
        cell(row.gap_percent, 2),
        cell(row.best_known),
        cell(row.best_known_gap_percent, 2),
        cell(row.unserved, 0),
        f"{row.seconds:.2f}",
        cell(row.rounds, 0),
        row.stopped_by,
        "feasible" if row.is_feasible else "INFEASIBLE",
    ]


@dataclass(slots=True)
class BenchProgress:
    bar: Bar
    task: TaskID
    what: str = ""

    def begins(self, what: str) -> None:
        self.what = escape(what)
        self.bar.reset(self.task, description=self.what)

    def glance(self, now: Progress) -> None:
        gap = "" if now.gap_percent is None else f", gap {now.gap_percent:.2f} %"
        best = f"{sum(now.unserved)} unserved, price {now.price}{gap}"
        self.bar.update(self.task, description=f"{self.what}: round {now.round}, {best}")


@contextmanager
def bench_progress(on: Console) -> Iterator[BenchProgress]:
    """On a terminal only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=on, transient=True, disable=not on.is_terminal) as bar:
        yield BenchProgress(bar, bar.add_task("reading"))


def closed_by(ended: tuple[list[Row], bool], *, as_json: bool) -> None:
    """The document, where one is wanted, and the exit code: 1 when an answer of ours is infeasible."""
    rows, was_interrupted = ended
    if as_json:
        say_json({"rows": [row.said() for row in rows], "interrupted": was_interrupted})
    if any(row.solver == ROUNDS and not row.is_feasible for row in rows):
        raise typer.Exit(Exit.FOUND)
    if was_interrupted:
        raise typer.Exit(Exit.GIVEN_UP)


def show_generated(written: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        said: dict[str, Any] = {"files": [str(path) for path in written]}
        say_json(said)
    else:
        for path in written:
            console.print(str(path), highlight=False, markup=False)
