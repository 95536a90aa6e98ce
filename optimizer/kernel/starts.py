"""What given times of a laid course cost, and better ones: no needless waiting, starts pulled to their wishes.

Whole seconds and cents. The two moves that a person would make are made here: leave later instead of waiting, and
start nearer to what was wished when that is cheaper. Breaks are given.
"""

from __future__ import annotations

from optimizer.kernel.account import DEAREST, settle_times
from optimizer.kernel.course import (
    COSTS,
    H_COUNT,
    H_IS_SHORTEST,
    H_PRICED_COUNT,
    HEAD,
    LATEST,
    PRICED,
    STOP,
    TRIAL,
    TRIAL_COSTS,
    TRIED,
    earliest_from,
    latest_until,
)
from optimizer.kernel.curves import lateness, least_start_price, start_price
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import F_COUNTS_LATENESS, V_MOMENT_COUNT, V_MOMENTS, Int64
from optimizer.kernel.passes import compact, latest_times, pull, push, straight_home

_SWEEPS = 3


@inner
def finish(visits: Int64, routes: Int64, flat: Int64, sheet: Int64, early: int, pauses: int, into: int) -> int:
    """The price of the best times found from the earliest ones, with the breaks in `TRIED`. Leaves no measures."""
    compact(routes, flat, sheet, TRIED, pauses, early, into)
    if sheet[HEAD, H_PRICED_COUNT] == 0:
        return settle_times(routes, flat, sheet, into, TRIED, pauses)
    cost = cost_starts(visits, flat, sheet, into, COSTS)
    price = cost + settle_times(routes, flat, sheet, into, TRIED, pauses)
    if sheet[HEAD, H_IS_SHORTEST] or (price < DEAREST and cost == least_starts_price(visits, flat, sheet, early)):
        return price
    other = cost_starts(visits, flat, sheet, early, TRIAL_COSTS) + settle_times(
        routes, flat, sheet, early, TRIED, pauses
    )
    if other < price:
        price = other
        copy_times(sheet, early, into)
        copy_times(sheet, TRIAL_COSTS, COSTS)
    return wish(visits, routes, flat, sheet, early, pauses, into, price)


@inner
def wish(
    visits: Int64, routes: Int64, flat: Int64, sheet: Int64, early: int, pauses: int, into: int, price: int
) -> int:
    """Pull starts to where they cost less, one after the other, as long as the route gains by it."""
    latest_times(flat, sheet, TRIED, pauses, LATEST)
    for _ in range(_SWEEPS):
        before = price
        for index in range(sheet[HEAD, H_PRICED_COUNT]):
            if sheet[COSTS, index] == 0:
                continue
            node = sheet[PRICED, index]
            stop = sheet[STOP, node]
            price = move(visits, routes, flat, sheet, pauses, into, price, node, sheet[early, node])
            at = visits[stop, V_MOMENTS]
            for moment in range(at, at + visits[stop, V_MOMENT_COUNT]):
                start = nearest(flat, sheet, node, sheet[early, node], flat[moment])
                price = move(visits, routes, flat, sheet, pauses, into, price, node, start)
        if price == before:
            break
    return price


@inner
def nearest(flat: Int64, sheet: Int64, node: int, soonest: int, moment: int) -> int:
    """The start a node can have that is nearest after a moment, or the last one before it when there is none."""
    latest = sheet[LATEST, node]
    moment = min(max(moment, soonest), latest)
    start = earliest_from(flat, sheet, node, moment)
    return start if start <= latest else latest_until(flat, sheet, node, moment)


@inner
def move(
    visits: Int64, routes: Int64, flat: Int64, sheet: Int64, pauses: int, into: int, price: int, node: int, start: int
) -> int:
    """One node moved to another start, and others where they must, if the route gains by it."""
    now = sheet[into, node]
    if start == now:
        return price
    copy_times(sheet, into, TRIAL)
    sheet[TRIAL, node] = start
    if start > now:
        is_possible = push(flat, sheet, TRIED, pauses, TRIAL, node)
    else:
        is_possible = pull(flat, sheet, TRIED, pauses, TRIAL, node)
    if not (is_possible and straight_home(flat, sheet, TRIED, pauses, TRIAL)):
        return price
    other = cost_moved(visits, flat, sheet, into) + settle_times(routes, flat, sheet, TRIAL, TRIED, pauses)
    if other >= price:
        return price
    copy_times(sheet, TRIAL, into)
    copy_times(sheet, TRIAL_COSTS, COSTS)
    return other


@inner
def cost_moved(visits: Int64, flat: Int64, sheet: Int64, times: int) -> int:
    """What the starts in `TRIAL` cost; those that are as in `times` cost what they did."""
    total = 0
    for index in range(sheet[HEAD, H_PRICED_COUNT]):
        node = sheet[PRICED, index]
        cost = sheet[COSTS, index]
        if sheet[TRIAL, node] != sheet[times, node]:
            cost = start_price(visits, flat, sheet[STOP, node], sheet[TRIAL, node])
        sheet[TRIAL_COSTS, index] = cost
        total += cost
    return total


@inner
def cost_starts(visits: Int64, flat: Int64, sheet: Int64, times: int, into: int) -> int:
    """What the starts cost, each one on the sheet and all together."""
    total = 0
    for index in range(sheet[HEAD, H_PRICED_COUNT]):
        node = sheet[PRICED, index]
        cost = start_price(visits, flat, sheet[STOP, node], sheet[times, node])
        sheet[into, index] = cost
        total += cost
    return total


@inner
def copy_times(sheet: Int64, times: int, into: int) -> None:
    for node in range(sheet[HEAD, H_COUNT] + 1):
        sheet[into, node] = sheet[times, node]


@inner
def least_starts_price(visits: Int64, flat: Int64, sheet: Int64, times: int) -> int:
    """What the starts cost at least when none is before these."""
    total = 0
    for index in range(sheet[HEAD, H_PRICED_COUNT]):
        node = sheet[PRICED, index]
        total += least_start_price(visits, flat, sheet[STOP, node], sheet[times, node])
    return total


@inner
def worst_lateness(visits: Int64, flat: Int64, sheet: Int64, times: int) -> int:
    """The worst of all stops, where the problem asks for it; else 0."""
    worst = 0
    if not flat[F_COUNTS_LATENESS]:
        return worst
    for index in range(sheet[HEAD, H_PRICED_COUNT]):
        node = sheet[PRICED, index]
        worst = max(worst, lateness(visits, flat, sheet[STOP, node], sheet[times, node]))
    return worst
