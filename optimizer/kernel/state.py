"""A plan in the making, as the kernels hold it: linked lists of stops, with the times and sums of every route.

Nodes are visits 0..n-1, then the start of every route (n + route), then the end of every route (n + m + route).
`BEGIN` is the earliest start the plan allows, given everything it is linked to; what starts later for a better price
does so in `timing`. One memory block each, so that a plan is kept or taken back with three copies.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernel.packed import MEASURES, Int64, Packed

# Rows of `State.nodes`
NEXT = 0
PREV = 1
ROUTE = 2  # -1: unserved
BEGIN = 3
FREE = 4  # when service ends; at a start, when the route opens
LAST = 5  # the latest start that still lets the rest of the route be in time
AT = 6  # the place one is at afterwards
LOW = 7  # links forbid an earlier start
COST = 8  # what the start costs; only where times are regular
HELD = 9  # the start that the route's price holds a linked visit at
FLOOR = 10  # the least that the start can cost; only where times are not regular
NODE_ROWS = 11

# Columns of `State.routes`
COUNT = 0
PRICE = 1  # of the route alone; without the starts where times are regular
VERSION = 2  # changes whenever the stops or the held starts do
LINKED = 3  # stops that are linked to others
PAIRS = 4
BUSY = 5  # seconds of service
LEAST = 6  # what starts and the return cost at least; only where times are not regular
SUMS = 7  # MEASURES columns from here
ROUTE_COLUMNS = SUMS + MEASURES

# Cells of `State.totals`
T_PRICE = 0  # routes, starts and unserved visits that have a price; without worst values
T_WORST = 1
T_ABSENT = 2  # unserved visits, weighed by class: the first part of the objective
T_LATENESS = 3  # the worst of all
T_RELIEF = 4  # the most that one route can take off the worst values
T_PENALTY = 5  # unserved visits again, weighed mildly, for moves that are taken although they are worse
TOTALS = 6


class State(NamedTuple):
    """Shapes: nodes [NODE_ROWS, n + 2m], routes [m, ROUTE_COLUMNS], totals [TOTALS]."""

    nodes: Int64
    routes: Int64
    totals: Int64


def new_state(problem: Packed) -> State:
    """Memory for one plan; `load` fills it."""
    visits, routes = len(problem.visits), len(problem.routes)
    return State(
        nodes=np.zeros((NODE_ROWS, visits + 2 * routes), dtype=np.int64),
        routes=np.zeros((routes, ROUTE_COLUMNS), dtype=np.int64),
        totals=np.zeros(TOTALS, dtype=np.int64),
    )
