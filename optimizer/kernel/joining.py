"""One more visit, tried at every position of the routes asked for: where it fits and what the route then costs.

The order of the others stays. Whole seconds and cents. Exact: every position is timed by `time_route`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernel.course import MEASURED, STARTS, new_sheet
from optimizer.kernel.jit import inner, kernel
from optimizer.kernel.packed import MEASURES, Int64, Packed
from optimizer.kernel.standing import Standing
from optimizer.kernel.timing import INFEASIBLE, time_route

# Columns of `Room.found`
FOUND_ROUTE = 0
FOUND_POSITION = 1
FOUND_START = 2  # of the visit
FOUND_PRICE = 3  # of the route with the visit
FOUND_MEASURES = 4  # MEASURES columns from here
FOUND_COLUMNS = FOUND_MEASURES + MEASURES


class Room(NamedTuple):
    """What `join` writes to: the answers, and room for the longest tour with one more stop."""

    found: Int64
    order: Int64
    held: Int64
    sheet: Int64


def new_room(problem: Packed, plan: Standing) -> Room:
    longest = 1 + int(np.diff(plan.first).max(initial=0))
    return Room(
        found=np.zeros((len(plan.stops) + len(plan.leaves), FOUND_COLUMNS), dtype=np.int64),
        order=np.zeros(longest, dtype=np.int64),
        held=np.zeros((longest, 2), dtype=np.int64),
        sheet=new_sheet(problem, longest),
    )


@kernel
def join(problem: Packed, plan: Standing, visit: int, asked: Int64, held: Int64, is_held: Int64, room: Room) -> int:
    """How many rows of `room.found` are filled, in the order of `asked` and from front to back.

    `asked` names no route twice. `held` has the least and latest start by visit, for routes where `is_held`.
    """
    rows = 0
    for route in asked:
        begins, count = plan.first[route], plan.first[route + 1] - plan.first[route]
        for at in range(count):
            room.order[at + 1] = plan.stops[begins + at]
        for position in range(count + 1):
            if position:
                room.order[position - 1] = room.order[position]
            room.order[position] = visit
            holds = hold(room, held, count + 1) if is_held[route] else 0
            price = time_route(problem, route, room.order, count + 1, room.held[:holds], room.sheet)
            if price < INFEASIBLE:
                note(room, rows, route, position, price)
                rows += 1
    return rows


@inner
def hold(room: Room, held: Int64, count: int) -> int:
    """Lay the intervals of all stops in their order; how many."""
    for at in range(count):
        room.held[at, 0] = held[room.order[at], 0]
        room.held[at, 1] = held[room.order[at], 1]
    return count


@inner
def note(room: Room, row: int, route: int, position: int, price: int) -> None:
    room.found[row, FOUND_ROUTE] = route
    room.found[row, FOUND_POSITION] = position
    room.found[row, FOUND_START] = room.sheet[STARTS, position]
    room.found[row, FOUND_PRICE] = price
    for measure in range(MEASURES):
        room.found[row, FOUND_MEASURES + measure] = room.sheet[MEASURED, measure]
