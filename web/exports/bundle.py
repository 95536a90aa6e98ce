"""Everything a plan is handed out as, in one folder: what `rounds run`, `rounds demo` and `rounds export` write.

Files are named by case manager id. `itineraries/*.html` hold patients' names and addresses, `plan.geojson` and
`routes.png` show where they live, pictures name the case managers; the rest holds ids only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan, Route
from scheduler.files.plan_file import plan_bytes
from web.exports.calendar import itinerary_calendar
from web.exports.geojson import plan_geojson
from web.exports.itinerary import itinerary_page
from web.exports.overview import overview_page
from web.exports.pictures import routes_picture, timeline_picture
from web.exports.table import plan_csv

Files = Iterator[tuple[str, bytes]]


def _plan(day: Day, plan: Plan, revision: int, made_at: datetime) -> Files:  # noqa: ARG001
    yield "plan.json", plan_bytes(plan)


def _html(day: Day, plan: Plan, revision: int, made_at: datetime) -> Files:  # noqa: ARG001
    yield "plan.html", overview_page(plan, revision=revision).encode()
    for name, route in _named(plan):
        yield f"itineraries/{name}.html", itinerary_page(day, plan, route, revision=revision).encode()


def _ics(day: Day, plan: Plan, revision: int, made_at: datetime) -> Files:  # noqa: ARG001
    for name, route in _named(plan):
        yield f"itineraries/{name}.ics", itinerary_calendar(plan, route, revision=revision, made_at=made_at)


def _csv(day: Day, plan: Plan, revision: int, made_at: datetime) -> Files:  # noqa: ARG001
    yield "plan.csv", plan_csv(plan)


def _geojson(day: Day, plan: Plan, revision: int, made_at: datetime) -> Files:  # noqa: ARG001
    yield "plan.geojson", plan_geojson(day, plan)


def _png(day: Day, plan: Plan, revision: int, made_at: datetime) -> Files:  # noqa: ARG001
    yield "routes.png", routes_picture(day, plan)
    yield "timeline.png", timeline_picture(day, plan)


EXPORTS: Final[Mapping[str, Callable[[Day, Plan, int, datetime], Files]]] = {
    "json": _plan,
    "html": _html,
    "ics": _ics,
    "csv": _csv,
    "geojson": _geojson,
    "png": _png,
}


def write_bundle(
    folder: Path, day: Day, plan: Plan, *, revision: int, made_at: datetime, formats: tuple[str, ...] = tuple(EXPORTS)
) -> list[Path]:
    """The files written, in order. Raises `OSError`."""
    written: list[Path] = []
    for name in formats:
        for path, content in EXPORTS[name](day, plan, revision, made_at):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(target)
    return written


def _named(plan: Plan) -> Iterator[tuple[str, Route]]:
    """By case manager; a second shift of the same day gets a number. No two are equal, and none leaves the folder."""
    met: Counter[str] = Counter()
    for route in plan.routes:
        met[route.case_manager] += 1
        number = met[route.case_manager]
        name = quote(route.case_manager, safe=" :@+").replace("~", "%7E")
        yield name if number == 1 else f"{name}~{number}", route
