"""`rounds dead-letters`: what could not take effect, why, and another try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from consumers.receipt import Receipt
from scheduler.bootstrap import read_settings, started
from scheduler.cli.output import Exit, console, say_json, speaking_of_errors
from scheduler.handlers.dead_letters import Drawer, summary_of

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The dead letter's number.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Events that could not take effect.", no_args_is_help=True)
    group.command("list", epilog="Example: rounds dead-letters list")(list_letters)
    group.command(epilog="Example: rounds dead-letters show 12")(show)
    group.command(epilog="Example: rounds dead-letters replay 12")(replay)
    app.add_typer(group, name="dead-letters")


def list_letters(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Look at the newest so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Those that wait, newest first. Holds no patient data."""
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        waiting = drawer.waiting(limit)
        if as_json:
            say_json([asdict(letter) for letter in waiting])
            return
        table = Table(box=None, pad_edge=False, header_style="dim")
        for column in ("number", "seen", "door", "event", "code", "why"):
            table.add_column(column)
        for letter in waiting:
            seen = f"{letter.seen_at:%Y-%m-%d %H:%M}"
            said = (letter.door, letter.event or "-", letter.code, letter.sentence)
            table.add_row(str(letter.id), seen, *map(escape, said))
        console.print(table if waiting else "none waiting")


def show(letter: Number, as_json: AsJson = False) -> None:
    """One, with its bytes: these may be about a patient."""
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        found = drawer.show(letter)
        raw = found.raw.decode("utf-8", errors="backslashreplace")
        if as_json:
            summary = summary_of(found)
            say_json(asdict(summary) | {"raw": raw})
        else:
            console.print(f"{found.code}: {found.sentence}\n{found.remedy}\n\n{raw}", highlight=False, markup=False)


def replay(letter: Number, as_json: AsJson = False) -> None:
    """Take it in again, after what was wrong has been mended."""
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        receipt = drawer.replay(letter)
        problems = [str(problem) for problem in receipt.problems]
        if as_json:
            say_json({"status": receipt.status.value, "problems": problems})
        else:
            console.print(receipt.status.value, *problems, sep="\n", highlight=False, markup=False)
        if receipt.is_refused:
            raise typer.Exit(Exit.FOUND)


@contextmanager
def _drawer() -> Iterator[Drawer[Receipt]]:
    with started(read_settings()) as rounds:
        yield Drawer(
            open_unit_of_work=rounds.store.unit_of_work, take_in=rounds.intake.take_in, clock=rounds.clock, actor="cli"
        )
