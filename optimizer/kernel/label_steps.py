"""Single steps of a label: prices of sums, breaks on the way, and coming home. Seconds and fine costs."""

from __future__ import annotations

from optimizer.kernel.curves import start_price
from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import (
    B_AFTER,
    B_CLOSES,
    B_FREES_WAIT,
    B_MISSED,
    B_NEEDS_NEXT,
    B_OPENS,
    B_SECONDS,
    B_TAKEN,
    B_UNPAID,
    C_VISIT,
    INFINITE,
    N_COUNT,
    N_LINES,
    P_PRICE,
)
from optimizer.kernel.packed import Int64


@kernel
def lines_price(lines: Int64, row: int, amount: int) -> int:
    """The highest of the lines at this amount."""
    best = 0
    for line in range(int(lines[row, N_COUNT])):
        at = N_LINES + 2 * line
        best = max(best, int(lines[row, at]) + int(lines[row, at + 1]) * amount)
    return best


@kernel
def piece_price(
    pieces: Int64, visits: Int64, table: Int64, flat: Int64, piece: int, node: int, start: int, scale: int
) -> int:
    """What starting in this part of a window costs at least, when it is not before `start`."""
    price = int(pieces[piece, P_PRICE])
    if price >= 0:
        return price
    return min(start_price(table, flat, int(visits[node, C_VISIT]), start) * scale, INFINITE // 64)


@kernel
def pause_option(order: int, step: int) -> int:
    """The break taken as number `step` (0 or 1) in one of the five ways to take two at most; -1: none."""
    if step == 0:
        return -1 if order == 0 else (0 if order in (1, 3) else 1)
    return -1 if order < 3 else (1 if order == 3 else 0)


@kernel
def pause_options(pauses: int) -> int:
    return 1 if pauses == 0 else (2 if pauses == 1 else 5)


@kernel
def paused(pauses: Int64, order: int, taken: int, state: Int64, rate: int) -> bool:
    """Take the breaks of one option on arrival: `state` (time, slack, cost, span, breaks taken) is changed in place."""
    state[4] = taken
    for step in range(2):
        which = pause_option(order, step)
        if which < 0:
            continue
        if int(state[4]) & (1 << which):
            return False
        if state[0] > pauses[which, B_CLOSES]:
            return False
        wait_until(state, int(pauses[which, B_OPENS]), int(pauses[which, B_CLOSES]), rate)
        state[0] += pauses[which, B_SECONDS]
        state[1] += pauses[which, B_SECONDS]
        state[3] += pauses[which, B_SECONDS]
        state[2] += pauses[which, B_TAKEN]
        state[4] = int(state[4]) | (1 << which)
    return True


@kernel
def last_of(order: int) -> int:
    """The break taken last in an option, -1 when it has none."""
    second = pause_option(order, 1)
    return pause_option(order, 0) if second < 0 else second


@kernel
def frees_wait(pauses: Int64, order: int) -> bool:
    """Is the wait between the breaks of this option and the first stop free?"""
    which = last_of(order)
    return which >= 0 and pauses[which, B_FREES_WAIT] != 0


@kernel
def needs_next(pauses: Int64, order: int) -> bool:
    """Has this option a break that is never taken after the last stop?"""
    for step in range(2):
        which = pause_option(order, step)
        if which >= 0 and pauses[which, B_NEEDS_NEXT]:
            return True
    return False


@kernel
def wait_until(state: Int64, opens: int, closes: int, rate: int) -> None:
    """Start within [opens, closes]; only the waiting that leaving later cannot avoid is paid and lengthens the day."""
    if state[1] < opens:
        state[2] += rate * (opens - state[1])
        state[3] += opens - state[1]
        state[1] = opens
    elif state[1] > closes:
        # Starting at `closes` at the latest: the slack shrinks, the span at the earliest start stays.
        state[1] = closes
    state[0] = max(int(state[0]), opens)


@kernel
def missed(pauses: Int64, taken: int, span: int) -> int:
    """Fine cost of the breaks that a day of this span asks for and that were not taken."""
    total = 0
    for which in range(len(pauses)):
        if not taken & (1 << which) and span > pauses[which, B_AFTER]:
            total += int(pauses[which, B_MISSED])
    return min(total, INFINITE)


@kernel
def unpaid(pauses: Int64, taken: int) -> int:
    total = 0
    for which in range(len(pauses)):
        if taken & (1 << which):
            total += int(pauses[which, B_UNPAID])
    return total
