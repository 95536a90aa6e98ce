"""`rounds plot`: a plan as a picture of its routes or of its day; a search as its value and bound over time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from optimizer.benchmarks.rows import Row, read_rows
from scheduler.cli.bench_runs import speaking_of_benchmarks
from scheduler.cli.output import console, say_json
from scheduler.cli.plan_files import read_day_at
from scheduler.domain.day import Day
from scheduler.domain.errors import Invalid
from scheduler.domain.plan import Plan
from scheduler.files.plan_file import FORMAT, plan_from
from web.exports.convergence import Glance, Search, convergence_picture
from web.exports.geojson import stops_on_map
from web.exports.pictures import PNG, SVG, routes_picture, timeline_picture

DOLLAR: Final = 100


class Plot(StrEnum):
    ROUTES = "routes"
    SCHEDULE = "schedule"
    CONVERGENCE = "convergence"


class NotPlottable(Invalid):
    """The file does not hold what this kind of picture shows."""

    code = "plot.nothing_to_show"

    def __init__(self, path: Path, kind: Plot, lacks: str) -> None:
        self.path, self.kind, self.lacks = path.name, kind.value, lacks
        super().__init__(f"{path.name} has no {lacks} for a picture of kind {kind}.")

    remedy = (
        "Routes need a plan and --day with coordinates, a schedule needs a plan, convergence needs what `rounds plan "
        "--history` or `rounds bench --out` wrote."
    )


class UnknownForm(Invalid):
    """Pictures are written as PNG or SVG, by the name of the file."""

    code = "plot.form"
    remedy = "Let the name after --out end in .png or .svg."

    def __init__(self, path: Path) -> None:
        self.path = path.name
        super().__init__(f"{path.name} ends in neither .png nor .svg.")


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds plot monday.plan.json --day monday.json --out monday.svg")(plot)


def plot(
    file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan, a search's history, or rows of a bench.")],
    kind: Annotated[Plot | None, typer.Option(help="Else routes where coordinates are known, or what fits.")] = None,
    day: Annotated[Path | None, typer.Option(help="The plan's day file: coordinates and names.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where the picture goes, .png or .svg.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was written, as JSON.")] = False,
) -> None:
    """Draw a plan's routes on a plain map, its schedule, or how a search converged. Routes show where patients live."""
    with speaking_of_benchmarks(as_json=as_json):
        said = _document(file)
        plan = plan_from(said, name=str(file)) if isinstance(said, dict) and said.get("format") == FORMAT else None
        known = read_day_at(day) if day else None
        chosen = kind or _fitting(plan, known)
        target = out or file.with_name(f"{file.name.partition('.')[0]}.{chosen}.{PNG}")
        form = target.suffix.removeprefix(".").lower()
        if form not in (PNG, SVG):
            raise UnknownForm(target)
        target.write_bytes(_picture(chosen, file, said, plan, known, form))
        if as_json:
            say_json({"file": str(target), "kind": chosen.value})
        else:
            console.print(str(target), highlight=False, markup=False)


def _document(file: Path) -> Any:
    """The whole as JSON, or nothing where it is lines."""
    try:
        return json.loads(file.read_bytes())
    except ValueError:
        return None


def _fitting(plan: Plan | None, day: Day | None) -> Plot:
    if plan is None:
        return Plot.CONVERGENCE
    return Plot.ROUTES if day is not None and _is_on_map(day, plan) else Plot.SCHEDULE


def _is_on_map(day: Day, plan: Plan) -> bool:
    return any(stops_on_map(day, route) for route in plan.routes)


def _picture(kind: Plot, file: Path, said: Any, plan: Plan | None, day: Day | None, form: str) -> bytes:
    if kind is Plot.CONVERGENCE:
        return _convergence(file, said, form, is_plan=plan is not None)
    if plan is None:
        raise NotPlottable(file, kind, "plan")
    if kind is Plot.SCHEDULE:
        return timeline_picture(day, plan, form=form)
    if day is None or not _is_on_map(day, plan):
        raise NotPlottable(file, kind, "coordinates")
    return routes_picture(day, plan, form=form)


def _convergence(file: Path, said: Any, form: str, *, is_plan: bool) -> bytes:
    if is_plan:
        raise NotPlottable(file, Plot.CONVERGENCE, "history of the search")
    if isinstance(said, dict) and isinstance(said.get("history"), list) and "solver" not in said:
        searches = [Search(label="price", glances=tuple(_glances(said["history"], file)))]
        return convergence_picture(searches, title=file.name.partition(".")[0], unit="dollars", form=form)
    rows = [row for row in read_rows([file]) if row.history]
    if not rows:
        raise NotPlottable(file, Plot.CONVERGENCE, "history of a search")
    names = sorted({row.instance for row in rows})
    if len(names) == 1:
        searches = [Search(label=f"{row.solver}, seed {row.seed}", glances=_seen(row)) for row in rows]
        return convergence_picture(searches, title=names[0], unit=rows[0].objective, form=form)
    best = {name: min(row.history[-1][1] for row in rows if row.instance == name) for name in names}
    searches = [
        Search(label=f"{row.instance}, seed {row.seed}", glances=_seen(row, of=best[row.instance]))
        for row in rows
        if best[row.instance] > 0
    ]
    title = f"{len(names)} instances"
    return convergence_picture(searches, title=title, unit="% of the best value found", form=form)


def _glances(points: Iterable[Mapping[str, Any]], file: Path) -> Iterable[Glance]:
    """Of a history file; prices in cents."""
    try:
        for point in points:
            bound = point["bound_cents"]
            yield Glance(
                seconds=float(point["seconds"]),
                value=point["price_cents"] / DOLLAR,
                bound=None if bound is None else bound / DOLLAR,
                unserved=sum(point["unserved"]),
            )
    except (KeyError, TypeError, ValueError):
        raise NotPlottable(file, Plot.CONVERGENCE, "history that can be read") from None


def _seen(row: Row, *, of: float = 100.0) -> tuple[Glance, ...]:
    """Values as they are, or as percent of another one."""
    part = 100.0 / of
    return tuple(
        Glance(seconds=seconds, value=part * value, bound=None if bound is None else part * bound)
        for seconds, value, bound in row.history
    )
