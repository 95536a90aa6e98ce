"""What a route costs that goes home from a label. Seconds and fine costs; `INFINITE` where it may not.

Labels are only looked at: going home makes none.
"""

from __future__ import annotations

from optimizer.kernel.account import M_DRIVE, M_METRES
from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import (
    C_SERVICE,
    F_CLOSES,
    F_END,
    F_LATE_LINES,
    F_PAID_LINES,
    F_SOFT_CLOSES,
    F_TRACKED,
    F_WAIT_RATE,
    INFINITE,
    L_COST,
    L_LIVES,
    L_NODE,
    L_PAUSED,
    L_PLACE,
    L_SPAN,
    L_SUMS,
    L_TIME,
    N_BASE,
    N_CAP,
    N_MEASURE,
    RouteCase,
)
from optimizer.kernel.label_steps import lines_price, missed, needs_next, pause_options, paused, unpaid
from optimizer.kernel.label_store import Scratch
from optimizer.kernel.packed import Int64


@kernel
def homecoming(case: RouteCase, scratch: Scratch, label: int) -> int:
    """The least cost of going home from here."""
    facts, lines, labels, state = case.facts, case.lines, scratch.labels, scratch.state
    node, here, end = int(labels[label, L_NODE]), int(labels[label, L_PLACE]), int(facts[F_END])
    home = int(case.seconds[here, end])
    service = int(case.visits[node, C_SERVICE])
    if int(labels[label, L_TIME]) + service + home > facts[F_CLOSES]:
        return INFINITE
    before = int(labels[label, L_COST]) + int(case.way[here, end])
    for row in range(int(facts[F_TRACKED])):
        measure = lines[row, N_MEASURE]
        if measure <= M_METRES:
            amount = int(labels[label, L_SUMS + row])
            more = amount + (home if measure == M_DRIVE else int(case.metres[here, end]))
            if more > lines[row, N_CAP]:
                return INFINITE
            before += lines_price(lines, row, more) - lines_price(lines, row, amount)
    best = INFINITE
    for order in range(pause_options(len(case.pauses))):
        if needs_next(case.pauses, order):
            continue
        for item in range(2):
            state[item] = labels[label, item] + service
        state[2] = before
        state[3] = labels[label, L_SPAN] + service
        if not paused(case.pauses, order, int(labels[label, L_PAUSED]), state, int(facts[F_WAIT_RATE])):
            continue
        best = min(best, _arrived(case, state, home))
    return best


@kernel
def _arrived(case: RouteCase, state: Int64, home: int) -> int:
    facts, lines = case.facts, case.lines
    returns, span, taken = int(state[0]) + home, int(state[3]) + home, int(state[4])
    if returns > facts[F_CLOSES]:
        return INFINITE
    cost = int(state[2]) + missed(case.pauses, taken, span)
    late, paid = int(facts[F_LATE_LINES]), int(facts[F_PAID_LINES])
    if late >= 0:
        cost += lines_price(lines, late, max(0, returns - int(facts[F_SOFT_CLOSES])) + int(lines[late, N_BASE]))
    if paid >= 0:
        amount = span - unpaid(case.pauses, taken) + int(lines[paid, N_BASE])
        if amount > lines[paid, N_CAP]:
            return INFINITE
        cost += lines_price(lines, paid, amount)
    return min(cost, INFINITE)


@kernel
def gather(case: RouteCase, scratch: Scratch, made: int, threshold: int, found: Int64) -> int:
    """All labels that can go home under the threshold, with their costs [-, 2]; how many, -1 when they do not fit."""
    count = 0
    for label in range(1, made):
        if not scratch.labels[label, L_LIVES]:
            continue
        cost = homecoming(case, scratch, label)
        if cost < threshold:
            if count == len(found):
                return -1
            found[count, 0] = label
            found[count, 1] = cost
            count += 1
    return count
