"""Earliest and latest starts: along one route, and through the gaps that link routes. Whole seconds.

The starts of a whole plan are the least ones that respect driving, windows and gaps: every rule only ever pushes a
start later, so going on until nothing moves gives them (the least fixpoint of a monotone system), and no plan with
the same orders starts any visit earlier.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from optimizer.kernel.curves import curve_price, lateness, least_start_price
from optimizer.kernel.frame import COUNTS_LATENESS, IS_REGULAR, LONGEST_CASCADE, Frame
from optimizer.kernel.jit import inner, number
from optimizer.kernel.packed import (
    F_WORST,
    F_WORST_COUNT,
    GAP_WIDTH,
    PRICE_WIDTH,
    R_CLOSES,
    R_OPENS,
    R_PRICE_COUNT,
    R_PRICES,
    R_PROFILE,
    R_SOFT_CLOSES,
    V_GAP_COUNT,
    V_GAPS,
    V_LATEST_END,
    V_PLACE,
    V_TERM_COUNT,
    V_WINDOW_COUNT,
    V_WINDOWS,
    WINDOW_WIDTH,
    WORST_WIDTH,
    Int64,
    Packed,
)
from optimizer.kernel.state import AT, BEGIN, COST, FLOOR, FREE, LAST, LOW, NEXT, PREV, ROUTE
from optimizer.kernel.work import (
    C_CHANGED,
    C_QUEUED,
    C_TICK,
    C_WORST_LATE,
    L_BEGIN,
    L_CHANGED,
    L_COST,
    L_QUEUE_MOMENT,
    L_QUEUE_NODE,
    L_STAMP,
    Work,
)
from optimizer.problem import Measure

IMPOSSIBLE = cast(int, np.int64(1 << 60))  # no literal, for which every kernel it is handed would be compiled anew
"""No price: the change breaks a hard limit."""
NOBODY = number(-1)
NOTHING = number(0)
NO_WAY = 2**31 - 1
_MOST_LAPS = 2
"""So often may a visit that was put in be pushed by those before it; routes that wait for each other go on for ever."""
LATENESS = int(Measure.LATENESS)
_LATE_RETURN = int(Measure.LATE_RETURN)


@inner
def earliest(visits: Int64, flat: Int64, visit: int, service: int, moment: int) -> int:
    """The earliest start that is not before `moment`; -1 when there is none."""
    at = visits[visit, V_WINDOWS]
    last = visits[visit, V_LATEST_END] - service
    for _ in range(visits[visit, V_WINDOW_COUNT]):
        if moment <= flat[at + 1]:
            start = max(moment, flat[at])
            return start if start <= last else -1
        at += WINDOW_WIDTH
    return -1


@inner
def latest(visits: Int64, flat: Int64, visit: int, service: int, moment: int) -> int:
    """The latest start that is not after `moment`; -1 when there is none."""
    limit = min(moment, visits[visit, V_LATEST_END] - service)
    first = visits[visit, V_WINDOWS]
    at = first + WINDOW_WIDTH * (visits[visit, V_WINDOW_COUNT] - 1)
    while at >= first:
        if flat[at] <= limit:
            return min(limit, flat[at + 1])
        at -= WINDOW_WIDTH
    return -1


@inner
def late_return_price(problem: Packed, route: int, returns: int) -> int:
    """What it costs to come home at this moment, where a late return is priced."""
    row = problem.routes[route]
    late = returns - row[R_SOFT_CLOSES]
    total = 0
    if late > 0:
        at = row[R_PRICES]
        for _ in range(row[R_PRICE_COUNT]):
            if problem.flat[at] == _LATE_RETURN:
                total += curve_price(problem.flat, problem.flat[at + 1], late)
            at += PRICE_WIDTH
    return total


@inner
def forward(problem: Packed, frame: Frame, nodes: Int64, route: int) -> bool:
    """The earliest starts of one route, from its beginning, not before what links allow. False when it cannot be."""
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    profile = problem.routes[route, R_PROFILE]
    costs = COST if frame.facts[IS_REGULAR] else FLOOR
    node, end = count + route, count + many + route
    place, clock = nodes[AT, node], problem.routes[route, R_OPENS]
    nodes[BEGIN, node] = nodes[FREE, node] = clock
    node = nodes[NEXT, node]
    while node != end:
        to = problem.visits[node, V_PLACE]
        if to >= 0:
            way = int(problem.seconds[profile, place, to])
            if way >= NO_WAY:
                return False
            clock += way
            place = to
        service = problem.service[node, route]
        start = earliest(problem.visits, problem.flat, node, service, max(clock, nodes[LOW, node]))
        if start < 0:
            return False
        nodes[BEGIN, node] = start
        nodes[AT, node] = place
        clock = start + service
        nodes[FREE, node] = clock
        if problem.visits[node, V_TERM_COUNT]:
            nodes[costs, node] = least_start_price(problem.visits, problem.flat, node, start)
        node = nodes[NEXT, node]
    way = int(problem.seconds[profile, place, nodes[AT, end]])
    clock += way
    nodes[BEGIN, end] = clock
    nodes[costs, end] = late_return_price(problem, route, clock)
    if nodes[PREV, end] >= count:  # serving nobody has a price of its own, and breaks no limit
        nodes[BEGIN, end] = nodes[costs, end] = 0
        return True
    return way < NO_WAY and clock <= problem.routes[route, R_CLOSES]


@inner
def backward(problem: Packed, nodes: Int64, route: int) -> None:
    """The latest starts of one route, whatever other routes do."""
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    profile = problem.routes[route, R_PROFILE]
    end = count + many + route
    limit = problem.routes[route, R_CLOSES]
    nodes[LAST, end] = limit
    node, to = nodes[PREV, end], nodes[AT, end]
    while node >= 0 and node < count:
        service = problem.service[node, route]
        if to >= 0:  # one drives on after a remote visit, from wherever it was
            limit -= int(problem.seconds[profile, nodes[AT, node], to])
        to = problem.visits[node, V_PLACE]
        limit = latest(problem.visits, problem.flat, node, service, limit - service)
        nodes[LAST, node] = limit
        node = nodes[PREV, node]


@inner
def push_partners(problem: Packed, nodes: Int64, work: Work, visit: int, start: int) -> None:
    """Queue every served partner that this start of `visit` makes start later."""
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        partner = problem.flat[at]
        if nodes[ROUTE, partner] >= 0 and start + problem.flat[at + 1] > tentative(nodes, work, partner):
            queue(work, partner, start + problem.flat[at + 1])
        at += GAP_WIDTH


@inner
def tentative(nodes: Int64, work: Work, node: int) -> int:
    """The start of a node, with the change that is being tried."""
    return work.lines[L_BEGIN, node] if work.lines[L_STAMP, node] == work.cells[C_TICK] else nodes[BEGIN, node]


@inner
def queue(work: Work, node: int, moment: int) -> None:
    at = work.cells[C_QUEUED]
    if at < work.lines.shape[1]:
        work.lines[L_QUEUE_NODE, at] = node
        work.lines[L_QUEUE_MOMENT, at] = moment
    work.cells[C_QUEUED] = at + 1


@inner
def begin_trial(work: Work, worst_late: int) -> None:
    work.cells[C_TICK] += 1
    work.cells[C_QUEUED] = 0
    work.cells[C_CHANGED] = 0
    work.cells[C_WORST_LATE] = worst_late


@inner
def cascade(problem: Packed, frame: Frame, nodes: Int64, work: Work, limit: int) -> int:
    """Let everything that is queued start later, and whatever follows from it, in every route.

    What the starts then cost more (at least, where times are not regular), with the worst lateness. `IMPOSSIBLE` when
    a hard limit is broken, when nothing ever settles (routes wait for each other), or once it costs `limit` or more.
    The new starts stay in `work`.
    """
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    costs = COST if frame.facts[IS_REGULAR] else FLOOR
    counts_lateness = frame.facts[IS_REGULAR] == 1 and frame.facts[COUNTS_LATENESS] == 1
    tick, difference, done, steps, laps = work.cells[C_TICK], 0, 0, 0, 0
    was_worst = worst_lateness_price(problem, work.cells[C_WORST_LATE]) if counts_lateness else 0
    while done < work.cells[C_QUEUED]:
        if work.cells[C_QUEUED] > work.lines.shape[1]:
            return IMPOSSIBLE
        node, moment = take_soonest(work, done)
        done += 1
        route = nodes[ROUTE, node]
        profile, end = problem.routes[route, R_PROFILE], count + many + route
        place = nodes[AT, node]
        walks = False
        elsewhere = False  # a remote visit now happens elsewhere, so what follows must be looked at in any case
        while True:
            steps += 1
            if steps > frame.facts[LONGEST_CASCADE]:
                return IMPOSSIBLE
            known = work.lines[L_STAMP, node] == tick
            before = work.lines[L_BEGIN, node] if known else nodes[BEGIN, node]
            if node == end:
                if moment > before:
                    if moment > problem.routes[route, R_CLOSES]:
                        return IMPOSSIBLE
                    price = late_return_price(problem, route, moment)
                    difference += price - (work.lines[L_COST, node] if known else nodes[costs, node])
                    if difference >= limit:
                        return IMPOSSIBLE
                    work.lines[L_COST, node] = price
                    mark(work, node, moment)
                break
            start = before
            if moment > before:
                if walks and known and nodes[BEGIN, node] < 0:  # what was put in has come to push itself
                    laps += 1
                    if laps > _MOST_LAPS:
                        return IMPOSSIBLE
                start = earliest(problem.visits, problem.flat, node, problem.service[node, route], moment)
                if start < 0 or (start > nodes[LAST, node] and nodes[BEGIN, node] >= 0 and not elsewhere):
                    return IMPOSSIBLE
            if start > before:
                if problem.visits[node, V_TERM_COUNT]:
                    price = least_start_price(problem.visits, problem.flat, node, start)
                    difference += price - (work.lines[L_COST, node] if known else nodes[costs, node])
                    work.lines[L_COST, node] = price
                    if counts_lateness:
                        late = lateness(problem.visits, problem.flat, node, start)
                        if late > work.cells[C_WORST_LATE]:
                            worst = worst_lateness_price(problem, late)
                            difference += worst - was_worst
                            was_worst = worst
                            work.cells[C_WORST_LATE] = late
                    if difference >= limit:
                        return IMPOSSIBLE
                else:
                    work.lines[L_COST, node] = 0
                mark(work, node, start)
                if problem.visits[node, V_GAP_COUNT]:
                    push_partners(problem, nodes, work, node, start)
            elif not elsewhere:
                break
            walks = True
            moment = start + problem.service[node, route]
            node = nodes[NEXT, node]
            to = nodes[AT, node] if node == end else problem.visits[node, V_PLACE]
            elsewhere = to < 0 and nodes[AT, node] != place
            if to >= 0:
                way = int(problem.seconds[profile, place, to])
                if way >= NO_WAY:
                    return IMPOSSIBLE
                moment += way
                place = to
    return difference


@inner
def take_soonest(work: Work, done: int) -> tuple[int, int]:
    """Of what is queued from `done` on, what comes first, moved to the front: so few are moved twice."""
    nodes, moments = work.lines[L_QUEUE_NODE], work.lines[L_QUEUE_MOMENT]
    chosen = done
    for index in range(done + 1, work.cells[C_QUEUED]):
        if moments[index] < moments[chosen]:
            chosen = index
    node, moment = nodes[chosen], moments[chosen]
    nodes[chosen], moments[chosen] = nodes[done], moments[done]
    return node, moment


@inner
def worst_lateness_price(problem: Packed, late: int) -> int:
    """What the worst lateness of all visits costs."""
    total = 0
    at = problem.flat[F_WORST]
    for _ in range(problem.flat[F_WORST_COUNT]):
        if problem.flat[at] == LATENESS:
            total += curve_price(problem.flat, problem.flat[at + 1], late)
        at += WORST_WIDTH
    return total


@inner
def mark(work: Work, node: int, start: int) -> None:
    if work.lines[L_STAMP, node] != work.cells[C_TICK]:
        work.lines[L_STAMP, node] = work.cells[C_TICK]
        work.lines[L_CHANGED, work.cells[C_CHANGED]] = node
        work.cells[C_CHANGED] += 1
    work.lines[L_BEGIN, node] = start
