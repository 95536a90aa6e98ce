"""A plan as it stands: its tours as flat arrays, and what each adds up to at the times it has, good or bad.

Measures and prices are the evaluator's (`tour_account`), to the cent; faults are not looked for. Seconds, cents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from optimizer.errors import InvalidSolution
from optimizer.kernel.account import (
    M_DRIVE,
    M_IDLE,
    M_LATE_RETURN,
    M_LATENESS,
    M_METRES,
    M_PAID,
    M_POINTS,
    M_VISITS,
    M_WAIT,
    measures_price,
)
from optimizer.kernel.course import H_LEAVES, H_RETURNS, HEAD, MEASURED
from optimizer.kernel.curves import lateness, start_price
from optimizer.kernel.jit import inner, kernel
from optimizer.kernel.packed import (
    F_COUNTS_LATENESS,
    MEASURES,
    PAUSE_WIDTH,
    R_BASE,
    R_BEGAN,
    R_END,
    R_OPENS,
    R_PAUSE_COUNT,
    R_PAUSES,
    R_PROFILE,
    R_SHIFT_CLOSES,
    R_SHIFT_OPENS,
    R_SOFT_CLOSES,
    R_START,
    R_UNUSED_PRICE,
    V_PLACE,
    V_POINTS,
    Int64,
    Packed,
)
from optimizer.problem import NEVER
from optimizer.solution import Solution

# Columns of `Standing.breaks`
BEFORE = 0
BREAK_AT = 1  # where the break lies in `flat`
BREAK_STARTS = 2


class Standing(NamedTuple):
    """Tour r has the stops and starts from `first[r]` to before `first[r + 1]`, the breaks likewise."""

    first: Int64
    stops: Int64
    starts: Int64
    leaves: Int64
    first_break: Int64
    breaks: Int64


def standing(problem: Packed, solution: Solution) -> Standing:
    """Breaks are put in the order they are taken. Raises `InvalidSolution` when it was made for another problem."""
    if misfits := tuple(_misfits(problem, solution)):
        raise InvalidSolution(misfits)
    tours = solution.tours
    breaks = [
        (taken.before, int(problem.routes[route, R_PAUSES]) + PAUSE_WIDTH * taken.which, taken.starts)
        for route, tour in enumerate(tours)
        for taken in sorted(tour.breaks, key=lambda taken: (taken.before, taken.starts))
    ]
    return Standing(
        first=_offsets([len(tour.visits) for tour in tours]),
        stops=np.array([stop for tour in tours for stop in tour.visits], dtype=np.int64),
        starts=np.array([start for tour in tours for start in tour.starts], dtype=np.int64),
        leaves=np.array([tour.leaves for tour in tours], dtype=np.int64),
        first_break=_offsets([len(tour.breaks) for tour in tours]),
        breaks=np.array(breaks, dtype=np.int64).reshape(-1, 3),
    )


def _misfits(problem: Packed, solution: Solution) -> Iterator[str]:
    """What would make a kernel read beyond its arrays."""
    if len(solution.tours) != len(problem.routes):
        yield f"{len(solution.tours)} tours for {len(problem.routes)} routes"
        return
    known = range(len(problem.visits))
    for route, tour in enumerate(solution.tours):
        if len(tour.visits) != len(tour.starts):
            yield f"tour {route}: {len(tour.visits)} visits but {len(tour.starts)} starts"
        if any(visit not in known for visit in tour.visits):
            yield f"tour {route}: a visit's index is not of this problem"
        if any(not 0 <= taken.which < problem.routes[route, R_PAUSE_COUNT] for taken in tour.breaks):
            yield f"tour {route}: a break's index is not of this route"


def _offsets(counts: list[int]) -> Int64:
    return np.cumsum([0, *counts], dtype=np.int64)


@kernel
def weigh_all(problem: Packed, plan: Standing, sheet: Int64, prices: Int64, measures: Int64) -> None:
    """The price and the measures of every route, into [routes] and [routes, MEASURES]."""
    for route in range(len(prices)):
        prices[route] = weigh(problem, plan, route, sheet)
        for measure in range(MEASURES):
            measures[route, measure] = sheet[MEASURED, measure]


@inner
def weigh(problem: Packed, plan: Standing, route: int, sheet: Int64) -> int:
    """The price of one tour as it stands; its measures are left on the sheet."""
    routes, flat = problem.routes, problem.flat
    count = plan.first[route + 1] - plan.first[route]
    for measure in range(MEASURES):
        sheet[MEASURED, measure] = routes[route, R_BASE + measure]
    if count == 0 and routes[route, R_BEGAN] < 0:
        sheet[MEASURED, M_IDLE] += max(0, routes[route, R_SHIFT_CLOSES] - routes[route, R_SHIFT_OPENS])
        unused: int = routes[route, R_UNUSED_PRICE]
        return unused + measures_price(routes, flat, route, sheet)
    price = follow(problem, plan, route, sheet)
    price += missed_price(routes, flat, plan, route, sheet)
    return price + measures_price(routes, flat, route, sheet)


@inner
def follow(problem: Packed, plan: Standing, route: int, sheet: Int64) -> int:
    """Walk the tour from its start place to its end place; what its pairs and starts cost."""
    visits, routes, flat = problem.visits, problem.routes, problem.flat
    profile, here = routes[route, R_PROFILE], routes[route, R_START]
    begins, ends = plan.first[route], plan.first[route + 1]
    pause, last_pause = plan.first_break[route], plan.first_break[route + 1]
    clock = plan.leaves[route]
    began = routes[route, R_BEGAN]
    wait = max(0, clock - routes[route, R_OPENS]) if began >= 0 else 0
    left = clock if began < 0 else began
    price = free = unpaid = 0
    for index in range(begins, ends + 1):
        place = -1
        if index < ends:
            place = visits[plan.stops[index], V_PLACE]
            if place >= 0:
                clock += drive(problem, profile, here, place, sheet)
                here = place
        waits_freely = False
        while pause < last_pause and plan.breaks[pause, BEFORE] <= index - begins:
            at = plan.breaks[pause, BREAK_AT]
            wait += max(0, plan.breaks[pause, BREAK_STARTS] - clock)
            clock = plan.breaks[pause, BREAK_STARTS] + flat[at + 2]
            unpaid += 0 if flat[at + 4] else flat[at + 2]
            waits_freely = flat[at + 7] != 0 and index == begins and began < 0
            pause += 1
        if index < ends:
            stop, start = plan.stops[index], plan.starts[index]
            if waits_freely:
                free = max(0, start - clock)
            else:
                wait += max(0, start - clock)
            clock = start + problem.service[stop, route]
            price += problem.pair_price[stop, route] + start_price(visits, flat, stop, start)
            sheet[MEASURED, M_POINTS] += visits[stop, V_POINTS]
            if flat[F_COUNTS_LATENESS]:
                late = lateness(visits, flat, stop, start)
                sheet[MEASURED, M_LATENESS] = max(sheet[MEASURED, M_LATENESS], late)
    clock += drive(problem, profile, here, routes[route, R_END], sheet)
    opens, closes = routes[route, R_SHIFT_OPENS], routes[route, R_SHIFT_CLOSES]
    at_rest = max(0, min(left, closes) - opens) + max(0, closes - max(clock, opens))
    sheet[MEASURED, M_WAIT] += wait
    sheet[MEASURED, M_PAID] += clock - left - unpaid
    sheet[MEASURED, M_LATE_RETURN] += max(0, clock - routes[route, R_SOFT_CLOSES])
    sheet[MEASURED, M_VISITS] += ends - begins
    sheet[MEASURED, M_IDLE] += wait + free + at_rest
    sheet[HEAD, H_LEAVES], sheet[HEAD, H_RETURNS] = left, clock
    return price


@inner
def drive(problem: Packed, profile: int, here: int, place: int, sheet: Int64) -> int:
    seconds = int(problem.seconds[profile, here, place])
    sheet[MEASURED, M_DRIVE] += seconds
    sheet[MEASURED, M_METRES] += int(problem.metres[profile, here, place])
    return seconds


@inner
def missed_price(routes: Int64, flat: Int64, plan: Standing, route: int, sheet: Int64) -> int:
    """What breaks cost that the tour's length asks for and nobody takes; a hard one is a fault and has no price."""
    span = sheet[HEAD, H_RETURNS] - sheet[HEAD, H_LEAVES]
    price = 0
    at = routes[route, R_PAUSES]
    for _ in range(routes[route, R_PAUSE_COUNT]):
        is_missed = span > flat[at + 3] and flat[at + 5] != NEVER
        for pause in range(plan.first_break[route], plan.first_break[route + 1]):
            if plan.breaks[pause, BREAK_AT] == at:
                is_missed = False
        price += flat[at + 5] if is_missed else 0
        at += PAUSE_WIDTH
    return price
