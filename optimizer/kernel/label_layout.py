"""What pricing knows of one route: flat arrays, made once, read by the labelling kernels.

Costs are *fine*: cents times a power of two, rounded so that a relaxed route never costs more than the real one.
Visits are numbered anew for each route, only those it may serve; node `number of visits` is its start.
"""

from __future__ import annotations

from typing import NamedTuple

from optimizer.kernel.packed import Int32, Int64

INFINITE = 2**60
"""More than any sum of fine costs."""
WORD = 62
"""Visits a memory word holds: all of them stay clear of the sign."""

# `RouteCase.facts`
F_START = 0
F_END = 1
F_OPENS = 2
F_CLOSES = 3
F_SOFT_CLOSES = 4
F_LATEST_LEAVE = 5  # how late the start may move before it counts as waiting
F_SPAN = 6  # seconds since leaving when the free part begins
F_WAIT_RATE = 7  # fine cost of a second that could not be avoided by leaving later
F_SPAN_USE = 8  # 0: nothing depends on the span; 1: only breaks not taken yet; 2: always
F_SCALE = 9
F_SHIFT = 10  # a bucket of time is so many bits of seconds
F_BUCKETS = 11
F_MOST_STOPS = 12
F_PAID_LINES = 13  # row of `lines` for paid time, or -1
F_LATE_LINES = 14  # row of `lines` for a late return, or -1
F_TRACKED = 15  # the first so many rows of `lines` are counted along the way
F_DEPARTED = 16  # 1: the day has begun
F_PASSES = 17  # looks at a bucket of completions until nothing changes any more
F_MARGIN = 18  # fine cost by which rounding may mislead about which of two routes is cheaper
F_COUNT = 19

# `RouteCase.visits`
C_VISIT = 0
C_PLACE = 1
C_SERVICE = 2
C_COST = 3
C_POINTS = 4
C_PIECES = 5
C_PIECE_COUNT = 6
C_WORD = 7
C_BIT = 8
C_COLUMNS = 9

# `RouteCase.pieces`: parts of windows on each of which the start price is one number, or rises
P_OPENS = 0
P_CLOSES = 1
P_PRICE = 2  # fine cost of a start in it at least; -1: the price rises, read it at the start
P_COLUMNS = 3

# `RouteCase.lines`: the price of what a route adds up to, as the highest of rising straight lines
N_MEASURE = 0
N_BASE = 1
N_CAP = 2
N_COUNT = 3
N_LINES = 4  # (fine cost at 0, fine cost of a unit) each
MOST_LINES = 6
N_COLUMNS = N_LINES + 2 * MOST_LINES

# `RouteCase.pauses`
B_OPENS = 0
B_CLOSES = 1
B_SECONDS = 2
B_AFTER = 3
B_MISSED = 4  # fine cost, `INFINITE` when it must be taken
B_TAKEN = 5  # fine cost
B_UNPAID = 6  # seconds
B_NEEDS_NEXT = 7  # 1: never after the last stop
B_FREES_WAIT = 8  # 1: the wait between it and the first stop costs nothing
B_COLUMNS = 9
MOST_PAUSES = 2

# Columns of a label
L_TIME = 0  # the earliest start of service
L_SLACK = 1  # the latest start for which nobody waits more than at the earliest
L_COST = 2
L_SPAN = 3  # seconds since leaving, at the earliest start
L_NODE = 4
L_PLACE = 5
L_BEFORE = 6
L_NEXT = 7  # the next label of the same node and bucket
L_QUEUE = 8  # the next label of the same bucket
L_PAUSED = 9  # breaks taken, one bit each
L_STOPS = 10
L_LIVES = 11
L_SUMS = 12  # the tracked sums, then the words of the memory, then those of the cuts
LABEL_FIXED = 12


class RouteCase(NamedTuple):
    """`seconds`, `metres` and `way` (fine cost) are between places; `near` has the least seconds and cost into each.

    `after` has for every node the number of visits that may follow it, then which.

    `table` and `flat` are those of `Packed`, for start prices.
    """

    facts: Int64
    visits: Int64
    pieces: Int64
    seconds: Int32
    metres: Int32
    way: Int64
    near: Int64
    lines: Int64
    pauses: Int64
    after: Int64
    table: Int64
    flat: Int64
