"""`rounds dead-letters`: what could not take effect, why, and another try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from consumers.receipt import Receipt
from scheduler.bootstrap.process import started
from scheduler.bootstrap.settings import read_settings
from scheduler.cli.output import Exit, console, say_json, speaking_of_errors
from scheduler.handlers.dead_letters import Drawer, summary_of
from scheduler.ports.dead_letters import LetterSummary

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The dead letter's number.")]
OneNumber = Annotated[int | None, typer.Argument(metavar="[NUMBER]", help="The dead letter's number.")]
Code = Annotated[
    str | None, typer.Option("--code", help="Only those refused for this reason, such as patient.unknown.")
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Events that could not take effect.", no_args_is_help=True)
    group.command("list", epilog="Example: rounds dead-letters list --code patient.unknown")(list_letters)
    group.command(epilog="Example: rounds dead-letters show 12")(show)
    group.command(epilog="Example: rounds dead-letters replay 12")(replay)
    group.command(epilog="Example: rounds dead-letters drop 12 --reason 'sent again as e-77'")(drop)
    app.add_typer(group, name="dead-letters")


def list_letters(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="So many at most.")] = 100,
    after: Annotated[int | None, typer.Option(min=1, help="Go on below this number, the last of a list.")] = None,
    code: Code = None,
    as_json: AsJson = False,
) -> None:
    """Those that wait, newest first. Holds no patient data."""
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        waiting = drawer.waiting(limit, after=after, code=code)
        if as_json:
            say_json([asdict(letter) for letter in waiting])
            return
        table = Table(box=None, pad_edge=False, header_style="dim")
        for column in ("number", "seen", "times", "door", "event", "code", "why"):
            table.add_column(column)
        for letter in waiting:
            table.add_row(*map(escape, _row(letter)))
        console.print(table if waiting else "none waiting")
        if len(waiting) == limit:
            console.print(f"older ones: --after {waiting[-1].id}", style="dim", highlight=False)


def _row(letter: LetterSummary) -> tuple[str, ...]:
    seen, event = f"{letter.last_seen_at:%Y-%m-%d %H:%M}", letter.event or "-"
    return str(letter.id), seen, str(letter.times), letter.door, event, letter.code, letter.sentence


def show(letter: Number, as_json: AsJson = False) -> None:
    """One, with its bytes: these may be about a patient."""
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        found = drawer.show(letter)
        raw = found.raw.decode("utf-8", errors="backslashreplace")
        if as_json:
            say_json(asdict(summary_of(found)) | {"raw": raw})
            return
        kept = "" if found.is_whole else f", of which the first {len(found.raw)} were kept"
        came = f"{found.seen_at:%Y-%m-%d %H:%M} to {found.last_seen_at:%Y-%m-%d %H:%M}, times: {found.times}"
        console.print(f"{found.code}: {found.sentence}\n{found.remedy}", highlight=False, markup=False)
        console.print(f"{came}; {found.size} bytes{kept}\n\n{raw}", highlight=False, markup=False)


def replay(
    letter: OneNumber = None,
    code: Code = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait, in the order they came.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take it in again, after what was wrong has been mended: one, those with a code, or all."""
    if [letter is not None, code is not None, every].count(True) != 1:
        raise typer.BadParameter("give a NUMBER, --code or --all")
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        is_refused = _replay_many(drawer, code, as_json) if letter is None else _replay_one(drawer, letter, as_json)
        if is_refused:
            raise typer.Exit(Exit.FOUND)


def drop(
    letter: Number,
    reason: Annotated[str, typer.Option(help="Why it is not needed any more; for the audit, no patient's data.")],
    as_json: AsJson = False,
) -> None:
    """Forget one for good, for example when it was sent again, corrected, under another id."""
    with speaking_of_errors(as_json=as_json), _drawer() as drawer:
        drawer.drop(letter, reason=reason)
        if as_json:
            say_json({"dropped": letter})
        else:
            console.print(f"dead letter {letter} is gone", highlight=False)


def _replay_one(drawer: Drawer[Receipt], letter: int, as_json: bool) -> bool:
    receipt = drawer.replay(letter)
    problems = [str(problem) for problem in receipt.problems]
    if as_json:
        say_json({"status": receipt.status.value, "problems": problems})
    else:
        console.print(receipt.status.value, *problems, sep="\n", highlight=False, markup=False)
    return receipt.is_refused


def _replay_many(drawer: Drawer[Receipt], code: str | None, as_json: bool) -> bool:
    """Says how many ended how, and for which reasons those stay that do."""
    ended, stay = Counter[str](), Counter[str]()
    for tried in drawer.replay_each(code=code):
        ended["skipped" if tried.outcome is None else tried.outcome.status.value] += 1
        if tried.outcome is None or tried.outcome.is_refused:
            stay[tried.code or (tried.outcome.problems[0].code if tried.outcome else "")] += 1
    if as_json:
        say_json({"ended": ended, "stay": stay})
    else:
        told = [*(f"{how}: {count}" for how, count in sorted(ended.items())), *(f"  {c}: {n}" for c, n in stay.items())]
        console.print(*(told or ["none waiting"]), sep="\n", highlight=False, markup=False)
    return bool(stay)


@contextmanager
def _drawer() -> Iterator[Drawer[Receipt]]:
    with started(read_settings()) as rounds:
        yield Drawer(
            open_unit_of_work=rounds.store.unit_of_work, take_in=rounds.intake.take_in, clock=rounds.clock, actor="cli"
        )
