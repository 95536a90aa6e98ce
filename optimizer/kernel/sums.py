"""What a route adds up to and costs, and what the worst of all routes costs. Seconds, metres, cents."""

from __future__ import annotations

from optimizer.kernel.clock import IMPOSSIBLE, LATENESS
from optimizer.kernel.curves import curve_price, lateness
from optimizer.kernel.frame import COUNTS_LATENESS, IS_REGULAR, W_ABSENT, W_PENALTY, WORST_COUNT, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import (
    CAP_WIDTH,
    F_WORST,
    MEASURES,
    PRICE_WIDTH,
    R_BASE,
    R_BEGAN,
    R_CAP_COUNT,
    R_CAPS,
    R_PRICE_COUNT,
    R_PRICES,
    R_PROFILE,
    V_GAP_COUNT,
    V_PLACE,
    V_POINTS,
    V_UNSERVED_PRICE,
    WORST_WIDTH,
    Int64,
    Packed,
)
from optimizer.kernel.state import (
    AT,
    BEGIN,
    BUSY,
    COST,
    COUNT,
    LEAST,
    LINKED,
    NEXT,
    PAIRS,
    PRICE,
    ROUTE,
    SUMS,
    T_ABSENT,
    T_LATENESS,
    T_PENALTY,
    T_PRICE,
    T_RELIEF,
    T_WORST,
    State,
)
from optimizer.kernel.work import Work
from optimizer.problem import Measure

DEAREST = IMPOSSIBLE >> 1
DRIVE = int(Measure.DRIVE)
METRES = int(Measure.METRES)
PAID = int(Measure.PAID)
VISITS = int(Measure.VISITS)
POINTS = int(Measure.POINTS)
LATE_RETURN = int(Measure.LATE_RETURN)


@inner
def known_price(problem: Packed, route: int, drive: int, metres: int, visits: int, points: int, busy: int) -> int:
    """The price of what is known before the clock is: times can only add to it. `IMPOSSIBLE` over a cap.

    The sums are of the stops alone; what the part behind has used up is added here. `busy` is service.
    """
    row, flat = problem.routes[route], problem.flat
    at = row[R_CAPS]
    for _ in range(row[R_CAP_COUNT]):
        if known_sum(row, flat[at], drive, metres, visits, points, busy) > flat[at + 1]:
            return IMPOSSIBLE
        at += CAP_WIDTH
    total = 0
    at = row[R_PRICES]
    for _ in range(row[R_PRICE_COUNT]):
        total += curve_price(flat, flat[at + 1], known_sum(row, flat[at], drive, metres, visits, points, busy))
        at += PRICE_WIDTH
    return total


@inner
def known_sum(row: Int64, measure: int, drive: int, metres: int, visits: int, points: int, busy: int) -> int:
    """The least that a measure comes to."""
    amount = 0
    if measure == DRIVE:
        amount = drive
    elif measure == METRES:
        amount = metres
    elif measure == VISITS:
        amount = visits
    elif measure == POINTS:
        amount = points
    elif measure == PAID:
        amount = drive + busy
    return row[R_BASE + measure] + amount


@inner
def walk(problem: Packed, nodes: Int64, route: int) -> tuple[int, int, int, int, int, int, int]:
    """(drive, metres, visits, points, busy, pair prices, linked visits) of the stops alone."""
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    profile, end = problem.routes[route, R_PROFILE], count + many + route
    node = nodes[NEXT, count + route]
    place = nodes[AT, count + route]
    drive = metres = visits = points = busy = pairs = linked = 0
    while True:
        to = nodes[AT, end] if node == end else problem.visits[node, V_PLACE]
        if to >= 0:
            drive += int(problem.seconds[profile, place, to])
            metres += int(problem.metres[profile, place, to])
            place = to
        if node == end:
            return drive, metres, visits, points, busy, pairs, linked
        visits += 1
        points += problem.visits[node, V_POINTS]
        busy += problem.service[node, route]
        pairs += problem.pair_price[node, route]
        if problem.visits[node, V_GAP_COUNT] > 0:
            linked += 1
        node = nodes[NEXT, node]


@inner
def unpriced_route(problem: Packed, nodes: Int64, route: int) -> int:
    """What a route that serves somebody costs without the clock; `IMPOSSIBLE` over a cap."""
    drive, metres, visits, points, busy, pairs, _ = walk(problem, nodes, route)
    price = known_price(problem, route, drive, metres, visits, points, busy)
    return price if price >= IMPOSSIBLE else price + pairs


@inner
def sum_route(problem: Packed, frame: Frame, state: State, route: int) -> bool:
    """Recount one route from its stops: everything but its version, and its price where times matter.

    False over a cap, which happens where driving past a stop takes longer than by way of it.
    """
    row, base = state.routes[route], problem.routes[route]
    drive, metres, visits, points, busy, pairs, linked = walk(problem, state.nodes, route)
    row[COUNT], row[LINKED], row[PAIRS], row[BUSY] = visits, linked, pairs, busy
    row[LEAST] = 0
    if visits == 0:
        row[PRICE] = frame.rest[route, 0]
        for measure in range(MEASURES):
            row[SUMS + measure] = frame.rest[route, 1 + measure]
        return True
    row[SUMS + DRIVE] = base[R_BASE + DRIVE] + drive
    row[SUMS + METRES] = base[R_BASE + METRES] + metres
    row[SUMS + VISITS] = base[R_BASE + VISITS] + visits
    row[SUMS + POINTS] = base[R_BASE + POINTS] + points
    if frame.facts[IS_REGULAR]:
        row[PRICE] = pairs + known_price(problem, route, drive, metres, visits, points, busy)
        return bool(row[PRICE] < DEAREST)
    return True


@inner
def sum_plan(problem: Packed, frame: Frame, state: State, work: Work) -> None:
    """The totals of the whole plan, from its routes, starts and unserved visits; and its worst values."""
    nodes, totals = state.nodes, state.totals
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    price = 0
    for route in range(many):
        price += state.routes[route, PRICE]
    if frame.facts[IS_REGULAR]:
        late = 0
        for visit in range(count):
            if nodes[ROUTE, visit] >= 0:
                price += nodes[COST, visit]
                if frame.facts[COUNTS_LATENESS]:
                    late = max(late, lateness(problem.visits, problem.flat, visit, nodes[BEGIN, visit]))
        for route in range(many):
            if state.routes[route, COUNT] > 0:
                price += nodes[COST, count + many + route]
        totals[T_LATENESS] = late
    totals[T_PRICE] = price
    count_unserved(problem, frame, state)
    find_peaks(problem, frame, state, work)
    totals[T_WORST] = worst_price(problem, frame, work)


@inner
def count_unserved(problem: Packed, frame: Frame, state: State) -> None:
    price = absent = penalty = 0
    for visit in range(problem.visits.shape[0]):
        if state.nodes[ROUTE, visit] < 0:
            price += max(0, problem.visits[visit, V_UNSERVED_PRICE])
            absent += frame.visits[visit, W_ABSENT]
            penalty += frame.visits[visit, W_PENALTY]
    state.totals[T_PRICE] += price
    state.totals[T_ABSENT] = absent
    state.totals[T_PENALTY] = penalty


@inner
def find_peaks(problem: Packed, frame: Frame, state: State, work: Work) -> None:
    """The two largest values of each measure whose worst is priced."""
    at, relief = problem.flat[F_WORST], 0
    for which in range(frame.facts[WORST_COUNT]):
        measure, includes_empty = problem.flat[at], problem.flat[at + 2]
        top = second = 0
        holder = -1
        for route in range(problem.routes.shape[0]):
            value = state.routes[route, SUMS + measure]
            used = state.routes[route, COUNT] > 0 or problem.routes[route, R_BEGAN] >= 0 or includes_empty
            if used and value > second:
                if value > top:
                    second = top
                    top = value
                    holder = route
                else:
                    second = value
        if measure == LATENESS and frame.facts[IS_REGULAR]:
            top = second = state.totals[T_LATENESS]
        less = 0
        if not frame.facts[IS_REGULAR]:  # where times are regular, a trial leaves the worst values of routes alone
            curve = problem.flat[at + 1]
            less = curve_price(problem.flat, curve, top) - curve_price(problem.flat, curve, second)
        relief += less
        peak = work.peaks[which]
        peak[0], peak[1], peak[2], peak[3] = top, holder, second, less
        at += WORST_WIDTH
    state.totals[T_RELIEF] = relief


@inner
def worst_price(problem: Packed, frame: Frame, work: Work) -> int:
    total = 0
    at = problem.flat[F_WORST]
    for which in range(frame.facts[WORST_COUNT]):
        total += curve_price(problem.flat, problem.flat[at + 1], work.peaks[which, 0])
        at += WORST_WIDTH
    return total
