"""Where one visit costs least: over all routes it may join, and all places on each. Nothing stays changed."""

from __future__ import annotations

from optimizer.kernel.clock import IMPOSSIBLE, NOBODY, NOTHING
from optimizer.kernel.dice import roll
from optimizer.kernel.following import following_price, worse_lateness_price
from optimizer.kernel.frame import (
    HAS_GAPS,
    IS_REGULAR,
    IS_SIMPLE,
    W_ROUTES,
    W_ROUTES_END,
    WORST_COUNT,
    Frame,
)
from optimizer.kernel.jit import inner
from optimizer.kernel.links import quarrels, soonest_by_partners
from optimizer.kernel.packed import V_BOND_COUNT, V_GAP_COUNT, V_UNSERVED_PRICE, Int64, Packed
from optimizer.kernel.places import find_places
from optimizer.kernel.state import COUNT, LINKED, ROUTE, T_LATENESS, T_RELIEF, VERSION, State
from optimizer.kernel.trial import attempt
from optimizer.kernel.work import (
    C_TICK,
    K_BEFORE,
    K_LATENESS,
    K_PRICE,
    K_VERSION,
    L_NEAR,
    L_SEARCHED,
    P_BEFORE,
    P_BOUND,
    P_IS_WHOLE,
    P_PRICE,
    P_START,
    PLACE_CELLS,
    Work,
    place_row,
)

_PERMILLE = 1000
_MANY_ROUTES = 48
"""With more routes than this, a visit is only tried on those that serve one of the so many near it, or nobody yet."""
_NEAR_ENOUGH = 40


@inner
def find_place(problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, blink: int, visit: int) -> int:
    """The node behind which the visit costs least; -1 when it fits nowhere, or costs more than leaving it out."""
    many = frame.visits[visit, W_ROUTES_END] - frame.visits[visit, W_ROUTES] > _MANY_ROUTES
    before = find_among(problem, frame, state, work, dice, blink, visit, many)
    if before < 0 and many:
        many = False
        before = find_among(problem, frame, state, work, dice, blink, visit, many)
    return before


@inner
def find_among(
    problem: Packed, frame: Frame, state: State, work: Work, dice: Int64, blink: int, visit: int, many: bool
) -> int:
    """As `find_place`; where there are `many` routes, only on near ones, those that like it, and empty ones."""
    related = problem.visits[visit, V_BOND_COUNT] > 0
    soonest = soonest_by_partners(problem, state.nodes, visit)
    best, best_before, found, searched = IMPOSSIBLE, NOBODY, NOTHING, NOTHING
    if problem.visits[visit, V_UNSERVED_PRICE] >= 0:
        best = problem.visits[visit, V_UNSERVED_PRICE] + 1
    dearest = mark_near(problem, frame, state, work, visit) if many else 0
    for at in range(frame.visits[visit, W_ROUTES], frame.visits[visit, W_ROUTES_END]):
        route = frame.lists[at]
        if many and is_far(problem, state, work, visit, route, dearest):
            continue
        if blink and roll(dice, _PERMILLE) < blink:
            continue
        if related and quarrels(problem, state.nodes, visit, route):
            continue
        known = work.cached[visit, route]
        if known[K_VERSION] == state.routes[route, VERSION] and known[K_LATENESS] == state.totals[T_LATENESS]:
            if known[K_PRICE] >= best:
                continue
            if known[K_BEFORE] >= 0:
                best, best_before = known[K_PRICE], known[K_BEFORE]
                continue
        if frame.facts[IS_SIMPLE]:
            scan(problem, frame, state, work, visit, route)
            if known[K_PRICE] < best:
                best, best_before = known[K_PRICE], known[K_BEFORE]
        else:
            found = bound_places(problem, frame, state, work, visit, route, soonest, best, found)
            work.lines[L_SEARCHED, searched] = route
            searched += 1
    if searched:
        best, best_before = choose(problem, frame, state, work, visit, best, best_before, found)
        learn(problem, frame, state, work, visit, best, best_before, searched)
    return best_before


@inner
def mark_near(problem: Packed, frame: Frame, state: State, work: Work, visit: int) -> int:
    """Stamp the routes that serve somebody near; what the visit costs where it is liked least."""
    work.cells[C_TICK] += 1
    for index in range(min(_NEAR_ENOUGH, frame.near.shape[1])):
        route = state.nodes[ROUTE, int(frame.near[visit, index])]
        if route >= 0:
            work.lines[L_NEAR, route] = work.cells[C_TICK]
    dearest = problem.pair_price[visit, frame.lists[frame.visits[visit, W_ROUTES]]]
    for at in range(frame.visits[visit, W_ROUTES], frame.visits[visit, W_ROUTES_END]):
        dearest = max(dearest, problem.pair_price[visit, frame.lists[at]])
    return dearest


@inner
def is_far(problem: Packed, state: State, work: Work, visit: int, route: int, dearest: int) -> bool:
    """Does the route serve others, none of them near, and like the visit no better than any?"""
    if state.routes[route, COUNT] == 0 or work.lines[L_NEAR, route] == work.cells[C_TICK]:
        return False
    return bool(problem.pair_price[visit, route] >= dearest)


@inner
def scan(problem: Packed, frame: Frame, state: State, work: Work, visit: int, route: int) -> None:
    """Keep the cheapest place on one route, where the clock prices nothing."""
    found = find_places(problem, frame, state, work, visit, route, NOTHING, IMPOSSIBLE, NOTHING)
    known = work.cached[visit, route]
    known[K_VERSION], known[K_LATENESS] = state.routes[route, VERSION], state.totals[T_LATENESS]
    known[K_PRICE], known[K_BEFORE] = IMPOSSIBLE, -1
    if found:  # every place kept is cheaper than the one before
        known[K_PRICE] = work.places[place_row(found - 1), P_PRICE]
        known[K_BEFORE] = work.places[place_row(found - 1), P_BEFORE]


@inner
def bound_places(
    problem: Packed,
    frame: Frame,
    state: State,
    work: Work,
    visit: int,
    route: int,
    soonest: int,
    best: int,
    found: int,
) -> int:
    """Add the places of one route that may cost less than `best`, each with its bound, to those `found`."""
    relief = state.totals[T_RELIEF]
    if relief and not (problem.visits[visit, V_GAP_COUNT] or state.routes[route, LINKED]):
        relief = relief_of(frame, work, route)
    limit = best + relief
    until = find_places(problem, frame, state, work, visit, route, soonest, limit, found)
    for index in range(found, until):
        place = work.places[place_row(index)]
        price, late, is_whole = following_price(
            problem, frame, state, visit, place, place[P_START], limit - place[P_PRICE]
        )
        bound = place[P_PRICE] + price + worse_lateness_price(problem, frame, state, late)
        if price < IMPOSSIBLE and bound < limit:
            kept = work.places[place_row(found)]
            for cell in range(PLACE_CELLS):
                kept[cell] = place[cell]
            kept[P_BOUND], kept[P_IS_WHOLE] = bound - relief, is_whole
            found += 1
    return found


@inner
def relief_of(frame: Frame, work: Work, route: int) -> int:
    """The most that a change of one route alone can take off the worst values."""
    relief = 0
    for which in range(frame.facts[WORST_COUNT]):
        if work.peaks[which, 1] == route:
            relief += work.peaks[which, 3]
    return relief


@inner
def choose(
    problem: Packed, frame: Frame, state: State, work: Work, visit: int, best: int, best_before: int, found: int
) -> tuple[int, int]:
    """(price, node before it) of the cheapest of the places found, tried from the lowest bound up, or what was best."""
    for _ in range(found):
        chosen, least = -1, best
        for index in range(found):
            if work.places[place_row(index), P_BOUND] < least:
                chosen, least = index, work.places[place_row(index), P_BOUND]
        if chosen < 0:
            break
        place = work.places[place_row(chosen)]
        price, before = place[P_BOUND], place[P_BEFORE]  # no relief where times are regular
        place[P_BOUND] = IMPOSSIBLE
        if not place[P_IS_WHOLE]:
            price = attempt(problem, frame, state, work, visit, before, NOBODY, NOBODY, place[P_PRICE], best)
        if price < best:
            best, best_before = price, before
    return best, best_before


@inner
def learn(
    problem: Packed, frame: Frame, state: State, work: Work, visit: int, best: int, best_before: int, searched: int
) -> None:
    """Remember of the searched routes that they cost no less than the best, and of the best one what it costs.

    Where links or worst values make a price depend on other routes, nothing is remembered.
    """
    if problem.visits[visit, V_GAP_COUNT] or (frame.facts[WORST_COUNT] and not frame.facts[IS_REGULAR]):
        return
    chosen = state.nodes[ROUTE, best_before] if best_before >= 0 else -1
    for index in range(searched):
        route = work.lines[L_SEARCHED, index]
        if frame.facts[HAS_GAPS] and state.routes[route, LINKED]:
            continue
        known = work.cached[visit, route]
        known[K_VERSION], known[K_LATENESS] = state.routes[route, VERSION], state.totals[T_LATENESS]
        known[K_PRICE], known[K_BEFORE] = best, best_before if route == chosen else -1
