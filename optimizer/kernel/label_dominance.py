"""When one label is at least as good as another of the same visit. Seconds and fine costs.

Both are only looked at; which labels are compared, and what becomes of a beaten one, is for `label_lists`.

Source: Jepsen, Petersen, Spoorendonk, Pisinger (2008), "Subset-Row Inequalities Applied to the Vehicle-Routing Problem
with Time Windows", Operations Research 56(2): dominance with cuts.
"""

from __future__ import annotations

from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import (
    B_MISSED,
    B_SECONDS,
    F_MARGIN,
    F_SPAN_USE,
    F_TRACKED,
    F_WAIT_RATE,
    L_COST,
    L_PAUSED,
    L_PLACE,
    L_SLACK,
    L_SPAN,
    L_SUMS,
    L_TIME,
    WORD,
    RouteCase,
)
from optimizer.kernel.label_store import Duals
from optimizer.kernel.packed import Int64

QUICK = 0
"""Forget what was visited when labels are compared: finds good routes, proves nothing."""
EXACT = 1
EVERY = 2
"""Compare only ways through the same visits: with a memory of everything, all routes under the threshold are found."""


@kernel
def beats(case: RouteCase, duals: Duals, mode: int, labels: Int64, one: int, other: int) -> bool:
    """Is everything that can follow `other` possible after `one`, and no dearer?"""
    if labels[one, L_TIME] > labels[other, L_TIME] or labels[one, L_PLACE] != labels[other, L_PLACE]:
        return False
    facts = case.facts
    spare = int(labels[other, L_COST]) - int(labels[one, L_COST])
    earlier = max(0, int(labels[other, L_SLACK]) - int(labels[one, L_SLACK]))
    spare -= int(facts[F_WAIT_RATE]) * earlier
    if spare < 0:
        return False
    use = int(facts[F_SPAN_USE])
    if len(case.pauses):
        taken, known = int(labels[one, L_PAUSED]), int(labels[other, L_PAUSED])
        if taken != known:
            if use == 2:
                return False
            for which in range(len(case.pauses)):
                bit = 1 << which
                if taken & bit and not known & bit:
                    spare -= int(facts[F_WAIT_RATE]) * int(case.pauses[which, B_SECONDS])
                elif known & bit and not taken & bit:
                    spare -= int(case.pauses[which, B_MISSED])
            if spare < 0:
                return False
        if use == 1 and taken == (1 << len(case.pauses)) - 1:
            use = 0
    if use and int(labels[one, L_SPAN]) + earlier > labels[other, L_SPAN]:
        return False
    if mode == QUICK:
        return True
    at = L_SUMS + int(facts[F_TRACKED])
    for column in range(L_SUMS, at):
        if labels[one, column] > labels[other, column]:
            return False
    words = duals.memory.shape[1]
    for column in range(at, at + words):
        if labels[one, column] & ~labels[other, column]:
            return False
        if mode == EVERY and labels[one, column] != labels[other, column]:
            return False
    if mode == EVERY and spare < facts[F_MARGIN]:
        return False
    for word in range(duals.cuts.shape[1]):
        half = int(labels[one, at + words + word]) & ~int(labels[other, at + words + word])
        bit = 0
        while half:
            if half & 1:
                spare -= int(duals.penalties[word * WORD + bit])
                if spare < 0:
                    return False
            half >>= 1
            bit += 1
    return True
