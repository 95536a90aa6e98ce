"""What given times of a laid course measure and cost, without what its starts do. Whole seconds and cents."""

from __future__ import annotations

from optimizer.kernel.course import (
    H_AWAY,
    H_COUNT,
    H_DRIVE,
    H_HOME,
    H_LEAVES,
    H_METRES,
    H_PAIRS,
    H_POINTS,
    H_RETURNS,
    H_ROUTE,
    HEAD,
    LEG,
    MEASURED,
    NO_PAUSES,
)
from optimizer.kernel.curves import curve_price
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import (
    CAP_WIDTH,
    PRICE_WIDTH,
    R_BASE,
    R_BEGAN,
    R_CAP_COUNT,
    R_CAPS,
    R_OPENS,
    R_PRICE_COUNT,
    R_PRICES,
    R_SHIFT_CLOSES,
    R_SHIFT_OPENS,
    R_SOFT_CLOSES,
    Int64,
)
from optimizer.kernel.passes import after_pauses, arrive_by
from optimizer.problem import Measure

M_DRIVE = int(Measure.DRIVE)
M_METRES = int(Measure.METRES)
M_WAIT = int(Measure.WAIT)
M_PAID = int(Measure.PAID)
M_LATE_RETURN = int(Measure.LATE_RETURN)
M_VISITS = int(Measure.VISITS)
M_POINTS = int(Measure.POINTS)
M_IDLE = int(Measure.IDLE)
M_LATENESS = int(Measure.LATENESS)

INFEASIBLE = 2**62
"""The price of what a hard limit forbids."""
DEAREST = 2**60
"""No sum of real prices comes near it."""
PASSED = 2**61
"""Added to the price of times that pass a cap: whatever else they cost, others are better."""


@inner
def settle_times(routes: Int64, flat: Int64, sheet: Int64, times: int, taken: int, pauses: int) -> int:
    """What these times measure, on the sheet, and its price: without the starts, and without breaks missed.

    Far dearer while a cap is passed, as a later break may mend that; who serves nobody passes none.
    """
    route, count = sheet[HEAD, H_ROUTE], sheet[HEAD, H_COUNT]
    leaves, began = routes[route, R_OPENS], routes[route, R_BEGAN]
    if began < 0:
        leaves = arrive_by(flat, sheet, taken, pauses, 0, sheet[times, 0]) - sheet[LEG, 0]
        began = leaves
    paused = unpaid = 0
    for index in range(pauses):
        at = sheet[taken + 1, index]
        paused += flat[at + 2]
        if not flat[at + 4]:
            unpaid += flat[at + 2]
    returns = sheet[times, count] + sheet[HEAD, H_HOME]
    sheet[HEAD, H_LEAVES] = leaves
    sheet[HEAD, H_RETURNS] = returns
    idle = sheet[times, count] - leaves - sheet[HEAD, H_AWAY] - paused
    free = free_wait(flat, sheet, times, leaves, taken, pauses) if pauses and routes[route, R_BEGAN] < 0 else 0
    measure(routes, sheet, began, idle, idle - free, unpaid)
    price: int = sheet[HEAD, H_PAIRS] + measures_price(routes, flat, route, sheet)
    return price + PASSED if count and passes_cap(routes, flat, route, sheet) else price


@inner
def measure(routes: Int64, sheet: Int64, began: int, idle: int, wait: int, unpaid: int) -> None:
    """Write what a route adds up to; all but lateness."""
    route, returns = sheet[HEAD, H_ROUTE], sheet[HEAD, H_RETURNS]
    opens, closes = routes[route, R_SHIFT_OPENS], routes[route, R_SHIFT_CLOSES]
    at_rest = max(0, min(closes, began) - opens) + max(0, closes - max(opens, returns))
    sheet[MEASURED, M_DRIVE] = routes[route, R_BASE + M_DRIVE] + sheet[HEAD, H_DRIVE]
    sheet[MEASURED, M_METRES] = routes[route, R_BASE + M_METRES] + sheet[HEAD, H_METRES]
    sheet[MEASURED, M_WAIT] = routes[route, R_BASE + M_WAIT] + wait
    sheet[MEASURED, M_PAID] = routes[route, R_BASE + M_PAID] + returns - began - unpaid
    late = max(0, returns - routes[route, R_SOFT_CLOSES])
    sheet[MEASURED, M_LATE_RETURN] = routes[route, R_BASE + M_LATE_RETURN] + late
    sheet[MEASURED, M_VISITS] = routes[route, R_BASE + M_VISITS] + sheet[HEAD, H_COUNT]
    sheet[MEASURED, M_POINTS] = routes[route, R_BASE + M_POINTS] + sheet[HEAD, H_POINTS]
    sheet[MEASURED, M_IDLE] = routes[route, R_BASE + M_IDLE] + idle + at_rest
    sheet[MEASURED, M_LATENESS] = 0


@inner
def free_wait(flat: Int64, sheet: Int64, times: int, leaves: int, taken: int, pauses: int) -> int:
    """Seconds between the breaks that open the day and its first stop, where they are no wait."""
    opening = -1
    for index in range(pauses):
        if sheet[taken, index] == 0:
            opening = sheet[taken + 1, index]
    if opening < 0 or sheet[HEAD, H_COUNT] == 0 or not flat[opening + 7]:
        return 0
    free: int = sheet[times, 0] - after_pauses(flat, sheet, taken, pauses, NO_PAUSES, leaves + sheet[LEG, 0])
    return free


@inner
def passes_cap(routes: Int64, flat: Int64, route: int, sheet: Int64) -> bool:
    """Do the measures on the sheet pass one of the route's caps?"""
    at = routes[route, R_CAPS]
    for _ in range(routes[route, R_CAP_COUNT]):
        if sheet[MEASURED, flat[at]] > flat[at + 1]:
            return True
        at += CAP_WIDTH
    return False


@inner
def measures_price(routes: Int64, flat: Int64, route: int, sheet: Int64) -> int:
    """What the measures on the sheet cost by the curves of the route."""
    price = 0
    at = routes[route, R_PRICES]
    for _ in range(routes[route, R_PRICE_COUNT]):
        price += curve_price(flat, flat[at + 1], sheet[MEASURED, flat[at]])
        at += PRICE_WIDTH
    return price
