"""Takes strings of stops out of routes that pass near one place, so that they can be put back better.

Source: Christiaens & Vanden Berghe (2020), "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54(2): adjacent strings and split strings. Ours also takes out what hangs on a removed visit,
and begins next to an unserved visit half of the time, when there is one.
"""

from __future__ import annotations

from optimizer.kernel.dice import roll
from optimizer.kernel.frame import W_IS_OPEN, W_MATES, W_MATES_END, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import Int64, Packed
from optimizer.kernel.plan import unlink
from optimizer.kernel.state import COUNT, NEXT, PREV, ROUTE, State
from optimizer.kernel.work import C_LOOSE, C_REMOVED, L_DIRTY, L_KEYS, L_LOOSE, L_REMOVED, L_TOUCHED, Work

_PERCENT = 100
_SPLIT_PERCENT = 50
_KEEP_MORE_PERCENT = 50
_SEED_UNSERVED_PERCENT = 50
_SHARE = 1 << 20


@inner
def ruin(problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, mean_removed: int, longest: int) -> None:
    """Unlink about `mean_removed` visits, in strings of at most `longest`; they are listed in `work.removed`.

    Routes that lose stops are marked in `work.dirty`; times are not brought up to date.
    """
    nodes, count = state.nodes, problem.visits.shape[0]
    work.cells[C_REMOVED] = 0
    stops = used = 0
    for route in range(problem.routes.shape[0]):
        stops += state.routes[route, COUNT]
        used += state.routes[route, COUNT] > 0
        work.lines[L_TOUCHED, route] = 0
    if used == 0:
        return
    mean = max(1, stops // used)
    longest = min(longest, mean)
    most = max(1, (4 * mean_removed) // (1 + longest) - 1)
    strings = 1 + roll(dice, most)
    seed = seed_visit(frame, nodes, dice, count)
    for index in range(frame.near.shape[1]):
        if strings == 0:
            return
        visit = int(frame.near[seed, index])
        route = nodes[ROUTE, visit]
        if route < 0 or work.lines[L_TOUCHED, route]:
            continue
        work.lines[L_TOUCHED, route] = 1
        size = 1 + roll(dice, min(state.routes[route, COUNT], longest))
        take_string(problem, frame, state, work, dice, visit, size)
        strings -= 1


@inner
def seed_visit(frame: Frame, nodes: Int64, dice: Int64, count: int) -> int:
    """A visit to ruin around: an unserved one half of the time, if any could be served."""
    if roll(dice, _PERCENT) < _SEED_UNSERVED_PERCENT:
        missing = 0
        chosen = -1
        for visit in range(count):
            if nodes[ROUTE, visit] < 0 and frame.visits[visit, W_IS_OPEN]:
                missing += 1
                if roll(dice, missing) == 0:
                    chosen = visit
        if chosen >= 0:
            return chosen
    return roll(dice, count)


@inner
def take_string(problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, visit: int, size: int) -> None:
    """Remove `size` neighbouring stops with `visit` among them, or as many with some kept in their midst."""
    nodes, count = state.nodes, problem.visits.shape[0]
    length = state.routes[nodes[ROUTE, visit], COUNT]
    kept = 0
    if 1 < size < length and roll(dice, _PERCENT) < _SPLIT_PERCENT:
        kept = 1
        while size + kept < length and roll(dice, _PERCENT) < _KEEP_MORE_PERCENT:
            kept += 1
    span = size + kept
    position = 0
    node = nodes[PREV, visit]
    while node < count:
        position += 1
        node = nodes[PREV, node]
    first = max(0, position - span + 1)
    last = min(position, length - span)
    back = position - (first + roll(dice, last - first + 1))
    node = visit
    for _ in range(back):
        node = nodes[PREV, node]
    skip_from = 1 + roll(dice, size - 1) if kept else span
    chosen = 0
    for index in range(span):
        if not skip_from <= index < skip_from + kept:
            work.lines[L_KEYS, chosen] = node
            chosen += 1
        node = nodes[NEXT, node]
    for index in range(chosen):
        if nodes[ROUTE, work.lines[L_KEYS, index]] >= 0:
            remove(frame, state, work, work.lines[L_KEYS, index])


@inner
def remove(frame: Frame, state: State, work: Work, visit: int) -> None:
    """One visit out, and everything that leaves with it."""
    take_out(state, work, visit)
    for at in range(frame.visits[visit, W_MATES], frame.visits[visit, W_MATES_END]):
        mate = frame.lists[at]
        if state.nodes[ROUTE, mate] >= 0:
            take_out(state, work, mate)


@inner
def take_out(state: State, work: Work, visit: int) -> None:
    route = state.nodes[ROUTE, visit]
    work.lines[L_DIRTY, route] = 1
    state.routes[route, COUNT] -= 1
    work.lines[L_REMOVED, work.cells[C_REMOVED]] = visit
    work.cells[C_REMOVED] += 1
    loose = work.cells[C_LOOSE]
    work.lines[L_LOOSE, loose], work.lines[L_LOOSE, loose + 1] = visit, state.nodes[NEXT, visit]
    work.cells[C_LOOSE] += 2
    unlink(state.nodes, visit)
