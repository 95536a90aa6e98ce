"""Every place on a route where one more visit may stand, with a bound of what it costs. Nothing is changed."""

from __future__ import annotations

from optimizer.kernel.clock import IMPOSSIBLE, NO_WAY, earliest
from optimizer.kernel.frame import IS_SIMPLE, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import R_BASE, R_BEGAN, R_PROFILE, V_PLACE, V_POINTS, Packed
from optimizer.kernel.state import AT, BUSY, COUNT, FREE, LAST, LEAST, NEXT, PAIRS, PRICE, SUMS, State
from optimizer.kernel.sums import DRIVE, METRES, POINTS, known_price
from optimizer.kernel.work import P_BEFORE, P_LAST, P_PRICE, P_ROUTE, P_START, Work, place_row


@inner
def find_places(
    problem: Packed,
    frame: Frame,
    state: State,
    work: Work,
    visit: int,
    route: int,
    soonest: int,
    limit: int,
    found: int,
) -> int:
    """Every place of the route that the route's own clock allows and whose bound is below `limit`, in `work.places`.

    `soonest` is the earliest start that partners allow. The places lie behind the `found` ones that are there already;
    the number of both is returned.
    """
    nodes, row, base = state.nodes, state.routes[route], problem.routes[route]
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    profile, end = base[R_PROFILE], count + many + route
    stop, service = problem.visits[visit, V_PLACE], problem.service[visit, route]
    visits, points, busy = row[COUNT] + 1, problem.visits[visit, V_POINTS], row[BUSY] + service
    drive = metres = 0
    if row[COUNT] > 0 or base[R_BEGAN] >= 0:
        drive, metres = row[SUMS + DRIVE] - base[R_BASE + DRIVE], row[SUMS + METRES] - base[R_BASE + METRES]
    if row[COUNT] > 0:
        points += row[SUMS + POINTS] - base[R_BASE + POINTS]
    is_fresh = row[COUNT] == 0 and base[R_BEGAN] < 0
    price_before = row[PRICE] - row[LEAST] - row[PAIRS] - problem.pair_price[visit, route]
    node = count + route
    while node != end:
        before, here = node, nodes[AT, node]
        after = nodes[NEXT, node]
        node = next_stop = after
        while next_stop != end and problem.visits[next_stop, V_PLACE] < 0:
            next_stop = nodes[NEXT, next_stop]
        there = nodes[AT, next_stop]
        way, on = 0, int(problem.seconds[profile, here, there])
        more, longer = 0, 0
        if stop >= 0:
            skipped = on
            way, on = int(problem.seconds[profile, here, stop]), int(problem.seconds[profile, stop, there])
            more = way + on - skipped
            longer = int(problem.metres[profile, here, stop]) + int(problem.metres[profile, stop, there])
            longer -= int(problem.metres[profile, here, there])
        if is_fresh:
            more = way + on
            longer += int(problem.metres[profile, here, there])
        if way >= NO_WAY or on >= NO_WAY:
            continue
        start = earliest(problem.visits, problem.flat, visit, service, max(nodes[FREE, before] + way, soonest))
        if start < 0:
            continue
        is_next = next_stop == after
        if is_next and start + service + on > nodes[LAST, after]:
            continue
        price = known_price(problem, route, drive + more, metres + longer, visits, points, busy)
        if price >= IMPOSSIBLE:
            continue
        price -= price_before
        if price >= limit:
            continue
        place = work.places[place_row(found)]
        place[P_PRICE], place[P_ROUTE], place[P_BEFORE] = price, route, before
        place[P_START] = start
        place[P_LAST] = nodes[LAST, after] - on - service if is_next else NO_WAY
        found += 1
        if frame.facts[IS_SIMPLE]:
            limit = price
    return found
