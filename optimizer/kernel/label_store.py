"""What labelling reads of one pricing, and the memory it writes to. Seconds and fine costs.

Memory is made once for a thread and reused: nothing is cleared here, and no label is judged.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import L_BEFORE, L_NODE, L_STOPS
from optimizer.kernel.packed import Int64


class Duals(NamedTuple):
    """What a pricing is for: profit [m] of each visit, memory [m, words] (the visits one remembers others by), cuts it
    is in [m, cut words], and the fine cost of each cut met twice. `drive` and `cost` [m + 1, m] are the ways between
    nodes, the start last. `bound` [buckets, m, 3] is the least cost of what follows a visit, the visit that follows,
    and the least cost with another one."""

    profit: Int64
    drive: Int64
    cost: Int64
    memory: Int64
    cuts: Int64
    penalties: Int64
    bound: Int64


class Scratch(NamedTuple):
    """Memory of one thread, reused: labels [-, columns], lists [nodes, buckets], state [5], finals [nodes, 2]."""

    labels: Int64
    heads: Int64
    least: Int64
    queue: Int64
    state: Int64
    finals: Int64
    stop: Int64


def scratch_of(labels: int, columns: int, nodes: int, buckets: int) -> Scratch:
    """Memory for so many labels; `nodes` and `buckets` are the most of any route."""
    return Scratch(
        labels=np.zeros((labels, columns), dtype=np.int64),
        heads=np.zeros((nodes, buckets), dtype=np.int64),
        least=np.zeros((nodes, buckets), dtype=np.int64),
        queue=np.zeros((buckets, 2), dtype=np.int64),
        state=np.zeros(5, dtype=np.int64),
        finals=np.zeros((nodes, 2), dtype=np.int64),
        stop=np.zeros(1, dtype=np.int64),
    )


@kernel
def trace(labels: Int64, label: int, stops: Int64) -> int:
    """The visits (by number in the route's case) that lead to a label, in order; how many."""
    count = int(labels[label, L_STOPS])
    at = count
    while at > 0:
        at -= 1
        stops[at] = labels[label, L_NODE]
        label = int(labels[label, L_BEFORE])
    return count
