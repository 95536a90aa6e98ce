"""What one more visit moves on its own route, before anything is tried: the price of its start and of all that follow.

Nothing is changed. Links to other routes are not followed: the price is a bound where they matter, and says so.
Whole seconds and cents.
"""

from __future__ import annotations

from optimizer.kernel.clock import IMPOSSIBLE, NO_WAY, earliest, late_return_price, worst_lateness_price
from optimizer.kernel.curves import lateness, least_start_price
from optimizer.kernel.frame import COUNTS_LATENESS, IS_REGULAR, Frame
from optimizer.kernel.jit import inner
from optimizer.kernel.links import pushes_somebody
from optimizer.kernel.packed import R_CLOSES, R_PROFILE, V_GAP_COUNT, V_PLACE, V_TERM_COUNT, Int64, Packed
from optimizer.kernel.state import AT, BEGIN, COST, FLOOR, LAST, NEXT, T_LATENESS, State
from optimizer.kernel.work import P_BEFORE, P_ROUTE


@inner
def following_price(
    problem: Packed, frame: Frame, state: State, visit: int, place: Int64, start: int, limit: int
) -> tuple[int, int, bool]:
    """(price, worst lateness, whether that is all) of starting `visit` at `start` at this place.

    The price is the least that its own start and those of the stops behind it can cost more; `IMPOSSIBLE` when one of
    them comes too late, or once it is seen to reach `limit`. It is all there is where times are regular and no linked
    or remote visit is moved. The worst lateness is not priced.
    """
    nodes, visits, flat = state.nodes, problem.visits, problem.flat
    is_regular = frame.facts[IS_REGULAR] == 1
    counts_lateness = is_regular and frame.facts[COUNTS_LATENESS] == 1
    costs = COST if is_regular else FLOOR
    route, before = place[P_ROUTE], place[P_BEFORE]
    end, profile = visits.shape[0] + problem.routes.shape[0] + route, problem.routes[route, R_PROFILE]
    price = least_start_price(visits, flat, visit, start)
    worst = lateness(visits, flat, visit, start) if counts_lateness else 0
    is_all = is_regular and not pushes_somebody(problem, nodes, visit, start)
    here = visits[visit, V_PLACE] if visits[visit, V_PLACE] >= 0 else nodes[AT, before]
    clock = start + problem.service[visit, route]
    node = nodes[NEXT, before]
    while price < limit:
        to = nodes[AT, end] if node == end else visits[node, V_PLACE]
        if to < 0:  # a remote visit happens wherever one is by then
            return price, worst, False
        way = int(problem.seconds[profile, here, to])
        if way >= NO_WAY:
            return IMPOSSIBLE, worst, False
        clock += way
        if clock <= nodes[BEGIN, node]:
            return price, worst, is_all
        if node == end:
            if clock > problem.routes[route, R_CLOSES]:
                return IMPOSSIBLE, worst, False
            return price + late_return_price(problem, route, clock) - nodes[costs, end], worst, is_all
        clock = earliest(visits, flat, node, problem.service[node, route], clock)
        if clock < 0 or clock > nodes[LAST, node]:
            return IMPOSSIBLE, worst, False
        if clock <= nodes[BEGIN, node]:
            return price, worst, is_all
        if visits[node, V_TERM_COUNT]:
            price += least_start_price(visits, flat, node, clock) - nodes[costs, node]
            if counts_lateness:
                worst = max(worst, lateness(visits, flat, node, clock))
        if is_all and visits[node, V_GAP_COUNT]:
            is_all = not pushes_somebody(problem, nodes, node, clock)
        clock += problem.service[node, route]
        here = to
        node = nodes[NEXT, node]
    return IMPOSSIBLE, worst, False


@inner
def worse_lateness_price(problem: Packed, frame: Frame, state: State, late: int) -> int:
    """What it costs that somebody is so late, where nobody is yet; nothing where times are not regular."""
    if late <= state.totals[T_LATENESS] or not (frame.facts[IS_REGULAR] and frame.facts[COUNTS_LATENESS]):
        return 0
    return worst_lateness_price(problem, late) - worst_lateness_price(problem, state.totals[T_LATENESS])
