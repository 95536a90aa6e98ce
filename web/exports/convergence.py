"""How a search came to its answer: the best value and its proven bound over the seconds. No names, no places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.figure import Figure

from web.exports.pictures import COLOURS, PNG, drawn

HEAD_ROOM: Final = 1.25
"""Values more than a quarter above the last one are from the first moments, and left off the picture."""
FOOT_ROOM: Final = 0.05
MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """`unserved` is how many visits were in nobody's route then."""

    seconds: float
    value: float
    bound: float | None = None
    unserved: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    label: str
    glances: tuple[Glance, ...]


def convergence_picture(searches: Sequence[Search], *, title: str, unit: str, form: str = PNG) -> bytes:
    """A step for each better value, dashes for the bound; below, the unserved visits, where there ever were any."""
    shown = [search for search in searches if search.glances]
    has_unserved = any(glance.unserved for search in shown for glance in search.glances)
    figure = Figure(figsize=(9, 6 if has_unserved else 5), layout="constrained")
    above, below = _axes(figure, has_unserved=has_unserved)
    for number, search in enumerate(shown):
        colour = COLOURS[number % len(COLOURS)]
        _draw(above, search, colour)
        if below is not None:
            below.step(*_line(search, "unserved"), where="post", color=colour, linewidth=1.4)
    _limit(above, shown)
    above.set(title=title.replace("$", r"\$"), ylabel=unit)
    (below or above).set_xlabel("seconds of search")
    if below is not None:
        below.set_ylabel("unserved")
    for axes in (above, below):
        if axes is not None:
            axes.grid(visible=True, color="#eeeeee")
    above.set_xlim(left=0)
    if 0 < len(shown) <= MOST_NAMED:
        above.legend(fontsize=8, frameon=False)
    return drawn(figure, form)


def _axes(figure: Figure, *, has_unserved: bool) -> tuple[Any, Any]:
    if not has_unserved:
        return figure.subplots(), None
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    return above, below


def _draw(axes: Any, search: Search, colour: str) -> None:
    label = search.label.replace("$", r"\$")
    axes.step(*_line(search, "value"), where="post", color=colour, linewidth=1.6, label=label)
    bounded = [glance for glance in search.glances if glance.bound is not None]
    if bounded:
        seconds, bounds = [glance.seconds for glance in bounded], [glance.bound for glance in bounded]
        axes.step(seconds, bounds, where="post", color=colour, linewidth=1.2, linestyle="--", label=f"{label}, bound")
    last = search.glances[-1]
    axes.plot(last.seconds, last.value, marker="o", color=colour, markersize=4)


def _line(search: Search, what: str) -> tuple[list[float], list[float]]:
    return [glance.seconds for glance in search.glances], [getattr(glance, what) for glance in search.glances]


def _limit(axes: Any, searches: Sequence[Search]) -> None:
    """Keeps the end readable: the first answers are often many times dearer."""
    ends = [search.glances[-1].value for search in searches]
    if not ends or min(ends) <= 0:
        return
    glances = [glance for search in searches for glance in search.glances]
    kept = [glance.value for glance in glances if glance.value <= HEAD_ROOM * max(ends)]
    bounds = [glance.bound for glance in glances if glance.bound is not None and glance.bound >= min(ends) / 2]
    least, most = min(*kept, *bounds, *ends), max(*kept, *ends)
    room = FOOT_ROOM * ((most - least) or most)
    axes.set_ylim(least - room, most + room)
