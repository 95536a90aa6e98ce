"""A sequence of stops on a route, laid out for timing: the sheet, and the windows of its nodes.

Seconds and metres. A course of n stops has n + 1 nodes: the stops, and the moment of driving home. Breaks sit on the
arrival at a node, before its service. Everything lies on a *sheet*, a table of numbers with one row per thing and one
column per node, which the caller makes once (`new_sheet`) and hands to every call. Knows no prices.
"""

from __future__ import annotations

import numpy as np

from optimizer.kernel.jit import inner, number
from optimizer.kernel.packed import (
    MEASURES,
    R_CLOSES,
    R_END,
    R_PAUSE_COUNT,
    R_PROFILE,
    R_START,
    V_LATEST_END,
    V_PLACE,
    V_POINTS,
    V_TERM_COUNT,
    V_WINDOW_COUNT,
    V_WINDOWS,
    Int64,
    Packed,
)
from optimizer.problem import NEVER

NO_PAUSES = number(0)
# Rows of a sheet: the answer
HEAD = number(0)  # the cells below
MEASURED = number(1)  # by measure
STARTS = number(2)  # by node; the last is when it drives home
TAKEN = number(3)  # by break taken: before which node
TAKEN_AT = number(4)  # where the break lies in `flat`
TAKEN_STARTS = number(5)  # and when
# Rows of a sheet: the course
STOP = number(6)  # the visit
LEG = number(7)  # seconds of driving to the node
SPENT = number(8)  # seconds of service
WINDOWS = number(9)  # an offset
WINDOW_COUNT = number(10)  # 0: all is said by the two rows below
LEAST = number(11)  # no start is before
MOST = number(12)  # and none after
PRICED = number(13)  # the nodes whose start has a price, in order
# Rows of a sheet: room to try things out
SOONEST = number(14)  # starts without breaks
EARLY = number(15)  # starts with breaks
OPTION = number(16)
TRIAL = number(17)
COSTS = number(18)  # by priced node, what its start costs
TRIAL_COSTS = number(19)
TRIED = number(20)  # as `TAKEN`
TRIED_AT = number(21)  # as `TAKEN_AT`: always the row after
LATEST = number(22)  # the latest starts
DECIDED = number(23)  # by break
SHEET_ROWS = 24

# Cells of `HEAD`
H_LEAVES = 0
H_RETURNS = 1
H_TAKEN_COUNT = 2
H_ROUTE = 3
H_COUNT = 4  # how many stops
H_DRIVE = 5
H_METRES = 6
H_AWAY = 7  # driving and serving before the drive home
H_HOME = 8  # seconds of the drive home
H_PAIRS = 9
H_POINTS = 10
H_PRICED_COUNT = 11
H_IS_SHORTEST = 12  # 1: the shortest times are asked for, whatever the starts cost
_HEAD_CELLS = 13

NO_HOLD: Int64 = np.zeros((0, 2), dtype=np.int64)
"""For a course whose starts are all free."""


def new_sheet(problem: Packed, longest: int | None = None) -> Int64:
    """Room to time any course of at most `longest` stops, or of all visits. One for each thread."""
    stops = len(problem.visits) if longest is None else longest
    pauses = int(problem.routes[:, R_PAUSE_COUNT].max()) if len(problem.routes) else 0
    width = max(stops + 1, pauses, MEASURES, _HEAD_CELLS)
    return np.zeros((SHEET_ROWS, width), dtype=np.int64)


@inner
def lay_course(problem: Packed, route: int, stops: Int64, count: int, held: Int64, sheet: Int64) -> bool:
    """The legs, services and windows of the stops on the sheet; false when there is no way to one of them.

    `held` has the least and the latest start of each stop, or no rows when nothing is held. Who serves nobody may
    come home at any time.
    """
    visits, routes, flat = problem.visits, problem.routes, problem.flat
    profile, here = routes[route, R_PROFILE], routes[route, R_START]
    drive = metres = spent = pairs = points = priced = 0
    for node in range(count):
        stop = stops[node]
        place = visits[stop, V_PLACE]
        leg = 0
        if place >= 0:
            leg = int(problem.seconds[profile, here, place])
            metres += int(problem.metres[profile, here, place])
            here = place
        service = problem.service[stop, route]
        sheet[STOP, node] = stop
        sheet[LEG, node] = leg
        sheet[SPENT, node] = service
        lay_windows(visits, flat, stop, service, sheet, node)
        sheet[PRICED, priced] = node
        priced += 1 if visits[stop, V_TERM_COUNT] else 0
        drive += leg
        spent += service
        pairs += problem.pair_price[stop, route]
        points += visits[stop, V_POINTS]
    if len(held):
        for node in range(count):
            sheet[LEAST, node] = max(sheet[LEAST, node], held[node, 0])
            sheet[MOST, node] = min(sheet[MOST, node], held[node, 1])
    end = routes[route, R_END]
    home = int(problem.seconds[profile, here, end])
    sheet[LEG, count] = sheet[SPENT, count] = sheet[WINDOW_COUNT, count] = sheet[LEAST, count] = 0
    sheet[MOST, count] = (routes[route, R_CLOSES] if count else NEVER) - home
    sheet[HEAD, H_ROUTE] = route
    sheet[HEAD, H_COUNT] = count
    sheet[HEAD, H_DRIVE] = drive + home
    sheet[HEAD, H_METRES] = metres + int(problem.metres[profile, here, end])
    sheet[HEAD, H_AWAY] = drive + spent
    sheet[HEAD, H_HOME] = home
    sheet[HEAD, H_PAIRS] = pairs
    sheet[HEAD, H_POINTS] = points
    sheet[HEAD, H_PRICED_COUNT] = priced
    sheet[HEAD, H_IS_SHORTEST] = 0
    return drive + home < NEVER


@inner
def lay_windows(visits: Int64, flat: Int64, stop: int, service: int, sheet: Int64, node: int) -> None:
    """When the visit may start, `latest_end` worked in; a single window needs no list."""
    at, windows = visits[stop, V_WINDOWS], visits[stop, V_WINDOW_COUNT]
    last = visits[stop, V_LATEST_END]
    last = last - service if last < NEVER else NEVER
    sheet[WINDOWS, node] = at
    sheet[WINDOW_COUNT, node] = windows if windows > 1 else 0
    sheet[LEAST, node] = max(0, flat[at])
    sheet[MOST, node] = min(last, flat[at + 2 * windows - 1])


@inner
def earliest_from(flat: Int64, sheet: Int64, node: int, moment: int) -> int:
    """The earliest start at a node that is not before `moment`; -1 when there is none."""
    start = max(moment, sheet[LEAST, node])
    left = sheet[WINDOW_COUNT, node]
    if left:
        at = sheet[WINDOWS, node]
        while left and start > flat[at + 1]:
            at += 2
            left -= 1
        if not left:
            return -1
        start = max(start, flat[at])
    return start if start <= sheet[MOST, node] else -1


@inner
def latest_until(flat: Int64, sheet: Int64, node: int, limit: int) -> int:
    """The latest start at a node that is not after `limit`; -1 when there is none."""
    start = min(limit, sheet[MOST, node])
    left = sheet[WINDOW_COUNT, node]
    if left:
        at = sheet[WINDOWS, node] + 2 * (left - 1)
        while left and start < flat[at]:
            at -= 2
            left -= 1
        if not left:
            return -1
        start = min(start, flat[at + 1])
    return start if start >= sheet[LEAST, node] else -1
