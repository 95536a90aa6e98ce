"""The lists that labels lie in: those that live at each visit, and the queue of those to go on from. Fine costs.

A label that cannot pay or that another beats is never kept, and one that a new label beats leaves its list. What it
costs is settled before: nothing here adds to it.
"""

from __future__ import annotations

from optimizer.kernel.jit import kernel
from optimizer.kernel.label_dominance import EVERY, beats
from optimizer.kernel.label_layout import (
    C_BIT,
    C_WORD,
    F_BUCKETS,
    F_OPENS,
    F_SHIFT,
    F_TRACKED,
    L_BEFORE,
    L_COST,
    L_LIVES,
    L_NEXT,
    L_NODE,
    L_PAUSED,
    L_PLACE,
    L_QUEUE,
    L_STOPS,
    L_SUMS,
    RouteCase,
)
from optimizer.kernel.label_store import Duals, Scratch
from optimizer.kernel.packed import Int64

_PRIME = 1_000_003


@kernel
def offer(
    case: RouteCase,
    duals: Duals,
    threshold: int,
    mode: int,
    scratch: Scratch,
    label: int,
    onto: int,
    there: int,
    used: int,
) -> int:
    """Keep the label in the making at `used`, unless it cannot pay or another is as good; drop those it betters."""
    labels, state = scratch.labels, scratch.state
    bucket = (int(state[0]) - int(case.facts[F_OPENS])) >> int(case.facts[F_SHIFT])
    bucket = min(bucket, int(case.facts[F_BUCKETS]) - 1)
    memory_at = L_SUMS + int(case.facts[F_TRACKED])
    after = int(duals.bound[bucket, onto, 0])
    follows = int(duals.bound[bucket, onto, 1])
    if follows >= 0 and labels[used, memory_at + int(case.visits[follows, C_WORD])] & case.visits[follows, C_BIT]:
        after = int(duals.bound[bucket, onto, 2])
    if int(state[2]) + after >= threshold:
        return used
    for item in range(4):
        labels[used, item] = state[item]
    labels[used, L_NODE] = onto
    labels[used, L_PLACE] = there
    labels[used, L_BEFORE] = label
    labels[used, L_PAUSED] = state[4]
    labels[used, L_STOPS] = labels[label, L_STOPS] + 1
    # Labels to compare with lie together: those of near times, or those through the same visits.
    place = bucket if mode != EVERY else _set_list(labels, used, memory_at, duals.memory.shape[1], case)
    if _is_beaten(case, duals, mode, scratch, onto, place, used):
        return used
    _clear_beaten(case, duals, mode, scratch, onto, place, used)
    labels[used, L_LIVES] = 1
    labels[used, L_NEXT] = scratch.heads[onto, place]
    scratch.heads[onto, place] = used
    scratch.least[onto, place] = min(int(scratch.least[onto, place]), int(state[2]))
    labels[used, L_QUEUE] = -1
    if scratch.queue[bucket, 0] < 0:
        scratch.queue[bucket, 0] = used
    else:
        labels[int(scratch.queue[bucket, 1]), L_QUEUE] = used
    scratch.queue[bucket, 1] = used
    for column in range(L_SUMS, labels.shape[1]):
        labels[used + 1, column] = labels[used, column]
    return used + 1


@kernel
def _set_list(labels: Int64, label: int, memory_at: int, words: int, case: RouteCase) -> int:
    """The list for the set of visits a label has been to."""
    mixed = 0
    for word in range(words):
        mixed = (mixed * 31 + int(labels[label, memory_at + word])) % _PRIME
    return mixed % int(case.facts[F_BUCKETS])


@kernel
def _is_beaten(case: RouteCase, duals: Duals, mode: int, scratch: Scratch, node: int, bucket: int, label: int) -> bool:
    labels, cost = scratch.labels, scratch.labels[label, L_COST]
    for earlier in range(bucket, bucket - 1 if mode == EVERY else -1, -1):
        if scratch.least[node, earlier] > cost:
            continue
        other = int(scratch.heads[node, earlier])
        while other >= 0:
            if labels[other, L_COST] <= cost and beats(case, duals, mode, labels, other, label):
                return True
            other = int(labels[other, L_NEXT])
    return False


@kernel
def _clear_beaten(
    case: RouteCase, duals: Duals, mode: int, scratch: Scratch, node: int, bucket: int, label: int
) -> None:
    labels, cost = scratch.labels, scratch.labels[label, L_COST]
    for later in range(bucket, bucket + 1 if mode == EVERY else int(case.facts[F_BUCKETS])):
        before, other = -1, int(scratch.heads[node, later])
        while other >= 0:
            after = int(labels[other, L_NEXT])
            if labels[other, L_COST] >= cost and beats(case, duals, mode, labels, label, other):
                labels[other, L_LIVES] = 0
                if before < 0:
                    scratch.heads[node, later] = after
                else:
                    labels[before, L_NEXT] = after
            else:
                before = other
            other = after
