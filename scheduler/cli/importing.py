"""`rounds import`: day files from real days of public sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.output import notes, say_json, speaking_of_errors
from scheduler.files.day_writing import day_bytes
from scheduler.files.uhhc import import_uhhc


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Make a day file from a public instance.", no_args_is_help=True)
    group.callback()(_importing)
    group.command(epilog="Example: rounds import uhhc i-116.json --out i-116.day.json")(uhhc)
    app.add_typer(group, name="import")


def _importing() -> None:
    """Make a day file from a public instance."""


def uhhc(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An instance of the UHHC set, JSON.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where the day file goes.")] = None,
    branch: Annotated[str, typer.Option(help="The branch it is said to be of.")] = "uhhc",
    as_json: Annotated[bool, typer.Option("--json", help="What was written, as JSON.")] = False,
) -> None:
    """A real day of the UHHC set: windows, two-person services, incompatibilities, preferences, lunch."""
    with speaking_of_errors(as_json=as_json):
        day = import_uhhc(file.read_bytes(), branch=branch, name=str(file))
        if out is None:
            typer.echo(day_bytes(day).decode(), nl=False)
        else:
            out.write_bytes(day_bytes(day))
            _say(out, visits=len(day.visits), case_managers=len(day.case_managers), as_json=as_json)


def _say(out: Path, *, visits: int, case_managers: int, as_json: bool) -> None:
    if as_json:
        say_json({"file": str(out), "visits": visits, "case_managers": case_managers})
    else:
        notes.print(f"{out}: {visits} visits, {case_managers} case managers", highlight=False, markup=False)
