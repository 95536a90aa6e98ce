"""Places two linked visits at once: the cheapest two places whose times agree.

Every way to serve each of the two alone is bounded from below; combinations are tried from the cheapest bound up, so
the search ends when the bound alone is no better than what was found.
"""

from __future__ import annotations

from optimizer.kernel.clock import IMPOSSIBLE, NOBODY, NOTHING, earliest
from optimizer.kernel.dice import roll
from optimizer.kernel.following import following_price, worse_lateness_price
from optimizer.kernel.frame import W_ROUTES, W_ROUTES_END, Frame
from optimizer.kernel.jit import inner, number
from optimizer.kernel.links import gap_between, pair_parts, quarrels, soonest_by_partners
from optimizer.kernel.packed import Int64, Packed
from optimizer.kernel.places import find_places
from optimizer.kernel.plan import link, unlink
from optimizer.kernel.state import LEAST, PRICE, T_RELIEF, State
from optimizer.kernel.sums import unpriced_route
from optimizer.kernel.trial import attempt
from optimizer.kernel.work import (
    L_PAIRINGS,
    MOST_OPTIONS,
    P_BEFORE,
    P_BOUND,
    P_LAST,
    P_PRICE,
    P_ROUTE,
    P_START,
    PLACE_CELLS,
    Work,
    option,
    place_row,
)

_PERMILLE = 1000
_MOST_TRIED = 32
FIRST = number(0)
SECOND = number(1)


@inner
def find_pair(
    problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, blink: int, visit: int, other: int
) -> tuple[int, int]:
    """The nodes behind which both together cost least; (-1, -1) when there are none."""
    ones = find_options(problem, frame, state, work, dice, blink, visit, FIRST)
    others = find_options(problem, frame, state, work, dice, blink, other, SECOND)
    best, before, after = IMPOSSIBLE, NOBODY, NOBODY
    if ones == 0 or others == 0:
        return before, after
    for index in range(ones):
        work.lines[L_PAIRINGS, index] = 0
    for _ in range(_MOST_TRIED):
        limit = min(best + state.totals[T_RELIEF], IMPOSSIBLE)
        i, j = next_pairing(problem, frame, state, work, visit, other, ones, others, limit)
        if i < 0:
            break
        one, beside = work.places[option(FIRST) + i], work.places[option(SECOND) + j]
        price = one[P_PRICE] + beside[P_PRICE]
        price = attempt(problem, frame, state, work, visit, one[P_BEFORE], other, beside[P_BEFORE], price, best)
        if price < best:
            best, before, after = price, one[P_BEFORE], beside[P_BEFORE]
    least, most = gap_between(problem, visit, other)
    if most > 0 or least < 0:  # nobody is in two places at once
        best, before, after = pair_on_one(problem, frame, state, work, visit, other, ones, others, best, before, after)
    return before, after


@inner
def next_pairing(
    problem: Packed,
    frame: Frame,
    state: State,
    work: Work,
    visit: int,
    other: int,
    ones: int,
    others: int,
    limit: int,
) -> tuple[int, int]:
    """The two places on different routes whose bounds add up to least of those not seen yet, and whose own times agree
    for less than `limit`; (-1, -1) when there are none.

    The options of both are sorted; `L_PAIRINGS` counts by option of the first how many of the second are done.
    """
    while True:
        chosen, least = -1, limit
        for index in range(ones):
            done = work.lines[L_PAIRINGS, index]
            if done < others:
                bound = work.places[option(FIRST) + index, P_BOUND] + work.places[option(SECOND) + done, P_BOUND]
                if bound < least:
                    chosen, least = index, bound
            if done == 0:
                break  # whoever comes later is dearer
        if chosen < 0:
            return -1, -1
        beside = work.lines[L_PAIRINGS, chosen]
        work.lines[L_PAIRINGS, chosen] += 1
        one, two = work.places[option(FIRST) + chosen], work.places[option(SECOND) + beside]
        if one[P_ROUTE] != two[P_ROUTE] and pairing_bound(problem, frame, state, visit, one, other, two, limit) < limit:
            return chosen, beside


@inner
def pairing_bound(
    problem: Packed, frame: Frame, state: State, visit: int, one: Int64, other: int, beside: Int64, limit: int
) -> int:
    """What two places cost at least, with both visits at the soonest starts that agree.

    `IMPOSSIBLE` when there are none, or once it is seen to reach `limit`.
    """
    visits, flat = problem.visits, problem.flat
    least, most = gap_between(problem, visit, other)
    first = max(one[P_START], beside[P_START] - most)
    first = earliest(visits, flat, visit, problem.service[visit, one[P_ROUTE]], first)
    moment = max(beside[P_START], first + least)
    second = earliest(visits, flat, other, problem.service[other, beside[P_ROUTE]], moment)
    if not (0 <= first <= one[P_LAST] and 0 <= second <= beside[P_LAST]):
        return IMPOSSIBLE
    if pair_parts(problem, visit, other, one[P_ROUTE], beside[P_ROUTE]):
        return IMPOSSIBLE
    limit -= one[P_PRICE] + beside[P_PRICE]
    price, late, _ = following_price(problem, frame, state, visit, one, first, limit)
    if price >= IMPOSSIBLE:
        return IMPOSSIBLE
    more, later, _ = following_price(problem, frame, state, other, beside, second, limit - price)
    if more >= IMPOSSIBLE:
        return IMPOSSIBLE
    bound: int = one[P_PRICE] + price + beside[P_PRICE] + more
    return bound + worse_lateness_price(problem, frame, state, max(late, later))


@inner
def pair_on_one(
    problem: Packed,
    frame: Frame,
    state: State,
    work: Work,
    visit: int,
    other: int,
    ones: int,
    others: int,
    best: int,
    before: int,
    after: int,
) -> tuple[int, int, int]:
    """(price, and the nodes behind which both are) of the best way to serve both on one route, below `best`."""
    for i in range(ones):
        one = work.places[option(FIRST) + i]
        first = one[P_BOUND] - one[P_PRICE]
        for j in range(others):
            beside = work.places[option(SECOND) + j]
            if one[P_ROUTE] != beside[P_ROUTE]:
                continue
            if pair_parts(problem, visit, other, one[P_ROUTE], beside[P_ROUTE]):
                continue
            price = together(problem, state, visit, one, other, beside)
            if (
                price >= IMPOSSIBLE
                or price + first + beside[P_BOUND] - beside[P_PRICE] >= best + state.totals[T_RELIEF]
            ):
                continue
            price = attempt(problem, frame, state, work, visit, one[P_BEFORE], other, beside[P_BEFORE], price, best)
            if price < best:
                best, before, after = price, one[P_BEFORE], beside[P_BEFORE]
    return best, before, after


@inner
def together(problem: Packed, state: State, visit: int, one: Int64, other: int, beside: Int64) -> int:
    """What both on one route cost without the clock."""
    nodes, route = state.nodes, one[P_ROUTE]
    link(problem, nodes, other, beside[P_BEFORE])
    link(problem, nodes, visit, one[P_BEFORE])
    price = unpriced_route(problem, nodes, route)
    unlink(nodes, visit)
    unlink(nodes, other)
    return price if price >= IMPOSSIBLE else price - (state.routes[route, PRICE] - state.routes[route, LEAST])


@inner
def find_options(
    problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, blink: int, visit: int, side: int
) -> int:
    """The places with the lowest bounds for one of the two, as if the other were free; how many there are."""
    first, found = option(side), 0
    soonest = soonest_by_partners(problem, state.nodes, visit)
    for at in range(frame.visits[visit, W_ROUTES], frame.visits[visit, W_ROUTES_END]):
        route = frame.lists[at]
        if (blink and roll(dice, _PERMILLE) < blink) or quarrels(problem, state.nodes, visit, route):
            continue
        limit = work.places[first + found - 1, P_BOUND] if found == MOST_OPTIONS else IMPOSSIBLE
        for index in range(find_places(problem, frame, state, work, visit, route, soonest, limit, NOTHING)):
            place = work.places[place_row(index)]
            price, _, _ = following_price(problem, frame, state, visit, place, place[P_START], limit - place[P_PRICE])
            if price < IMPOSSIBLE:
                place[P_BOUND] = place[P_PRICE] + price
                found = keep_option(work.places, first, found, place)
                if found == MOST_OPTIONS:
                    limit = work.places[first + found - 1, P_BOUND]
    return found


@inner
def keep_option(places: Int64, first: int, found: int, place: Int64) -> int:
    """Insert into the sorted options that begin at `first`, when among the best; the new number of options."""
    at = first + min(found, MOST_OPTIONS - 1)
    if found == MOST_OPTIONS and place[P_BOUND] >= places[at, P_BOUND]:
        return found
    while at > first and places[at - 1, P_BOUND] > place[P_BOUND]:
        for cell in range(PLACE_CELLS):
            places[at, cell] = places[at - 1, cell]
        at -= 1
    for cell in range(PLACE_CELLS):
        places[at, cell] = place[cell]
    return min(found + 1, MOST_OPTIONS)
