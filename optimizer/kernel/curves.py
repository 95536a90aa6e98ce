"""Prices of whole numbers, as the problem defines them, for the kernels. Whole cents, rounded half up once a curve."""

from __future__ import annotations

from optimizer.kernel.jit import kernel
from optimizer.kernel.packed import (
    STEP_WIDTH,
    TERM_WIDTH,
    V_CORNER_COUNT,
    V_CORNERS,
    V_LATE_AFTER,
    V_LATE_ONLY,
    V_LATE_RATE,
    V_TERM_COUNT,
    V_TERMS,
    Int64,
)


@kernel
def curve_price(flat: Int64, curve: int, value: int) -> int:
    """The price of `value` by the curve at this offset; a negative offset is no curve."""
    if curve < 0 or value <= 0:
        return 0
    per = flat[curve + 1]
    at = curve + 2 + STEP_WIDTH * (flat[curve] - 1)
    while at > curve and value <= flat[at]:
        at -= STEP_WIDTH
    if at <= curve:
        return 0
    whole = flat[at + 2] + flat[at + 1] * (value - flat[at])
    return whole if per == 1 else (2 * whole + per) // (2 * per)


@kernel
def start_price(visits: Int64, flat: Int64, visit: int, start: int) -> int:
    """What it costs that a visit starts at this moment."""
    rate = visits[visit, V_LATE_RATE]
    if rate >= 0:
        return rate * max(0, start - visits[visit, V_LATE_AFTER])
    total = 0
    at = visits[visit, V_TERMS]
    for _ in range(visits[visit, V_TERM_COUNT]):
        if flat[at] <= start < flat[at + 1]:
            if start < flat[at + 2]:
                total += curve_price(flat, flat[at + 3], flat[at + 2] - start)
            if start > flat[at + 4]:
                total += curve_price(flat, flat[at + 5], start - flat[at + 4])
        at += TERM_WIDTH
    return total


@kernel
def least_start_price(visits: Int64, flat: Int64, visit: int, start: int) -> int:
    """The least price of any start that is not before this one."""
    least = start_price(visits, flat, visit, start)
    if least and not visits[visit, V_LATE_ONLY]:
        at = visits[visit, V_CORNERS]
        for corner in range(at, at + visits[visit, V_CORNER_COUNT]):
            if flat[corner] > start:
                least = min(least, start_price(visits, flat, visit, flat[corner]))
    return least


@kernel
def lateness(visits: Int64, flat: Int64, visit: int, start: int) -> int:
    """Seconds past `late_after`, the worst over the visit's terms that price lateness."""
    if visits[visit, V_LATE_RATE] >= 0:
        return max(0, start - visits[visit, V_LATE_AFTER])
    worst = 0
    at = visits[visit, V_TERMS]
    for _ in range(visits[visit, V_TERM_COUNT]):
        if flat[at + 5] >= 0 and flat[at] <= start < flat[at + 1]:
            worst = max(worst, start - flat[at + 4])
        at += TERM_WIDTH
    return worst
