"""The exact price of routes whose times matter: every route that a change touches is timed anew.

A visit linked to a served one is held at the start that the links settle on, so that routes can be timed one by one.
"""

from __future__ import annotations

from optimizer.kernel.account import INFEASIBLE
from optimizer.kernel.clock import IMPOSSIBLE, tentative
from optimizer.kernel.course import MEASURED
from optimizer.kernel.curves import curve_price
from optimizer.kernel.frame import WORST_COUNT, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import (
    F_WORST,
    GAP_WIDTH,
    MEASURES,
    R_BEGAN,
    V_GAP_COUNT,
    V_GAPS,
    WORST_WIDTH,
    Int64,
    Packed,
)
from optimizer.kernel.state import BEGIN, COUNT, FLOOR, HELD, LEAST, NEXT, PRICE, ROUTE, SUMS, T_WORST, State
from optimizer.kernel.timing import time_route
from optimizer.kernel.work import C_AFFECTED, C_CHANGED, L_AFFECTED, L_CHANGED, L_STOPS, Work
from optimizer.problem import NEVER


@inner
def exact_price(problem: Packed, nodes: Int64, work: Work, route: int) -> int:
    """The price of a route with its present stops and the trial's linked starts; its sums are on `work.sheet`."""
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    end = count + many + route
    stops, linked = 0, 0
    node = nodes[NEXT, count + route]
    while node != end:
        work.lines[L_STOPS, stops] = node
        work.held[stops, 0], work.held[stops, 1] = 0, NEVER
        if problem.visits[node, V_GAP_COUNT] and has_served_partner(problem, nodes, node):
            linked += 1
            start = tentative(nodes, work, node)
            work.held[stops, 0] = work.held[stops, 1] = start
        stops += 1
        node = nodes[NEXT, node]
    held = work.held if linked else work.held[:0]
    price = time_route(problem, route, work.lines[L_STOPS], stops, held, work.sheet)
    return IMPOSSIBLE if price >= INFEASIBLE else price


@inner
def has_served_partner(problem: Packed, nodes: Int64, visit: int) -> bool:
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        if nodes[ROUTE, problem.flat[at]] >= 0:
            return True
        at += GAP_WIDTH
    return False


@inner
def find_affected(problem: Packed, nodes: Int64, work: Work, visit: int, other: int) -> None:
    """The routes of these visits (`other` may be -1), of their partners, and of linked starts the trial has changed."""
    work.cells[C_AFFECTED] = 0
    affect_around(problem, nodes, work, visit)
    if other >= 0:
        affect_around(problem, nodes, work, other)
    affect_changed(problem, nodes, work)


@inner
def affect_changed(problem: Packed, nodes: Int64, work: Work) -> None:
    """The routes of linked starts that the trial has changed."""
    count = problem.visits.shape[0]
    for which in range(work.cells[C_CHANGED]):
        node = work.lines[L_CHANGED, which]
        if node < count and problem.visits[node, V_GAP_COUNT]:
            affect(work, nodes[ROUTE, node])


@inner
def affect_around(problem: Packed, nodes: Int64, work: Work, visit: int) -> None:
    affect(work, nodes[ROUTE, visit])
    at = problem.visits[visit, V_GAPS]
    for _ in range(problem.visits[visit, V_GAP_COUNT]):
        if nodes[ROUTE, problem.flat[at]] >= 0:
            affect(work, nodes[ROUTE, problem.flat[at]])
        at += GAP_WIDTH


@inner
def affect(work: Work, route: int) -> None:
    for which in range(work.cells[C_AFFECTED]):
        if work.lines[L_AFFECTED, which] == route:
            return
    work.lines[L_AFFECTED, work.cells[C_AFFECTED]] = route
    work.cells[C_AFFECTED] += 1


@inner
def affected_difference(problem: Packed, frame: Frame, state: State, work: Work, least: int, limit: int) -> int:
    """What the affected routes cost more, worst values included; `IMPOSSIBLE` when one cannot be.

    Also when that is seen to reach `limit`: `least` is a bound, and routes that only start later rarely get cheaper.
    """
    difference = 0
    if frame.facts[WORST_COUNT]:
        limit += affected_relief(frame, work)
    if least >= limit:
        return IMPOSSIBLE
    for which in range(work.cells[C_AFFECTED]):
        route = work.lines[L_AFFECTED, which]
        price = exact_price(problem, state.nodes, work, route)
        if price >= IMPOSSIBLE:
            return IMPOSSIBLE
        difference += price - state.routes[route, PRICE]
        if difference >= limit:
            return IMPOSSIBLE
        for measure in range(MEASURES):
            work.sums[which, measure] = work.sheet[MEASURED, measure]
    if frame.facts[WORST_COUNT]:
        difference += trial_worst(problem, frame, state, work) - state.totals[T_WORST]
    return difference


@inner
def affected_relief(frame: Frame, work: Work) -> int:
    """The most that the affected routes can take off the worst values."""
    relief = 0
    for which in range(frame.facts[WORST_COUNT]):
        if holds(work, work.peaks[which, 1]):
            relief += work.peaks[which, 3]
    return relief


@inner
def trial_worst(problem: Packed, frame: Frame, state: State, work: Work) -> int:
    """What the worst values cost with the affected routes as they are tried."""
    total = 0
    at = problem.flat[F_WORST]
    for which in range(frame.facts[WORST_COUNT]):
        measure = problem.flat[at]
        top, holder, second = work.peaks[which, 0], work.peaks[which, 1], work.peaks[which, 2]
        if holds(work, holder):
            top = second if work.cells[C_AFFECTED] == 1 else top_of_others(problem, state, work, at)
        for index in range(work.cells[C_AFFECTED]):
            top = max(top, work.sums[index, measure])
        total += curve_price(problem.flat, problem.flat[at + 1], top)
        at += WORST_WIDTH
    return total


@inner
def holds(work: Work, route: int) -> bool:
    for index in range(work.cells[C_AFFECTED]):
        if work.lines[L_AFFECTED, index] == route:
            return True
    return False


@inner
def top_of_others(problem: Packed, state: State, work: Work, at: int) -> int:
    """The worst value among routes that are not affected."""
    top = 0
    for route in range(problem.routes.shape[0]):
        used = state.routes[route, COUNT] > 0 or problem.routes[route, R_BEGAN] >= 0 or problem.flat[at + 2]
        if used and not holds(work, route):
            top = max(top, state.routes[route, SUMS + problem.flat[at]])
    return top


@inner
def reprice(problem: Packed, state: State, work: Work, route: int) -> bool:
    """Time a route that serves somebody, and keep its price and sums. False when it cannot be."""
    nodes, count = state.nodes, problem.visits.shape[0]
    if state.routes[route, COUNT] == 0:
        return True
    price = exact_price(problem, nodes, work, route)
    if price >= IMPOSSIBLE:
        return False
    state.routes[route, PRICE] = price
    state.routes[route, LEAST] = least_of_times(problem, nodes, route)
    for measure in range(MEASURES):
        state.routes[route, SUMS + measure] = work.sheet[MEASURED, measure]
    node = nodes[NEXT, count + route]
    while node < count:
        nodes[HELD, node] = hold_of(problem, nodes, node)
        node = nodes[NEXT, node]
    return True


@inner
def least_of_times(problem: Packed, nodes: Int64, route: int) -> int:
    """What the starts and the return of a route cost at least."""
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    least, node = nodes[FLOOR, count + many + route], nodes[NEXT, count + route]
    while node < count:
        least += nodes[FLOOR, node]
        node = nodes[NEXT, node]
    return least


@inner
def hold_of(problem: Packed, nodes: Int64, visit: int) -> int:
    """The start at which a visit is held, by its partners; -1 when it is free."""
    if problem.visits[visit, V_GAP_COUNT] and has_served_partner(problem, nodes, visit):
        return nodes[BEGIN, visit]
    return -1


@inner
def holds_other_starts(problem: Packed, nodes: Int64, route: int) -> bool:
    """Was the route priced with a linked visit at another start than it has now, or held though now it is free?"""
    count = problem.visits.shape[0]
    node = nodes[NEXT, count + route]
    while node < count:
        if nodes[HELD, node] != hold_of(problem, nodes, node):
            return True
        node = nodes[NEXT, node]
    return False
