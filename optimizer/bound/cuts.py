"""Subset-row cuts: of three visits, routes that serve two or more are taken at most once in all.

Source: Jepsen, Petersen, Spoorendonk, Pisinger (2008), "Subset-Row Inequalities Applied to the Vehicle-Routing Problem
with Time Windows", Operations Research 56(2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.bound.cases import RouteGroup
from optimizer.kernel import label_layout as lay
from optimizer.kernel.packed import Int64

Cut = frozenset[int]
_LEAST_EXCESS = 0.03


def times_met(cut: Cut, stops: Sequence[int]) -> int:
    """How often a route counts in a cut."""
    return sum(stop in cut for stop in stops) // 2


def broken_cuts(
    visits: int, routes: Sequence[tuple[tuple[int, ...], float]], known: Sequence[Cut], most: int
) -> list[Cut]:
    """The cuts this mix of routes breaks most."""
    serves = np.zeros((len(routes), visits))
    for number, (stops, _) in enumerate(routes):
        serves[number, list(stops)] = 1.0
    shares = np.array([share for _, share in routes])
    together = serves.T @ (serves * shares[:, None])
    found: list[tuple[float, int, int, int]] = []
    for first in range(visits):
        mine = serves[:, first] > 0
        if not mine.any():
            continue
        three = serves[mine].T @ (serves[mine] * shares[mine, None])
        excess = together[first][:, None] + together[first][None, :] + together - 2.0 * three - 1.0
        excess[: first + 1, :] = excess[:, : first + 1] = 0.0
        for second, third in np.argwhere(np.triu(excess, 1) > _LEAST_EXCESS).tolist():
            found.append((-round(float(excess[second, third]), 9), first, second, third))
    found.sort()
    cuts = (frozenset(visits_of) for _, *visits_of in found)
    return [cut for cut in cuts if cut not in set(known)][:most]


def cut_words(group: RouteGroup, cuts: Sequence[Cut]) -> Int64:
    """[m, words]: which cuts each visit of a group is in."""
    words = np.zeros((group.nodes, -(-len(cuts) // lay.WORD)), dtype=np.int64)
    number_of = {visit: node for node, visit in enumerate(group.visits)}
    for number, cut in enumerate(cuts):
        for visit in cut & number_of.keys():
            words[number_of[visit], number // lay.WORD] |= 1 << number % lay.WORD
    return words


def cut_penalties(prices: Sequence[int]) -> Int64:
    """[words * bits]: fine cost of meeting each cut twice; prices of cuts are never positive."""
    penalties = np.zeros(-(-len(prices) // lay.WORD) * lay.WORD, dtype=np.int64)
    penalties[: len(prices)] = [-price for price in prices]
    return penalties
