"""When one route serves its stops in a given order, and what that costs: the door to the timing kernel.

Whole seconds and cents. Pure and deterministic. It never reorders stops and never sees another route: starts that
depend on others come in as `held` intervals.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.kernel.course import (
    H_LEAVES,
    H_RETURNS,
    H_TAKEN_COUNT,
    HEAD,
    MEASURED,
    NO_HOLD,
    SOONEST,
    STARTS,
    TAKEN,
    TAKEN_AT,
    TAKEN_STARTS,
    new_sheet,
)
from optimizer.kernel.packed import MEASURES, PAUSE_WIDTH, R_PAUSES, Int64, Packed, packed
from optimizer.kernel.timing import INFEASIBLE, rest, soonest_starts, time_route
from optimizer.problem import NEVER
from optimizer.schedule import NOTHING_HELD, Held, Schedule
from optimizer.tables import RouteTable, Tables


def schedule(tables: Tables, route: RouteTable, stops: Sequence[int], held: Held = NOTHING_HELD) -> Schedule | None:
    """The cheapest times found for this order of stops, or nothing when a hard limit forbids it."""
    problem = packed(tables.problem)
    sheet = new_sheet(problem, len(stops))
    price = time_route(problem, route.index, _stops(stops), len(stops), _held(stops, held), sheet)
    return None if price >= INFEASIBLE else _schedule(problem, route.index, len(stops), int(price), sheet)


def resting(tables: Tables, route: RouteTable) -> Schedule:
    """The route when it serves nobody: at rest, or on the way home when its day has begun."""
    problem = packed(tables.problem)
    sheet = new_sheet(problem, 0)
    return _schedule(problem, route.index, 0, int(rest(problem, route.index, sheet)), sheet)


def soonest(tables: Tables, route: RouteTable, stops: Sequence[int], held: Held) -> list[int] | None:
    """The earliest start of every stop, breaks included, when nothing is moved later for a better price."""
    problem = packed(tables.problem)
    sheet = new_sheet(problem, len(stops))
    is_possible = soonest_starts(problem, route.index, _stops(stops), len(stops), _held(stops, held), sheet)
    starts: list[int] = sheet[SOONEST, : len(stops)].tolist()
    return starts if is_possible else None


def _stops(stops: Sequence[int]) -> Int64:
    return np.array(stops, dtype=np.int64)


def _held(stops: Sequence[int], held: Held) -> Int64:
    if not any(stop in held for stop in stops):
        return NO_HOLD
    return np.array([held.get(stop, (0, NEVER)) for stop in stops], dtype=np.int64)


def _schedule(problem: Packed, route: int, count: int, price: int, sheet: Int64) -> Schedule:
    head = sheet[HEAD].tolist()
    first, pauses = int(problem.routes[route, R_PAUSES]), head[H_TAKEN_COUNT]
    breaks = [(at - first) // PAUSE_WIDTH for at in sheet[TAKEN_AT, :pauses].tolist()]
    return Schedule(
        starts=sheet[STARTS, : count + 1].tolist(),
        taken=tuple(zip(sheet[TAKEN, :pauses].tolist(), breaks, strict=True)),
        leaves=head[H_LEAVES],
        returns=head[H_RETURNS],
        price=price,
        measures=sheet[MEASURED, :MEASURES].tolist(),
        pauses=tuple(sheet[TAKEN_STARTS, :pauses].tolist()),
    )
