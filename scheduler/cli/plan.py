"""`rounds plan`: one day, from file to file, with the search to be watched, and ended by Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from optimizer.answer import Progress
from scheduler.cli.history import History, history_bytes
from scheduler.cli.interrupts import first_interrupt_asks
from scheduler.cli.output import Exit, console, notes, speaking_of_errors
from scheduler.cli.plan_files import AsJson, DayPath, end_by, names_of, read_day_at
from scheduler.cli.progress import get_ready, planning_progress
from scheduler.cli.tables import show_itineraries, show_totals, show_unassigned
from scheduler.domain.day import Day
from scheduler.files.plan_file import plan_bytes
from scheduler.planning.planner import Planned, plan_day

Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where the plan file goes.")]
Seed = Annotated[int | None, typer.Option(help="Another random seed than the policy's.")]
Effort = Annotated[float | None, typer.Option(min=0.0, max=100.0, help="1 is the default for the size of the day.")]
Gap = Annotated[
    float | None,
    typer.Option(metavar="PERCENT", min=0.0, max=100.0, help="End once it is proven so near to the best possible."),
]
Seconds = Annotated[float | None, typer.Option(min=0.1, max=86_400, help="End after so long, whatever was reached.")]
Threads = Annotated[int | None, typer.Option(min=1, max=64, help="So many searches side by side; others plan other.")]
HistoryPath = Annotated[Path | None, typer.Option("--history", help="Value and bound over time go there, as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No word about the search while it runs.")]


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds plan monday.json --out monday.plan.json")(plan)


def plan(
    day_file: DayPath,
    out: Out = None,
    seed: Seed = None,
    effort: Effort = None,
    gap: Gap = None,
    seconds: Seconds = None,
    threads: Threads = None,
    history: HistoryPath = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Plan one day: who drives where, when; who is unassigned, and why; how good it is proven to be.

    Ctrl-C ends the search with the best plan so far; a second one gives up.
    """
    with speaking_of_errors(as_json=as_json):
        day = read_day_at(day_file)
        heard = History()
        is_quiet = quiet or (as_json and not notes.is_terminal)
        get_ready(notes, is_quiet=is_quiet)
        began = time.monotonic()
        asked = partial(plan_day, day, effort=effort, threads=threads, gap_percent=gap, seconds=seconds, seed=seed)
        try:
            planned = _watched(asked, f"planning {len(day.visits)} visits", heard, is_quiet=is_quiet)
        except KeyboardInterrupt:
            notes.print("Given up: nothing was written.", highlight=False)
            raise typer.Exit(Exit.GIVEN_UP) from None
        took = time.monotonic() - began
        if out is not None:
            out.write_bytes(plan_bytes(planned.plan))
        if history is not None:
            history.write_bytes(history_bytes(planned, heard, seconds=took))
        _show(day, planned, as_json=as_json)
        if planned.is_cut_short:
            notes.print("Ended by Ctrl-C: this is the best plan found until then.", highlight=False)
        end_by(planned.violations)


def _watched(search: Callable[..., Planned], what: str, heard: History, *, is_quiet: bool) -> Planned:
    with (
        first_interrupt_asks() as is_asked,
        planning_progress(notes, what, stopwatch=time.monotonic, is_ending=is_asked, is_quiet=is_quiet) as show,
    ):

        def on_progress(now: Progress) -> None:
            heard.take(now)
            show(now)

        return search(on_progress=on_progress, is_cancelled=is_asked, stopwatch=time.monotonic)


def _show(day: Day, planned: Planned, *, as_json: bool) -> None:
    if as_json:
        typer.echo(plan_bytes(planned.plan).decode(), nl=False)
    else:
        show_itineraries(console, planned.plan, names_of(day))
        show_unassigned(console, planned.plan, names_of(day))
        show_totals(console, planned.plan)
