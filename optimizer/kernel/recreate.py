"""Puts visits back, each where it then costs least: alone, or two linked ones together.

Source: greedy insertion with blinks, Christiaens & Vanden Berghe (2020); ours overlooks whole routes, so that what
was learnt about a route stays true until the route changes. A visit that is worth nothing without its mates enters
with them or not at all.
"""

from __future__ import annotations

from optimizer.kernel.clock import NOBODY
from optimizer.kernel.dice import roll
from optimizer.kernel.frame import W_ABSENT, W_IS_OPEN, W_MATES, W_MATES_END, W_ORDERS, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.links import misses_a_mate, open_partner
from optimizer.kernel.packed import Int64, Packed
from optimizer.kernel.pairs import find_pair
from optimizer.kernel.plan import settle
from optimizer.kernel.ruin import remove
from optimizer.kernel.scan import find_place
from optimizer.kernel.state import ROUTE, State
from optimizer.kernel.trial import put
from optimizer.kernel.work import C_REMOVED, L_KEYS, L_REMOVED, L_STAMP, L_WAITING, Work

_KINDS = 12
_TIGHTEST = 3
"""Where nothing was taken out there is nothing to vary: whoever has least choice goes first."""


@inner
def recreate(
    problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, blink: int, most_waiting: int
) -> bool:
    """Serve what was removed and what was unserved, in one of several orders. `blink` is per mille.

    False when the plan cannot be timed any more.
    """
    fits = True
    waiting = gather(problem, frame, state, work, dice, most_waiting)
    kind = _TIGHTEST if work.cells[C_REMOVED] == 0 else roll(dice, _KINDS)
    sort_waiting(frame, work, dice, waiting, kind)
    for index in range(waiting):
        visit = work.lines[L_WAITING, index]
        if state.nodes[ROUTE, visit] < 0 and fits:
            fits = serve(problem, frame, state, work, dice, blink, visit)
    return fits


@inner
def serve(problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, blink: int, visit: int) -> bool:
    """One visit, with all it is linked to or worth nothing without; what stays incomplete is taken out again."""
    nodes = state.nodes
    first, last = frame.visits[visit, W_MATES], frame.visits[visit, W_MATES_END]
    partner = open_partner(problem, frame, nodes, visit) if first < last else -1
    fits = True
    for at in range(first - 2, last):  # with a partner, then alone, then the others one by one
        one, other, before, beside = visit, NOBODY, NOBODY, NOBODY
        if at == first - 2:
            other = partner
            if partner >= 0:
                before, beside = find_pair(problem, frame, state, work, dice, blink, visit, partner)
        else:
            one = visit if at < first else frame.lists[at]
            waits = partner >= 0 and misses_a_mate(problem, nodes, visit) if at < first else nodes[ROUTE, visit] < 0
            if nodes[ROUTE, one] < 0 and frame.visits[one, W_IS_OPEN] and not waits:
                before = find_place(problem, frame, state, work, dice, blink, one)
        if before >= 0 and fits:
            fits = put(problem, frame, state, work, one, before, other, beside)
    removed = work.cells[C_REMOVED]
    if partner >= 0 and nodes[ROUTE, partner] >= 0 and is_incomplete(problem, frame, nodes, partner):
        remove(frame, state, work, partner)
    if nodes[ROUTE, visit] >= 0 and is_incomplete(problem, frame, nodes, visit):
        remove(frame, state, work, visit)
    if work.cells[C_REMOVED] > removed:
        fits = settle(problem, frame, state, work) and fits
        work.cells[C_REMOVED] = removed
    return fits


@inner
def is_incomplete(problem: Packed, frame: Frame, nodes: Int64, visit: int) -> bool:
    """Does the visit, or one that leaves with it, miss a visit without which it is worth nothing?"""
    if misses_a_mate(problem, nodes, visit):
        return True
    for at in range(frame.visits[visit, W_MATES], frame.visits[visit, W_MATES_END]):
        if nodes[ROUTE, frame.lists[at]] >= 0 and misses_a_mate(problem, nodes, frame.lists[at]):
            return True
    return False


@inner
def gather(problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, most_waiting: int) -> int:
    """All that was removed, and a sample of the others nobody serves."""
    nodes, removed = state.nodes, work.cells[C_REMOVED]
    for index in range(removed):
        work.lines[L_WAITING, index] = work.lines[L_REMOVED, index]
    waiting, seen = removed, 0
    for index in range(removed):
        work.lines[L_STAMP, work.lines[L_REMOVED, index]] = -1
    for visit in range(problem.visits.shape[0]):
        if nodes[ROUTE, visit] < 0 and frame.visits[visit, W_IS_OPEN] and work.lines[L_STAMP, visit] != -1:
            seen += 1
            if waiting - removed < most_waiting:
                work.lines[L_WAITING, waiting] = visit
                waiting += 1
            else:
                at = roll(dice, seen)
                if at < most_waiting:
                    work.lines[L_WAITING, removed + at] = visit
    for index in range(removed):
        work.lines[L_STAMP, work.lines[L_REMOVED, index]] = 0
    return waiting


@inner
def sort_waiting(frame: Frame, work: Work, dice: Int64, waiting: int, kind: int) -> None:
    """By chance, or by one of the frame's keys; what weighs more when left out always comes first."""
    kinds = frame.visits.shape[1] - W_ORDERS
    for index in range(waiting):
        visit = work.lines[L_WAITING, index]
        work.lines[L_KEYS, index] = frame.visits[visit, W_ORDERS + kind] if kind < kinds else roll(dice, 1 << 30)
    for index in range(1, waiting):
        visit, key, weight = (
            work.lines[L_WAITING, index],
            work.lines[L_KEYS, index],
            frame.visits[work.lines[L_WAITING, index], W_ABSENT],
        )
        at = index - 1
        while at >= 0 and comes_after(
            frame.visits[work.lines[L_WAITING, at], W_ABSENT], work.lines[L_KEYS, at], weight, key
        ):
            work.lines[L_WAITING, at + 1] = work.lines[L_WAITING, at]
            work.lines[L_KEYS, at + 1] = work.lines[L_KEYS, at]
            at -= 1
        work.lines[L_WAITING, at + 1] = visit
        work.lines[L_KEYS, at + 1] = key


@inner
def comes_after(weight: int, key: int, other_weight: int, other_key: int) -> bool:
    return weight < other_weight or (weight == other_weight and key > other_key)
