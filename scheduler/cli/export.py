"""`rounds export`: a plan as itineraries, calendars, tables, maps and pictures."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.output import console, say_json, speaking_of_errors
from scheduler.cli.plan_files import AsJson, DayPath, PlanPath, read_day_at
from scheduler.files.plan_file import read_plan
from web.exports.bundle import write_bundle


class Format(StrEnum):
    HTML = "html"
    ICS = "ics"
    CSV = "csv"
    GEOJSON = "geojson"
    PNG = "png"


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds export ics monday.json monday.plan.json --out calendars")(export)


def export(
    format: Annotated[Format, typer.Argument(help="What to make.")],
    day_file: DayPath,
    plan_file: PlanPath,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder the files go to.")] = Path("out"),
    revision: Annotated[int, typer.Option(min=1, help="The revision the files are said to be of.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Write a plan as HTML itineraries, calendars, CSV, GeoJSON or pictures."""
    with speaking_of_errors(as_json=as_json):
        day, plan = read_day_at(day_file), read_plan(plan_file.read_bytes(), name=str(plan_file))
        midnight: datetime = day.bounds[0]
        written = write_bundle(out, day, plan, revision=revision, made_at=midnight, formats=(format.value,))
        if as_json:
            say_json({"files": [str(path) for path in written]})
        else:
            for path in written:
                console.print(str(path), highlight=False, markup=False)
