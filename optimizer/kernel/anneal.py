"""One chain of ruin and recreate with simulated annealing, for a counted number of rounds.

Whole numbers decide everything, so equal dice give equal plans on any machine. An unserved visit always outweighs the
price when the best plan is chosen; when a worse plan is accepted for a while, it only weighs as much as `penalty`.
Source: Christiaens & Vanden Berghe (2020), Transportation Science 54(2), for acceptance and cooling.
"""

from __future__ import annotations

from math import log

import numpy as np

from optimizer.kernel.dice import roll
from optimizer.kernel.frame import Frame
from optimizer.kernel.jit import inner, kernel
from optimizer.kernel.packed import Int64, Packed
from optimizer.kernel.plan import clear, link, settle
from optimizer.kernel.pool import Pool, remember
from optimizer.kernel.recreate import recreate
from optimizer.kernel.ruin import ruin
from optimizer.kernel.state import COUNT, NEXT, T_ABSENT, T_PENALTY, T_PRICE, T_WORST, VERSION, State
from optimizer.kernel.sums import sum_plan
from optimizer.kernel.work import C_REMOVED, L_DIRTY, Work

_SCALE = 1024
LOGS: Int64 = np.array([round(-_SCALE * log((step + 0.5) / _SCALE)) for step in range(_SCALE)], dtype=np.int64)
"""-ln of a uniform draw, in 1024ths: rounded, so that no machine's last bit decides."""
# Cells of the settings of a run
MEAN_REMOVED = 0
LONGEST_STRING = 1
BLINK = 2
PENALTY = 3
STAGE_ROUNDS = 4  # the heats are spread evenly over so many rounds,
DONE = 5  # of which so many are over
MOST_WAITING = 6
ONLY_FILL = 7
SETTINGS = 8
HEAT_SCALE = 1024


@kernel
def run(
    problem: Packed,
    frame: Frame,
    state: State,
    kept: State,
    best: State,
    work: Work,
    pool: Pool,
    dice: Int64,
    settings: Int64,
    heats: Int64,
    rounds: int,
) -> int:
    """Change `state` so many times; `best` is the best plan met. How many changes were accepted.

    `kept` is room for the plan before each change; `heats` are cents times `HEAT_SCALE`, falling. With `ONLY_FILL`
    nothing is taken out and every change stands: who is unserved is served, which is how a first plan is made.
    """
    copy(kept, state)
    accepted = 0
    only_fill = settings[ONLY_FILL] == 1
    for number in range(rounds):
        heat = heats[(settings[DONE] + number) * len(heats) // settings[STAGE_ROUNDS]]
        work.cells[C_REMOVED] = 0
        if not only_fill:
            ruin(problem, frame, state, work, dice, settings[MEAN_REMOVED], settings[LONGEST_STRING])
        fits = settle(problem, frame, state, work)
        sum_plan(problem, frame, state, work)
        if fits:
            fits = recreate(problem, frame, state, work, dice, settings[BLINK], settings[MOST_WAITING])
            sum_plan(problem, frame, state, work)
        worse = value_of(state.totals, settings) - value_of(kept.totals, settings)
        is_taken = fits and (worse <= 0 or only_fill or is_better(state.totals, best.totals))
        if fits and not is_taken:
            is_taken = worse <= (heat * LOGS[roll(dice, _SCALE)] - 1) // (_SCALE * HEAT_SCALE)
        if not is_taken:
            copy(state, kept)
            continue
        accepted += 1
        worth = value_of(state.totals, settings)
        for route in range(problem.routes.shape[0]):
            if state.routes[route, VERSION] != kept.routes[route, VERSION] and state.routes[route, COUNT]:
                remember(problem, state, pool, route, worth)
        if is_better(state.totals, best.totals):
            copy(best, state)
        copy(kept, state)
    return accepted


@kernel
def load(problem: Packed, frame: Frame, state: State, work: Work, first: Int64, stops: Int64) -> bool:
    """The plan with these orders (`stops[first[route]:first[route + 1]]`). False when it cannot be timed."""
    clear(problem, frame, state, work)
    for route in range(problem.routes.shape[0]):
        before = problem.visits.shape[0] + route
        for at in range(first[route], first[route + 1]):
            link(problem, state.nodes, stops[at], before)
            before = stops[at]
            work.lines[L_DIRTY, route] = 1
    fits = settle(problem, frame, state, work)
    sum_plan(problem, frame, state, work)
    return fits


@inner
def copy(to: State, source: State) -> None:
    copy_table(to.nodes, source.nodes)
    copy_table(to.routes, source.routes)
    for cell in range(len(to.totals)):
        to.totals[cell] = source.totals[cell]


@inner
def copy_table(to: Int64, source: Int64) -> None:
    for row in range(to.shape[0]):
        for column in range(to.shape[1]):
            to[row, column] = source[row, column]


@inner
def value_of(totals: Int64, settings: Int64) -> int:
    return totals[T_PRICE] + totals[T_WORST] + totals[T_PENALTY] * settings[PENALTY]


@inner
def is_better(totals: Int64, than: Int64) -> bool:
    if totals[T_ABSENT] != than[T_ABSENT]:
        return totals[T_ABSENT] < than[T_ABSENT]
    return totals[T_PRICE] + totals[T_WORST] < than[T_PRICE] + than[T_WORST]


def orders_of(problem: Packed, state: State) -> list[list[int]]:
    """The stops of every route, in order."""
    count = len(problem.visits)
    following = state.nodes[NEXT].tolist()
    orders = []
    for route in range(len(problem.routes)):
        order, node = [], following[count + route]
        while node < count:
            order.append(node)
            node = following[node]
        orders.append(order)
    return orders
