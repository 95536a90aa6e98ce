"""Routes worth remembering, from accepted plans: for each route and set of visits, the cheapest order met.

A hash table with open addressing. When it is full, nothing more is taken in until it is emptied. Whole cents.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernel.dice import dice_of, roll
from optimizer.kernel.jit import inner
from optimizer.kernel.packed import Int32, Int64, Packed
from optimizer.kernel.state import COST, COUNT, NEXT, PRICE, State

# Columns of `Pool.entries`
E_KEY = 0
E_ROUTE = 1
E_PRICE = 2
E_OFFSET = 3
E_COUNT = 4
E_WORTH = 5  # the price of the best plan it was part of, with what is unserved
ENTRY_COLUMNS = 6

_SLOTS = 1 << 16
_MOST_ENTRIES = 1 << 15
_STOPS_EACH = 16
_HALF = 1 << 31


class Pool(NamedTuple):
    """Shapes: entries [-, ENTRY_COLUMNS], slots [-] (entry + 1, or 0), stops [-], signs [n + m], used [2]."""

    entries: Int64
    slots: Int32
    stops: Int32
    signs: Int64
    used: Int64


def new_pool(problem: Packed) -> Pool:
    """An empty pool. Signs are the same in every pool, so that equal routes have equal keys."""
    size = len(problem.visits) + len(problem.routes)
    dice = dice_of(1, 1)
    signs = [roll(dice, _HALF) << 31 | roll(dice, _HALF) for _ in range(size)]
    return Pool(
        entries=np.zeros((_MOST_ENTRIES, ENTRY_COLUMNS), dtype=np.int64),
        slots=np.zeros(_SLOTS, dtype=np.int32),
        stops=np.zeros(_STOPS_EACH * _MOST_ENTRIES, dtype=np.int32),
        signs=np.array(signs, dtype=np.int64),
        used=np.zeros(2, dtype=np.int64),
    )


def empty(pool: Pool) -> None:
    pool.slots[:] = 0
    pool.used[:] = 0


@inner
def remember(problem: Packed, state: State, pool: Pool, route: int, worth: int) -> None:
    """Take in one route of an accepted plan."""
    nodes = state.nodes
    count, many = problem.visits.shape[0], problem.routes.shape[0]
    size = state.routes[route, COUNT]
    key, price = pool.signs[count + route], state.routes[route, PRICE] + nodes[COST, count + many + route]
    node = nodes[NEXT, count + route]
    while node < count:
        key ^= pool.signs[node]
        price += nodes[COST, node]
        node = nodes[NEXT, node]
    slot = key & (_SLOTS - 1)
    while pool.slots[slot] and pool.entries[pool.slots[slot] - 1, E_KEY] != key:
        slot = (slot + 1) & (_SLOTS - 1)
    if pool.slots[slot] == 0:
        if pool.used[0] == _MOST_ENTRIES or pool.used[1] + size > len(pool.stops):
            return
        entry = pool.entries[pool.used[0]]
        entry[E_KEY], entry[E_ROUTE], entry[E_PRICE] = key, route, price + 1
        entry[E_OFFSET], entry[E_COUNT], entry[E_WORTH] = pool.used[1], size, worth
        pool.used[0] += 1
        pool.used[1] += size
        pool.slots[slot] = pool.used[0]
    entry = pool.entries[pool.slots[slot] - 1]
    entry[E_WORTH] = min(entry[E_WORTH], worth)
    if price < entry[E_PRICE]:
        entry[E_PRICE] = price
        at = entry[E_OFFSET]
        node = nodes[NEXT, count + route]
        while node < count:
            pool.stops[at] = node
            at += 1
            node = nodes[NEXT, node]
