"""One visit more, or two at once: what the whole plan then costs, tried and taken back, or kept."""

from __future__ import annotations

from optimizer.kernel.clock import IMPOSSIBLE, begin_trial, cascade, queue
from optimizer.kernel.exact import affected_difference, find_affected, reprice
from optimizer.kernel.frame import COUNTS_LATENESS, HAS_GAPS, IS_REGULAR, WORST_COUNT, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.links import gap_between, soonest_by_partners
from optimizer.kernel.packed import R_PROFILE, V_PLACE, Int64, Packed
from optimizer.kernel.plan import link, new_version, refresh_route, take_trial, unlink
from optimizer.kernel.state import AT, BEGIN, FREE, PREV, ROUTE, T_LATENESS, T_RELIEF, T_WORST, State
from optimizer.kernel.sums import find_peaks, worst_price
from optimizer.kernel.work import C_AFFECTED, C_WORST_LATE, L_AFFECTED, Work


@inner
def attempt(
    problem: Packed,
    frame: Frame,
    state: State,
    work: Work,
    visit: int,
    before: int,
    other: int,
    beside: int,
    price: int,
    limit: int,
) -> int:
    """The exact difference of serving `visit` behind `before`, and `other` (or -1) behind `beside`.

    `price` is what it costs without the clock. `IMPOSSIBLE` when it cannot be, or when it is seen to reach `limit`.
    Nothing stays changed.
    """
    nodes = state.nodes
    begin_both(problem, state, work, visit, before, other, beside)
    if frame.facts[IS_REGULAR]:
        difference = cascade(problem, frame, nodes, work, limit - price)
        if difference < IMPOSSIBLE:
            difference += price
    else:
        difference = cascade(problem, frame, nodes, work, limit + state.totals[T_RELIEF] - price)
        if difference < IMPOSSIBLE:
            find_affected(problem, nodes, work, visit, other)
            difference = affected_difference(problem, frame, state, work, difference + price, limit)
    unlink(nodes, visit)
    if other >= 0:
        unlink(nodes, other)
    return difference


@inner
def put(
    problem: Packed, frame: Frame, state: State, work: Work, visit: int, before: int, other: int, beside: int
) -> bool:
    """As `attempt`, for good. False when the plan cannot be timed any more, and must be taken back."""
    nodes = state.nodes
    begin_both(problem, state, work, visit, before, other, beside)
    fits = True
    if frame.facts[HAS_GAPS] or frame.facts[COUNTS_LATENESS]:
        fits = cascade(problem, frame, nodes, work, IMPOSSIBLE) < IMPOSSIBLE
        fits = fits and settle_trial(problem, frame, state, work, visit, other)
    fits = refresh_route(problem, frame, state, work, nodes[ROUTE, visit]) and fits
    if other >= 0 and nodes[ROUTE, other] != nodes[ROUTE, visit]:
        fits = refresh_route(problem, frame, state, work, nodes[ROUTE, other]) and fits
    if frame.facts[WORST_COUNT]:
        find_peaks(problem, frame, state, work)
        state.totals[T_WORST] = worst_price(problem, frame, work)
    return fits


@inner
def begin_both(problem: Packed, state: State, work: Work, visit: int, before: int, other: int, beside: int) -> None:
    """Put them in and queue them; behind the same node, the one that must start first goes first."""
    nodes = state.nodes
    begin_trial(work, state.totals[T_LATENESS])
    if other >= 0 and not (before == beside and goes_second(problem, visit, other)):
        link(problem, nodes, other, beside)
        link(problem, nodes, visit, before)
    else:
        link(problem, nodes, visit, before)
        if other >= 0:
            link(problem, nodes, other, beside)
    queue_visit(problem, nodes, work, visit)
    if other >= 0:
        queue_visit(problem, nodes, work, other)


@inner
def goes_second(problem: Packed, visit: int, other: int) -> bool:
    """Must this visit start after the other?"""
    _, most = gap_between(problem, visit, other)
    return most < 0


@inner
def settle_trial(problem: Packed, frame: Frame, state: State, work: Work, visit: int, other: int) -> bool:
    """Take the trial's starts; routes that only move in time get a new version and, where times matter, a price."""
    nodes = state.nodes
    find_affected(problem, nodes, work, visit, other)
    take_trial(problem, frame, nodes, work)
    state.totals[T_LATENESS] = work.cells[C_WORST_LATE]
    fits = True
    for which in range(work.cells[C_AFFECTED]):
        route = work.lines[L_AFFECTED, which]
        new_version(state, work, route)
        entered = route == nodes[ROUTE, visit] or (other >= 0 and route == nodes[ROUTE, other])
        if not entered and not frame.facts[IS_REGULAR]:
            fits = reprice(problem, state, work, route) and fits
    return fits


@inner
def queue_visit(problem: Packed, nodes: Int64, work: Work, visit: int) -> None:
    """Queue a visit that was just put in, for as soon as the stop before it and its partners let it start."""
    route, before = nodes[ROUTE, visit], nodes[PREV, visit]
    moment = soonest_by_partners(problem, nodes, visit)
    to = problem.visits[visit, V_PLACE]
    if nodes[BEGIN, before] >= 0:
        stands = before  # a remote visit may have just been moved elsewhere
        while is_remote(problem, stands):
            stands = nodes[PREV, stands]
        way = int(problem.seconds[problem.routes[route, R_PROFILE], nodes[AT, stands], to]) if to >= 0 else 0
        moment = max(moment, nodes[FREE, before] + way)
    queue(work, visit, moment)


@inner
def is_remote(problem: Packed, node: int) -> bool:
    """Is this a remote visit, which happens wherever the one before it was?"""
    return node < problem.visits.shape[0] and problem.visits[node, V_PLACE] < 0
