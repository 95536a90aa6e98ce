"""Passes over a laid course that choose times for it: as early, as late or as near as they can be, breaks included.

Seconds. A pass writes one start per node into a row of the sheet. Knows no prices.

Source: Savelsbergh (1992), "The Vehicle Routing Problem with Time Windows: Minimizing Route Duration", ORSA
Journal on Computing 4(2): earliest starts forward, then leaving as late as the schedule allows.
"""

from __future__ import annotations

from optimizer.kernel.course import H_COUNT, H_ROUTE, HEAD, LEG, MOST, SPENT, earliest_from, latest_until
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import R_BEGAN, Int64


@inner
def after_pauses(flat: Int64, sheet: Int64, taken: int, pauses: int, node: int, clock: int) -> int:
    """When one is free at a node reached at `clock`; -1 when a break taken there comes too late."""
    for index in range(pauses):
        if sheet[taken, index] == node:
            at = sheet[taken + 1, index]
            clock = max(clock, flat[at])
            if clock > flat[at + 1]:
                return -1
            clock += flat[at + 2]
    return clock


@inner
def arrive_by(flat: Int64, sheet: Int64, taken: int, pauses: int, node: int, start: int) -> int:
    """The latest arrival at a node that still leaves time for its breaks."""
    for index in range(pauses - 1, -1, -1):
        if sheet[taken, index] == node:
            at = sheet[taken + 1, index]
            start = min(start - flat[at + 2], flat[at + 1])
    return start


@inner
def earliest_times(flat: Int64, sheet: Int64, leaves: int, taken: int, pauses: int, into: int) -> bool:
    """Serve every node as early as its windows and breaks allow; false when one cannot be served."""
    count = sheet[HEAD, H_COUNT]
    clock = leaves
    for node in range(count + 1):
        clock += sheet[LEG, node]
        if pauses:
            clock = after_pauses(flat, sheet, taken, pauses, node, clock)
            if clock < 0:
                return False
        clock = earliest_from(flat, sheet, node, clock)
        if clock < 0:
            return False
        sheet[into, node] = clock
        clock += sheet[SPENT, node]
    return True


@inner
def latest_times(flat: Int64, sheet: Int64, taken: int, pauses: int, into: int) -> None:
    """The latest start of every node that still lets those after it be in time; for a course that has earliest ones."""
    count = sheet[HEAD, H_COUNT]
    limit = sheet[into, count] = sheet[MOST, count]
    for node in range(count - 1, -1, -1):
        limit = arrive_by(flat, sheet, taken, pauses, node + 1, limit)
        limit = latest_until(flat, sheet, node, limit - sheet[LEG, node + 1] - sheet[SPENT, node])
        sheet[into, node] = limit


@inner
def compact(routes: Int64, flat: Int64, sheet: Int64, taken: int, pauses: int, early: int, into: int) -> None:
    """The same end, every stop as late as it can be: what waiting is left could not be avoided.

    A day that has begun gains nothing by it: its starts stay as they are.
    """
    count = sheet[HEAD, H_COUNT]
    if routes[sheet[HEAD, H_ROUTE], R_BEGAN] >= 0:
        for node in range(count + 1):
            sheet[into, node] = sheet[early, node]
        return
    limit = sheet[into, count] = sheet[early, count]
    for node in range(count - 1, -1, -1):
        if pauses:
            limit = arrive_by(flat, sheet, taken, pauses, node + 1, limit)
        limit = latest_until(flat, sheet, node, limit - sheet[LEG, node + 1] - sheet[SPENT, node])
        sheet[into, node] = limit


@inner
def pull(flat: Int64, sheet: Int64, taken: int, pauses: int, times: int, node: int) -> bool:
    """A node has moved to the front: those before give way where they must; false when they cannot."""
    for before in range(node - 1, -1, -1):
        limit = arrive_by(flat, sheet, taken, pauses, before + 1, sheet[times, before + 1])
        limit -= sheet[LEG, before + 1] + sheet[SPENT, before]
        if sheet[times, before] <= limit:
            return True
        limit = latest_until(flat, sheet, before, limit)
        if limit < 0:
            return False
        sheet[times, before] = limit
    return True


@inner
def push(flat: Int64, sheet: Int64, taken: int, pauses: int, times: int, node: int) -> bool:
    """A node has moved to the back: those after give way where they must; false when they cannot."""
    count = sheet[HEAD, H_COUNT]
    for after in range(node + 1, count + 1):
        clock = sheet[times, after - 1] + sheet[SPENT, after - 1] + sheet[LEG, after]
        clock = after_pauses(flat, sheet, taken, pauses, after, clock)
        if clock < 0:
            return False
        if clock <= sheet[times, after]:
            return True
        clock = earliest_from(flat, sheet, after, clock)
        if clock < 0:
            return False
        sheet[times, after] = clock
    return True


@inner
def straight_home(flat: Int64, sheet: Int64, taken: int, pauses: int, times: int) -> bool:
    """Drive home as soon as the last stop is done; false when a break after it comes too late."""
    count = sheet[HEAD, H_COUNT]
    clock = sheet[times, count - 1] + sheet[SPENT, count - 1]
    clock = after_pauses(flat, sheet, taken, pauses, count, clock)
    sheet[times, count] = clock
    return clock >= 0
