"""Breaks of one route: each that its length asks for is placed where it delays least, or its price is paid.

Whole seconds and cents. Greedy in the route's order of breaks; the stops keep their order.
"""

from __future__ import annotations

from optimizer.kernel.account import INFEASIBLE, settle_times
from optimizer.kernel.course import (
    DECIDED,
    EARLY,
    H_COUNT,
    H_LEAVES,
    H_RETURNS,
    H_ROUTE,
    H_TAKEN_COUNT,
    HEAD,
    LEG,
    NO_PAUSES,
    OPTION,
    SOONEST,
    SPENT,
    STARTS,
    TAKEN,
    TAKEN_AT,
    TAKEN_STARTS,
    TRIAL_COSTS,
    TRIED,
    TRIED_AT,
)
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import PAUSE_WIDTH, R_BEGAN, R_OPENS, R_PAUSE_COUNT, R_PAUSES, Int64
from optimizer.kernel.passes import earliest_times
from optimizer.kernel.starts import copy_times, cost_starts, finish
from optimizer.problem import NEVER


@inner
def take_breaks(visits: Int64, routes: Int64, flat: Int64, sheet: Int64, price: int) -> tuple[int, int]:
    """(price, breaks taken) of the times in `STARTS` with every break that their length asks for."""
    route, is_resting = sheet[HEAD, H_ROUTE], sheet[HEAD, H_COUNT] == 0
    pauses = NO_PAUSES
    for which in range(routes[route, R_PAUSE_COUNT]):
        sheet[DECIDED, which] = 0
    settle_times(routes, flat, sheet, STARTS, TAKEN, pauses)
    which = next_due(routes, flat, sheet)
    while which >= 0:
        sheet[DECIDED, which] = 1
        at = routes[route, R_PAUSES] + PAUSE_WIDTH * which
        missed = flat[at + 5]
        is_hard = missed >= NEVER and not is_resting
        if missed == NEVER:
            missed = 0  # as it is for who serves nobody
        option = place(visits, routes, flat, sheet, at, pauses)
        if option < INFEASIBLE and (is_hard or option <= price + missed):
            price = option
            pauses += 1
            keep_break(sheet, pauses)
        elif is_hard:
            return INFEASIBLE, NO_PAUSES
        settle_times(routes, flat, sheet, STARTS, TAKEN, pauses)
        which = next_due(routes, flat, sheet)
    return price + all_missed(routes, flat, sheet, pauses), pauses


@inner
def all_missed(routes: Int64, flat: Int64, sheet: Int64, pauses: int) -> int:
    """What breaks cost that the route's length asks for and nobody takes, now that all is decided."""
    route = sheet[HEAD, H_ROUTE]
    price = 0
    for which in range(routes[route, R_PAUSE_COUNT]):
        at = routes[route, R_PAUSES] + PAUSE_WIDTH * which
        is_missed = span(routes, sheet) > flat[at + 3] and flat[at + 5] != NEVER
        for index in range(pauses):
            if sheet[TAKEN_AT, index] == at:
                is_missed = False
        price += flat[at + 5] if is_missed else 0
    return price


@inner
def next_due(routes: Int64, flat: Int64, sheet: Int64) -> int:
    """The first break not yet decided that is needed by a route of this length; -1 when there is none."""
    route = sheet[HEAD, H_ROUTE]
    for which in range(routes[route, R_PAUSE_COUNT]):
        if not sheet[DECIDED, which] and span(routes, sheet) > flat[routes[route, R_PAUSES] + PAUSE_WIDTH * which + 3]:
            return which
    return -1


@inner
def span(routes: Int64, sheet: Int64) -> int:
    """Seconds from leaving to returning of the times last settled."""
    began = routes[sheet[HEAD, H_ROUTE], R_BEGAN]
    seconds: int = sheet[HEAD, H_RETURNS] - (sheet[HEAD, H_LEAVES] if began < 0 else began)
    return seconds


@inner
def place(visits: Int64, routes: Int64, flat: Int64, sheet: Int64, pause: int, pauses: int) -> int:
    """The price with one more break, at the node where it delays the route least; times in `OPTION`.

    Nodes worth trying: from the last one reached before the break may begin, while it may still begin.
    """
    leaves = routes[sheet[HEAD, H_ROUTE], R_OPENS]
    best = best_price = best_end = -1
    last = last_node(flat, sheet, pause, leaves)
    if flat[pause + 6]:
        last = min(last, sheet[HEAD, H_COUNT] - 1)
    for node in range(first_node(flat, sheet, pause, last), last + 1):
        try_at(flat, sheet, pause, pauses, node)
        if not earliest_times(flat, sheet, leaves, TRIED, pauses + 1, EARLY):
            continue
        price, end = cost_starts(visits, flat, sheet, EARLY, TRIAL_COSTS), sheet[EARLY, sheet[HEAD, H_COUNT]]
        if best < 0 or price < best_price or (price == best_price and end < best_end):
            best, best_price, best_end = node, price, end
    if best < 0:
        return INFEASIBLE
    try_at(flat, sheet, pause, pauses, best)
    earliest_times(flat, sheet, leaves, TRIED, pauses + 1, EARLY)
    return finish(visits, routes, flat, sheet, EARLY, pauses + 1, OPTION)


@inner
def last_node(flat: Int64, sheet: Int64, pause: int, leaves: int) -> int:
    """The last node reached before the break may no longer begin, or -1."""
    clock = leaves
    for node in range(sheet[HEAD, H_COUNT] + 1):
        if clock + sheet[LEG, node] > flat[pause + 1]:
            return node - 1
        clock = sheet[SOONEST, node] + sheet[SPENT, node]
    return int(sheet[HEAD, H_COUNT])


@inner
def first_node(flat: Int64, sheet: Int64, pause: int, last: int) -> int:
    """The last node reached before the break may begin, or 0."""
    for node in range(last, 0, -1):
        if sheet[SOONEST, node - 1] + sheet[SPENT, node - 1] + sheet[LEG, node] <= flat[pause]:
            return node
    return 0


@inner
def try_at(flat: Int64, sheet: Int64, pause: int, pauses: int, node: int) -> None:
    """The breaks taken and one more, in the order they are taken: by node, opening, and the route's own order."""
    index = pauses
    while index > 0:
        before, other = sheet[TAKEN, index - 1], sheet[TAKEN_AT, index - 1]
        if before < node or (before == node and (flat[other], other) < (flat[pause], pause)):
            break
        sheet[TRIED, index] = before
        sheet[TRIED_AT, index] = other
        index -= 1
    sheet[TRIED, index] = node
    sheet[TRIED_AT, index] = pause
    for earlier in range(index):
        sheet[TRIED, earlier] = sheet[TAKEN, earlier]
        sheet[TRIED_AT, earlier] = sheet[TAKEN_AT, earlier]


@inner
def keep_break(sheet: Int64, pauses: int) -> None:
    copy_times(sheet, OPTION, STARTS)
    for index in range(pauses):
        sheet[TAKEN, index] = sheet[TRIED, index]
        sheet[TAKEN_AT, index] = sheet[TRIED_AT, index]


@inner
def tell_breaks(flat: Int64, sheet: Int64) -> None:
    """When every break taken starts: as soon as one is there and it may begin."""
    clock, node = 0, -1
    for index in range(sheet[HEAD, H_TAKEN_COUNT]):
        before, at = sheet[TAKEN, index], sheet[TAKEN_AT, index]
        if before != node:
            node = before
            clock = sheet[STARTS, node - 1] + sheet[SPENT, node - 1] if node else sheet[HEAD, H_LEAVES]
            clock += sheet[LEG, node]
        clock = max(clock, flat[at])
        sheet[TAKEN_STARTS, index] = clock
        clock += flat[at + 2]
