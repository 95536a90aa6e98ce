"""Two pictures of a plan: the routes on a map sketch, and a timeline. No base map, nothing from the network.

Case managers are named, patients are not; the sketch shows where they live.

Colours are safe for colour-blind eyes (Okabe and Ito 2008), and each route has its label beside it.
"""

from __future__ import annotations

import io
from datetime import time
from typing import Any, Final
from zoneinfo import ZoneInfo

from matplotlib import rc_context
from matplotlib.figure import Figure

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan, Route
from scheduler.domain.time import at_local, seconds_between
from web.exports.geojson import stops_on_map, track

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A6B00", "#444444")
STYLES: Final = ("-", "--", ":", "-.")
"""For whoever comes after the colours are used up."""
HOUR: Final = 3600
PNG, SVG = "png", "svg"


def routes_picture(day: Day, plan: Plan, *, form: str = PNG) -> bytes:
    """Each route as a line through its stops, numbered in driving order."""
    figure = Figure(figsize=(9, 8), layout="constrained")
    axes = figure.subplots()
    routes = [(route, points) for route in plan.routes if route.stops and (points := track(day, route))]
    for row, (route, points) in enumerate(routes):
        colour, style = COLOURS[row % len(COLOURS)], STYLES[row // len(COLOURS) % len(STYLES)]
        line: dict[str, Any] = {"color": colour, "linestyle": style, "linewidth": 1.2, "alpha": 0.8}
        axes.plot(*zip(*points, strict=True), **line, label=_label(day, route))
        axes.plot(*points[0], marker="s", color=colour, markersize=8)
        for number, _, point in stops_on_map(day, route):
            axes.annotate(
                str(number), point, fontsize=7, color="white", ha="center", va="center",
                bbox={"boxstyle": "circle,pad=0.25", "facecolor": colour, "edgecolor": "white", "linewidth": 0.6},
            )  # fmt: skip
    axes.set_aspect(1.3)  # a degree of latitude is longer than one of longitude at mid latitudes
    axes.set(title=f"Routes on {plan.date:%A %d %B %Y}", xlabel="longitude", ylabel="latitude")
    if routes:
        axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    axes.grid(visible=True, color="#eeeeee")
    return drawn(figure, form)


def timeline_picture(day: Day | None, plan: Plan, *, form: str = PNG) -> bytes:
    """A row for each case manager; dark is service, light is driving, hatched is a break. Ids without a day."""
    routes = [route for route in plan.routes if route.stops]
    figure = Figure(figsize=(11, 1.2 + 0.5 * max(1, len(routes))), layout="constrained")
    axes = figure.subplots()
    midnight = at_local(plan.date, time.min, ZoneInfo(plan.zone))
    for row, route in enumerate(routes):
        _timeline_row(axes, row, route, midnight, COLOURS[row % len(COLOURS)])
    axes.set_yticks(range(len(routes)), [_label(day, route) for route in routes], fontsize=8)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(lambda hours, _: f"{int(hours):02d}:{round(hours % 1 * 60):02d}")
    axes.set(title=f"Day of {plan.date:%A %d %B %Y}", xlabel="hours since midnight")
    axes.grid(visible=True, axis="x", color="#dddddd")
    axes.set_axisbelow(True)
    return drawn(figure, form)


def _timeline_row(axes: Any, row: int, route: Route, midnight: Any, colour: str) -> None:
    def hour(moment: Any) -> float:
        return seconds_between(midnight, moment) / HOUR

    axes.barh(
        row, hour(route.returns) - hour(route.leaves), left=hour(route.leaves), height=0.12, color=colour, alpha=0.35
    )
    for number, stop in enumerate(route.stops, start=1):
        begins = hour(stop.starts)
        axes.barh(row, hour(stop.ends) - begins, left=begins, height=0.6, color=colour, edgecolor="white")
        axes.text((begins + hour(stop.ends)) / 2, row, str(number), color="white", fontsize=7, ha="center", va="center")
    for pause in route.breaks:
        axes.barh(
            row, hour(pause.ends) - hour(pause.starts), left=hour(pause.starts), height=0.3, fill=False,
            hatch="////", edgecolor=colour,
        )  # fmt: skip


def _label(day: Day | None, route: Route) -> str:
    shift = day.shift(route.shift) if day else None
    label = shift.label if shift else route.case_manager
    return label.replace("$", r"\$")  # between two of them matplotlib would read mathematics


def drawn(figure: Figure, form: str) -> bytes:
    """Equal figures give equal bytes: no date, and no names drawn by lot."""
    out = io.BytesIO()
    about = {"Software": "Rounds"} if form == PNG else {"Creator": "Rounds", "Date": None}
    with rc_context({"svg.hashsalt": "rounds"}):
        figure.savefig(out, format=form, dpi=110, metadata=about)
    return out.getvalue()
