"""Puts stops in and takes them out, and brings times and sums of a plan up to date."""

from __future__ import annotations

from optimizer.kernel.clock import backward, forward
from optimizer.kernel.easing import ease
from optimizer.kernel.exact import affect_changed, holds_other_starts, reprice
from optimizer.kernel.frame import HAS_GAPS, IS_REGULAR, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import R_END, R_START, V_GAP_COUNT, V_PLACE, Int64, Packed
from optimizer.kernel.state import AT, BEGIN, COST, FLOOR, FREE, LINKED, LOW, NEXT, PREV, ROUTE, VERSION, State
from optimizer.kernel.sums import sum_route
from optimizer.kernel.work import (
    C_AFFECTED,
    C_CHANGED,
    C_LOOSE,
    C_VERSION,
    L_AFFECTED,
    L_BEGIN,
    L_CHANGED,
    L_COST,
    L_DIRTY,
    Work,
)


@inner
def link(problem: Packed, nodes: Int64, visit: int, before: int) -> None:
    """Put a visit behind the node `before`; its times are not known yet."""
    after = nodes[NEXT, before]
    nodes[NEXT, before] = nodes[PREV, after] = visit
    nodes[PREV, visit], nodes[NEXT, visit] = before, after
    nodes[ROUTE, visit] = nodes[ROUTE, before]
    place = problem.visits[visit, V_PLACE]
    nodes[AT, visit] = place if place >= 0 else nodes[AT, before]
    nodes[BEGIN, visit] = -1
    nodes[COST, visit] = nodes[FLOOR, visit] = nodes[LOW, visit] = 0


@inner
def unlink(nodes: Int64, visit: int) -> None:
    before, after = nodes[PREV, visit], nodes[NEXT, visit]
    nodes[NEXT, before] = after
    nodes[PREV, after] = before
    nodes[ROUTE, visit] = -1
    nodes[COST, visit] = nodes[FLOOR, visit] = nodes[LOW, visit] = 0


@inner
def clear(problem: Packed, frame: Frame, state: State, work: Work) -> None:
    """A plan in which nobody is served."""
    nodes = state.nodes
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    nodes[:] = 0
    nodes[ROUTE, :count] = -1
    for route in range(many):
        start, end = count + route, count + many + route
        nodes[NEXT, start], nodes[PREV, end] = end, start
        nodes[NEXT, end] = nodes[PREV, start] = -1
        nodes[ROUTE, start] = nodes[ROUTE, end] = route
        nodes[AT, start], nodes[AT, end] = problem.routes[route, R_START], problem.routes[route, R_END]
        refresh_route(problem, frame, state, work, route)


@inner
def refresh_route(problem: Packed, frame: Frame, state: State, work: Work, route: int) -> bool:
    """Times and sums of one route after a change of its stops. False when it cannot be."""
    fits = forward(problem, frame, state.nodes, route)
    backward(problem, state.nodes, route)
    fits = sum_route(problem, frame, state, route) and fits
    new_version(state, work, route)
    if fits and not frame.facts[IS_REGULAR]:
        return reprice(problem, state, work, route)
    return fits


@inner
def new_version(state: State, work: Work, route: int) -> None:
    work.cells[C_VERSION] += 1
    state.routes[route, VERSION] = work.cells[C_VERSION]


@inner
def settle(problem: Packed, frame: Frame, state: State, work: Work) -> bool:
    """After stops were taken out: all routes in `work.dirty` anew, and every start that gaps let be earlier.

    False when the plan cannot be timed, which can only happen where driving on from elsewhere takes longer.
    """
    fits = True
    if frame.facts[HAS_GAPS]:
        fits = settle_linked(problem, frame, state, work)
    work.cells[C_LOOSE] = 0
    for route in range(problem.routes.shape[0]):
        if work.lines[L_DIRTY, route]:
            fits = refresh_route(problem, frame, state, work, route) and fits
            work.lines[L_DIRTY, route] = 0
    return fits


@inner
def settle_linked(problem: Packed, frame: Frame, state: State, work: Work) -> bool:
    """As `settle`, through the gaps between routes."""
    nodes = state.nodes
    fits = True
    for route in range(problem.routes.shape[0]):
        if work.lines[L_DIRTY, route]:
            locate(problem, nodes, route)
            backward(problem, nodes, route)
            fits = sum_route(problem, frame, state, route) and fits
    fits = ease(problem, frame, state, work) and fits
    if fits:
        take_trial(problem, frame, nodes, work)
        affect_changed(problem, nodes, work)
    for which in range(work.cells[C_AFFECTED]):
        route = work.lines[L_AFFECTED, which]
        moved = state.routes[route, LINKED] and fits and holds_other_starts(problem, nodes, route)
        if work.lines[L_DIRTY, route] or moved:
            new_version(state, work, route)
            if fits and not frame.facts[IS_REGULAR]:
                fits = reprice(problem, state, work, route)
        work.lines[L_DIRTY, route] = 0
    return fits


@inner
def locate(problem: Packed, nodes: Int64, route: int) -> None:
    """Where one is after every stop: where the last visit was that is not a remote one."""
    count = problem.visits.shape[0]
    before, node = count + route, nodes[NEXT, count + route]
    while node < count:
        place = problem.visits[node, V_PLACE]
        nodes[AT, node] = place if place >= 0 else nodes[AT, before]
        before, node = node, nodes[NEXT, node]


@inner
def take_trial(problem: Packed, frame: Frame, nodes: Int64, work: Work) -> None:
    """Make the starts of the last trial those of the plan."""
    count = problem.visits.shape[0]
    costs = COST if frame.facts[IS_REGULAR] else FLOOR
    for which in range(work.cells[C_CHANGED]):
        node = work.lines[L_CHANGED, which]
        start = work.lines[L_BEGIN, node]
        nodes[BEGIN, node] = start
        nodes[costs, node] = work.lines[L_COST, node]
        if node < count:
            nodes[FREE, node] = start + problem.service[node, nodes[ROUTE, node]]
            if problem.visits[node, V_GAP_COUNT]:
                nodes[LOW, node] = start
