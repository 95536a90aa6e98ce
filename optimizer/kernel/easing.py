"""After stops were taken out of a plan with links: every start that may now be earlier, through all routes.

Only what hangs on a change is looked at: a start can fall only when all that holds it where it is falls. So we go
from the stops that have lost what was before them along everything that is held exactly there, put those to the
earliest that the others allow, and let them push each other until nothing moves. Whole seconds.

Source: Ramalingam & Reps (1996), "An Incremental Algorithm for a Generalization of the Shortest-Path Problem",
Journal of Algorithms 21(2): affected vertices first, then their values; ours takes in a few too many.
"""

from __future__ import annotations

from optimizer.kernel.clock import (
    IMPOSSIBLE,
    NO_WAY,
    NOTHING,
    begin_trial,
    cascade,
    earliest,
    late_return_price,
    push_partners,
    queue,
)
from optimizer.kernel.curves import least_start_price
from optimizer.kernel.exact import affect
from optimizer.kernel.frame import IS_REGULAR, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import (
    GAP_WIDTH,
    R_CLOSES,
    R_OPENS,
    R_PROFILE,
    V_GAP_COUNT,
    V_GAPS,
    V_PLACE,
    V_TERM_COUNT,
    Int64,
    Packed,
)
from optimizer.kernel.state import AT, BEGIN, COST, COUNT, FLOOR, FREE, LOW, NEXT, ROUTE, State
from optimizer.kernel.work import (
    C_AFFECTED,
    C_EASED,
    C_LOOSE,
    C_TICK,
    L_AFFECTED,
    L_DIRTY,
    L_EASED,
    L_EASED_STAMP,
    L_LOOSE,
    Work,
)
from optimizer.problem import NEVER


@inner
def ease(problem: Packed, frame: Frame, state: State, work: Work) -> bool:
    """Starts of the whole plan after the stops in `L_LOOSE` have gone from the routes marked dirty.

    The routes that are touched are listed as affected. False when the plan cannot be timed.
    """
    nodes = state.nodes
    find_eased(problem, state, work)
    work.cells[C_AFFECTED] = 0
    for which in range(work.cells[C_EASED]):
        affect(work, nodes[ROUTE, work.lines[L_EASED, which]])
    mark = work.cells[C_TICK]
    begin_trial(work, NOTHING)
    for which in range(work.cells[C_AFFECTED]):
        if not start_over(problem, frame, state, work, work.lines[L_AFFECTED, which], mark):
            return False
    for which in range(work.cells[C_EASED]):
        node = work.lines[L_EASED, which]
        if node < problem.visits.shape[0] and problem.visits[node, V_GAP_COUNT]:
            nodes[LOW, node] = nodes[BEGIN, node]
            push_partners(problem, nodes, work, node, nodes[BEGIN, node])
    return cascade(problem, frame, nodes, work, IMPOSSIBLE) < IMPOSSIBLE


@inner
def find_eased(problem: Packed, state: State, work: Work) -> None:
    """List every node that may start earlier, or whose start is not known yet."""
    nodes, count = state.nodes, problem.visits.shape[0]
    work.cells[C_TICK] += 1
    work.cells[C_EASED] = 0
    for index in range(work.cells[C_LOOSE]):
        node = work.lines[L_LOOSE, index]
        if nodes[ROUTE, node] >= 0:
            add(work, node)
        else:
            add_partners(problem, nodes, work, node, -NEVER)
    for route in range(problem.routes.shape[0]):
        if work.lines[L_DIRTY, route]:
            node = nodes[NEXT, count + route]
            while node < count:
                if nodes[BEGIN, node] < 0:
                    add(work, node)
                node = nodes[NEXT, node]
            add(work, node)
    done = 0
    while done < work.cells[C_EASED]:
        node = work.lines[L_EASED, done]
        done += 1
        if node < count:
            if holds_next(problem, nodes, node):
                add(work, nodes[NEXT, node])
            add_partners(problem, nodes, work, node, nodes[BEGIN, node])


@inner
def add(work: Work, node: int) -> None:
    if work.lines[L_EASED_STAMP, node] != work.cells[C_TICK]:
        work.lines[L_EASED_STAMP, node] = work.cells[C_TICK]
        work.lines[L_EASED, work.cells[C_EASED]] = node
        work.cells[C_EASED] += 1


@inner
def add_partners(problem: Packed, nodes: Int64, work: Work, visit: int, start: int) -> None:
    """Served partners that this start of `visit` holds where they are; before any start, all of them."""
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        partner = problem.flat[at]
        if nodes[ROUTE, partner] >= 0:
            soonest = start + problem.flat[at + 1]
            if start < 0 or reaches(problem, nodes, partner, soonest):
                add(work, partner)
        at += GAP_WIDTH


@inner
def holds_next(problem: Packed, nodes: Int64, node: int) -> bool:
    """Is what follows as early as this stop lets it be? Around remote visits, where one is may change: then too."""
    after, route = nodes[NEXT, node], nodes[ROUTE, node]
    if after >= problem.visits.shape[0] or nodes[BEGIN, node] < 0:
        return True
    if problem.visits[node, V_PLACE] < 0 or problem.visits[after, V_PLACE] < 0:
        return True
    profile = problem.routes[route, R_PROFILE]
    way = int(problem.seconds[profile, nodes[AT, node], problem.visits[after, V_PLACE]])
    return reaches(problem, nodes, after, nodes[FREE, node] + way)


@inner
def reaches(problem: Packed, nodes: Int64, visit: int, moment: int) -> bool:
    """Would the visit, if it could start from this moment on, start as late as it does?"""
    if moment >= nodes[BEGIN, visit]:
        return True
    service = problem.service[visit, nodes[ROUTE, visit]]
    return earliest(problem.visits, problem.flat, visit, service, moment) >= nodes[BEGIN, visit]


@inner
def start_over(problem: Packed, frame: Frame, state: State, work: Work, route: int, mark: int) -> bool:
    """Put the eased nodes of one route to the earliest that all others allow; queue what comes later by that."""
    nodes, visits = state.nodes, problem.visits
    count, many = visits.shape[0], problem.routes.shape[0]
    profile, costs = problem.routes[route, R_PROFILE], COST if frame.facts[IS_REGULAR] else FLOOR
    node, end = count + route, count + many + route
    place, clock = nodes[AT, node], problem.routes[route, R_OPENS]
    nodes[BEGIN, node] = nodes[FREE, node] = clock
    node = nodes[NEXT, node]
    while node != end:
        to = visits[node, V_PLACE]
        if to >= 0:
            way = int(problem.seconds[profile, place, to])
            if way >= NO_WAY:
                return False
            clock += way
            place = to
        if work.lines[L_EASED_STAMP, node] == mark:
            nodes[LOW, node] = held_by_others(problem, nodes, work, node, mark)
            start = earliest(visits, problem.flat, node, problem.service[node, route], max(clock, nodes[LOW, node]))
            if start < 0:
                return False
            nodes[BEGIN, node] = start
            nodes[FREE, node] = start + problem.service[node, route]
            if visits[node, V_TERM_COUNT]:
                nodes[costs, node] = least_start_price(visits, problem.flat, node, start)
        elif clock > nodes[BEGIN, node]:
            queue(work, node, clock)
        clock = nodes[FREE, node]
        node = nodes[NEXT, node]
    way = int(problem.seconds[profile, place, nodes[AT, end]])
    if state.routes[route, COUNT] == 0:  # serving nobody has a price of its own, and breaks no limit
        nodes[BEGIN, end] = nodes[costs, end] = 0
        return True
    nodes[BEGIN, end] = clock + way
    nodes[costs, end] = late_return_price(problem, route, clock + way)
    return way < NO_WAY and clock + way <= problem.routes[route, R_CLOSES]


@inner
def held_by_others(problem: Packed, nodes: Int64, work: Work, visit: int, mark: int) -> int:
    """The earliest start that its served partners allow, of those whose own starts stay."""
    soonest = 0
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        partner = problem.flat[at]
        if nodes[ROUTE, partner] >= 0 and problem.flat[at + 2] < NEVER and work.lines[L_EASED_STAMP, partner] != mark:
            soonest = max(soonest, nodes[BEGIN, partner] - problem.flat[at + 2])
        at += GAP_WIDTH
    return soonest
