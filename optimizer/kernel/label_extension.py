"""Going on from a label to every visit it does not remember: time, breaks, sums, cuts. Seconds and fine costs.

Every way of doing so is made at the first free place and offered; whether it is kept is for `label_lists`.
"""

from __future__ import annotations

from optimizer.kernel.account import M_DRIVE, M_POINTS, M_VISITS
from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import (
    C_BIT,
    C_COST,
    C_PIECE_COUNT,
    C_PIECES,
    C_PLACE,
    C_POINTS,
    C_SERVICE,
    C_WORD,
    F_CLOSES,
    F_DEPARTED,
    F_SCALE,
    F_TRACKED,
    F_WAIT_RATE,
    L_COST,
    L_NODE,
    L_PAUSED,
    L_PLACE,
    L_SLACK,
    L_SPAN,
    L_SUMS,
    L_TIME,
    N_CAP,
    N_MEASURE,
    P_CLOSES,
    P_OPENS,
    WORD,
    RouteCase,
)
from optimizer.kernel.label_lists import offer
from optimizer.kernel.label_steps import frees_wait, lines_price, pause_options, paused, piece_price, wait_until
from optimizer.kernel.label_store import Duals, Scratch


@kernel
def extend(case: RouteCase, duals: Duals, threshold: int, mode: int, scratch: Scratch, label: int, used: int) -> int:
    """Go from here to every visit not remembered; how many labels there are then, -1 when they do not fit."""
    facts, visits, labels, state = case.facts, case.visits, scratch.labels, scratch.state
    nodes, words, tracked = len(visits), duals.memory.shape[1], int(facts[F_TRACKED])
    memory_at = L_SUMS + tracked
    node, here = int(labels[label, L_NODE]), int(labels[label, L_PLACE])
    service = int(visits[node, C_SERVICE]) if node < nodes else 0
    leaves, closes = int(labels[label, L_TIME]) + service, int(facts[F_CLOSES])
    options = pause_options(len(case.pauses))
    rate = int(facts[F_WAIT_RATE])
    is_remote = node < nodes and visits[node, C_PLACE] < 0
    for number in range(1, 1 + int(case.after[node, 0])):
        onto = int(case.after[node, number])
        if labels[label, memory_at + int(visits[onto, C_WORD])] & visits[onto, C_BIT]:
            continue
        place = int(visits[onto, C_PLACE])
        there = place if place >= 0 else here
        drive, cost = int(duals.drive[node, onto]), int(duals.cost[node, onto])
        if is_remote and place >= 0:
            drive, cost = int(case.seconds[here, place]), int(visits[onto, C_COST]) - int(duals.profit[onto])
            cost += int(case.way[here, place])
        arrives = leaves + drive
        if used + options * int(visits[onto, C_PIECE_COUNT]) >= len(labels):
            return -1
        fits = True
        for row in range(tracked):
            amount = int(labels[label, L_SUMS + row])
            more = amount + _added(case, row, here, there, int(visits[onto, C_POINTS]))
            if more > case.lines[row, N_CAP]:
                fits = False
                break
            cost += lines_price(case.lines, row, more) - lines_price(case.lines, row, amount)
            labels[used, L_SUMS + row] = more
        if not fits:
            continue
        for word in range(words):
            kept = labels[label, memory_at + word] & duals.memory[onto, word]
            labels[used, memory_at + word] = kept
        labels[used, memory_at + int(visits[onto, C_WORD])] |= visits[onto, C_BIT]
        for word in range(duals.cuts.shape[1]):
            seen, new = int(labels[label, memory_at + words + word]), int(duals.cuts[onto, word])
            labels[used, memory_at + words + word] = seen ^ new
            again = seen & new
            bit = 0
            while again:
                if again & 1:
                    cost += int(duals.penalties[word * WORD + bit])
                again >>= 1
                bit += 1
        first = int(visits[onto, C_PIECES])
        for order in range(options):
            for piece in range(first, first + int(visits[onto, C_PIECE_COUNT])):
                if arrives > case.pieces[piece, P_CLOSES]:
                    continue
                state[0] = arrives
                state[1] = labels[label, L_SLACK] + service + drive
                state[2] = labels[label, L_COST] + cost
                state[3] = labels[label, L_SPAN] + service + drive
                if not paused(case.pauses, order, int(labels[label, L_PAUSED]), state, rate):
                    break
                if state[0] > case.pieces[piece, P_CLOSES]:
                    continue
                if node == nodes and not facts[F_DEPARTED] and frees_wait(case.pauses, order):
                    state[1] = max(int(state[1]), closes)
                wait_until(state, int(case.pieces[piece, P_OPENS]), int(case.pieces[piece, P_CLOSES]), rate)
                state[2] += piece_price(
                    case.pieces, visits, case.table, case.flat, piece, onto, int(state[0]), int(facts[F_SCALE])
                )
                used = offer(case, duals, threshold, mode, scratch, label, onto, there, used)
    return used


@kernel
def _added(case: RouteCase, row: int, here: int, place: int, points: int) -> int:
    """What one more stop adds to a tracked sum."""
    measure = case.lines[row, N_MEASURE]
    if measure == M_VISITS:
        return 1
    if measure == M_POINTS:
        return points
    if measure == M_DRIVE:
        return int(case.seconds[here, place])
    return int(case.metres[here, place])
