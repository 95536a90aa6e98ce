"""Scratch memory of one chain: allocated once, never part of a plan.

A few large arrays rather than many small ones, because every kernel is handed them all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernel.course import new_sheet
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import F_WORST_COUNT, MEASURES, Int64, Packed

# Rows of `Work.lines`
L_BEGIN = 0  # a trial's starts, by node; valid where the stamp is that of the trial
L_COST = 1
L_STAMP = 2
L_CHANGED = 3  # nodes that start later in the trial
L_QUEUE_NODE = 4
L_QUEUE_MOMENT = 5
L_REMOVED = 6
L_WAITING = 7
L_KEYS = 8
L_STOPS = 9  # of one route, in order
L_PAIRINGS = 10
L_DIRTY = 11  # by route: has lost stops
L_TOUCHED = 12  # by route: has been cut in this round
L_AFFECTED = 13  # routes that a trial changes
L_SEARCHED = 14  # routes that are searched for one visit
L_NEAR = 15  # by route: the stamp of the visit that has near ones on it
L_EASED = 16  # nodes that may start earlier now that others have gone
L_EASED_STAMP = 17  # by node: the stamp of the last easing it was part of
L_LOOSE = 18  # who has gone since times were last settled, and what came next
LINES = 19

# Cells of `Work.cached`: the cheapest place of a visit on a route, for one version of it
K_VERSION = 0
K_PRICE = 1
K_BEFORE = 2  # -1: all places cost at least the price
K_LATENESS = 3  # the worst lateness of all that the price supposes
_CACHED_CELLS = 4

# Cells of a place
P_PRICE = 0  # without the clock
P_ROUTE = 1
P_BEFORE = 2
P_START = 3  # the soonest
P_LAST = 4  # the latest, whatever links say
P_BOUND = 5  # with the least that its start and those behind it cost
P_IS_WHOLE = 6  # the bound is what it costs
PLACE_CELLS = 7
MOST_OPTIONS = 24
"""Places kept of each visit of a pair."""

# Cells of `Work.cells`
C_TICK = 0  # the stamp of the present trial
C_QUEUED = 1
C_CHANGED = 2
C_WORST_LATE = 3
C_REMOVED = 4
C_VERSION = 5  # never taken back, so that no two versions of a route share a number
C_AFFECTED = 6
C_EASED = 7
C_LOOSE = 8
_CELLS = 9


class Work(NamedTuple):
    """Shapes: lines [LINES, -]; cached [n, m, 4]; places [2 MOST_OPTIONS + n + m + 1, PLACE_CELLS], the options of
    both visits of a pair and then the places of one visit; sums [m, MEASURES] of affected routes; peaks [w, 4]: the
    largest of each worst value, whose, the second, and what is saved with that; held, sheet: as `timing.time_route`
    wants them."""

    lines: Int64
    cached: Int64
    places: Int64
    sums: Int64
    peaks: Int64
    held: Int64
    sheet: Int64
    cells: Int64


@inner
def option(side: int) -> int:
    """Where the options of one visit of a pair lie among the places."""
    return side * MOST_OPTIONS


@inner
def place_row(index: int) -> int:
    """Where the places of one visit lie."""
    return 2 * MOST_OPTIONS + index


def new_work(problem: Packed) -> Work:
    visits, routes = len(problem.visits), len(problem.routes)
    longest = max(visits + 2 * routes, 4 * visits + 64, MOST_OPTIONS**2)

    def cells(*shape: int) -> Int64:
        return np.zeros(shape, dtype=np.int64)

    return Work(
        lines=cells(LINES, longest),
        cached=cells(visits, routes, _CACHED_CELLS),
        places=cells(2 * MOST_OPTIONS + visits + routes + 1, PLACE_CELLS),
        sums=cells(max(1, routes), MEASURES),
        peaks=cells(int(problem.flat[F_WORST_COUNT]), 4),
        held=cells(visits, 2),
        sheet=new_sheet(problem),
        cells=cells(_CELLS),
    )
