"""When one route serves its stops in a given order, and what that costs.

Whole seconds and cents. It never reorders stops and never sees another route: starts that depend on others come in as
`held` intervals. The answer stands on the sheet, in the rows that `course` names.
"""

from __future__ import annotations

from optimizer.kernel.account import DEAREST, INFEASIBLE, M_IDLE, M_LATENESS, measures_price, settle_times
from optimizer.kernel.breaks import take_breaks, tell_breaks
from optimizer.kernel.course import (
    H_IS_SHORTEST,
    H_LEAVES,
    H_PRICED_COUNT,
    H_RETURNS,
    H_ROUTE,
    H_TAKEN_COUNT,
    HEAD,
    MEASURED,
    NO_PAUSES,
    SOONEST,
    STARTS,
    TAKEN,
    lay_course,
)
from optimizer.kernel.jit import inner, kernel
from optimizer.kernel.packed import (
    MEASURES,
    R_BASE,
    R_BEGAN,
    R_OPENS,
    R_PAUSE_COUNT,
    R_SHIFT_CLOSES,
    R_SHIFT_OPENS,
    R_UNUSED_PRICE,
    Int64,
    Packed,
)
from optimizer.kernel.passes import compact, earliest_times
from optimizer.kernel.starts import finish, worst_lateness

__all__ = ["INFEASIBLE", "rest", "time_route"]


@kernel
def time_route(problem: Packed, route: int, stops: Int64, count: int, held: Int64, sheet: Int64) -> int:
    """The price of the cheapest times found for this order of stops, or `INFEASIBLE` when a hard limit forbids it.

    The first `count` of `stops` are served. `held` has the least and the latest start of each, or is `NO_HOLD`.
    """
    routes, flat = problem.routes, problem.flat
    if count == 0:
        return rest(problem, route, sheet)
    if not lay_course(problem, route, stops, count, held, sheet):
        return INFEASIBLE
    if not earliest_times(flat, sheet, routes[route, R_OPENS], TAKEN, NO_PAUSES, SOONEST):
        return INFEASIBLE
    price = price_course(problem.visits, routes, flat, sheet)
    return price if price < DEAREST else INFEASIBLE


@kernel
def rest(problem: Packed, route: int, sheet: Int64) -> int:
    """The price of the route when it serves nobody: at rest, or driving home when its day has begun. Always allowed."""
    routes, flat = problem.routes, problem.flat
    if routes[route, R_BEGAN] >= 0:
        lay_course(problem, route, sheet[STARTS], NO_PAUSES, sheet[:0], sheet)
        sheet[SOONEST, 0] = routes[route, R_OPENS]
        return price_course(problem.visits, routes, flat, sheet)
    for measure in range(MEASURES):
        sheet[MEASURED, measure] = routes[route, R_BASE + measure]
    sheet[MEASURED, M_IDLE] += max(0, routes[route, R_SHIFT_CLOSES] - routes[route, R_SHIFT_OPENS])
    sheet[STARTS, 0] = sheet[HEAD, H_LEAVES] = sheet[HEAD, H_RETURNS] = sheet[HEAD, H_TAKEN_COUNT] = 0
    price: int = measures_price(routes, flat, route, sheet) + routes[route, R_UNUSED_PRICE]
    return price


@inner
def price_course(visits: Int64, routes: Int64, flat: Int64, sheet: Int64) -> int:
    """The price of a course that is laid and whose soonest starts are known, and its measures."""
    priced, breaks = sheet[HEAD, H_PRICED_COUNT], routes[sheet[HEAD, H_ROUTE], R_PAUSE_COUNT]
    sheet[HEAD, H_TAKEN_COUNT] = 0
    if priced == 0 and breaks == 0:
        compact(routes, flat, sheet, TAKEN, NO_PAUSES, SOONEST, STARTS)
        return settle_times(routes, flat, sheet, STARTS, TAKEN, NO_PAUSES)
    if breaks:
        price = with_breaks(visits, routes, flat, sheet)
        if price >= DEAREST and priced:  # a shorter route may ask for fewer breaks
            sheet[HEAD, H_IS_SHORTEST] = 1
            price = with_breaks(visits, routes, flat, sheet)
    else:
        price = finish(visits, routes, flat, sheet, SOONEST, NO_PAUSES, STARTS)
        settle_times(routes, flat, sheet, STARTS, TAKEN, NO_PAUSES)
    sheet[MEASURED, M_LATENESS] = worst_lateness(visits, flat, sheet, STARTS)
    return price


@inner
def with_breaks(visits: Int64, routes: Int64, flat: Int64, sheet: Int64) -> int:
    price = finish(visits, routes, flat, sheet, SOONEST, NO_PAUSES, STARTS)
    price, sheet[HEAD, H_TAKEN_COUNT] = take_breaks(visits, routes, flat, sheet, price)
    tell_breaks(flat, sheet)
    return price


@kernel
def soonest_starts(problem: Packed, route: int, stops: Int64, count: int, held: Int64, sheet: Int64) -> bool:
    """The earliest starts in `SOONEST`, with the breaks that `time_route` takes; false when there are none."""
    if time_route(problem, route, stops, count, held, sheet) == INFEASIBLE:
        return False
    pauses, opens = sheet[HEAD, H_TAKEN_COUNT], problem.routes[route, R_OPENS]
    return pauses == 0 or earliest_times(problem.flat, sheet, opens, TAKEN, pauses, SOONEST)
