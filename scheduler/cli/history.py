"""How a search came to its plan, as JSON: value and bound over time, for `rounds plot`.

Seconds do not repeat, so this stays out of plan files. At most `MOST_POINTS` points; cents, percent, seconds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Final

from optimizer.answer import Progress
from scheduler.planning.planner import Planned

MOST_POINTS: Final = 1000


class History:
    """Remembers what a search reports: all of it while it is short, then every second, every fourth, … report."""

    def __init__(self) -> None:
        self.points: list[Progress] = []
        self._reports = 0
        self._every = 1

    def take(self, now: Progress) -> None:
        if self._reports % self._every == 0:
            self.points.append(now)
            if len(self.points) >= MOST_POINTS:
                self.points = self.points[::2]
                self._every *= 2
        self._reports += 1


def history_bytes(planned: Planned, reported: History, *, seconds: float) -> bytes:
    """What the search tells of itself, else what it reported; its result last, `seconds` after the start."""
    points = [_point(now) for now in thinned(planned.history or reported.points)]
    return (json.dumps({"history": [*points, _last(planned, points, seconds)]}, indent=2) + "\n").encode()


def thinned(points: Sequence[Progress]) -> Sequence[Progress]:
    """Evenly fewer when there are too many; the newest stays."""
    step = max(1, math.ceil(len(points) / MOST_POINTS))
    return points[::-1][::step][::-1]


def _point(now: Progress) -> dict[str, Any]:
    return {
        "seconds": round(now.seconds, 3),
        "unserved": list(now.unserved),
        "price_cents": now.price,
        "bound_cents": now.bound,
        "gap_percent": now.gap_percent,
        "rounds": now.round,
        "columns": now.columns,
    }


def _last(planned: Planned, points: Sequence[dict[str, Any]], seconds: float) -> dict[str, Any]:
    solve = planned.plan.solve
    return {
        "seconds": round(seconds, 3),
        "unserved": list(planned.evaluation.unserved),
        "price_cents": planned.evaluation.price.total,
        "bound_cents": solve.bound_cents,
        "gap_percent": solve.gap_percent,
        "rounds": solve.rounds,
        "columns": points[-1]["columns"] if points else 0,
    }
