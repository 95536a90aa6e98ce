"""Labelling: the cheapest routes of one case manager for given profits, by ng-route relaxation. Seconds and fine costs.

A label is a way to a visit: its earliest time, how far all of it can move later before anybody waits more, its cost
less profits, and which visits it remembers. Labels leave in the order of their time; one that another is at least
as good as in every way is dropped, and so is one that cannot come home under the threshold.
Nothing is allocated and no clock is read: now and then labelling looks whether it was told to stop.

Source: Baldacci, Mingozzi, Roberti (2011), "New Route Relaxation and Pricing Strategies for the Vehicle Routing
Problem", Operations Research 59(5): ng-routes.
"""

from __future__ import annotations

from optimizer.kernel.jit import kernel
from optimizer.kernel.label_extension import extend
from optimizer.kernel.label_homecoming import homecoming
from optimizer.kernel.label_layout import (
    F_BUCKETS,
    F_LATEST_LEAVE,
    F_MOST_STOPS,
    F_OPENS,
    F_SPAN,
    F_START,
    F_TRACKED,
    INFINITE,
    L_BEFORE,
    L_COST,
    L_LIVES,
    L_NODE,
    L_PAUSED,
    L_PLACE,
    L_QUEUE,
    L_SLACK,
    L_SPAN,
    L_STOPS,
    L_SUMS,
    L_TIME,
    N_BASE,
    RouteCase,
)
from optimizer.kernel.label_store import Duals, Scratch
from optimizer.kernel.packed import Int64

DONE = 0
FULL = 1
STOPPED = 2
_GLANCE = 1024


@kernel
def label_routes(case: RouteCase, duals: Duals, threshold: int, mode: int, scratch: Scratch) -> tuple[int, int]:
    """(how it ended, labels made). `finals` then has the least cost and the label of routes ending at each node."""
    facts, visits, labels = case.facts, case.visits, scratch.labels
    nodes, buckets = len(visits), int(facts[F_BUCKETS])
    heads, least, queue, finals = scratch.heads, scratch.least, scratch.queue, scratch.finals
    words = duals.memory.shape[1]
    for node in range(nodes):
        finals[node, 0] = threshold
        finals[node, 1] = -1
        for bucket in range(buckets):
            heads[node, bucket] = -1
            least[node, bucket] = INFINITE
    for bucket in range(buckets):
        queue[bucket, 0] = -1
        queue[bucket, 1] = -1
    _begin(case, labels, nodes, words + duals.cuts.shape[1])
    used = extend(case, duals, threshold, mode, scratch, 0, 1)
    glanced = 0
    for bucket in range(buckets):
        label = int(queue[bucket, 0])
        while label >= 0:
            if labels[label, L_LIVES]:
                cost = homecoming(case, scratch, label)
                node = int(labels[label, L_NODE])
                if cost < finals[node, 0]:
                    finals[node, 0] = cost
                    finals[node, 1] = label
                if labels[label, L_STOPS] < facts[F_MOST_STOPS]:
                    used = extend(case, duals, threshold, mode, scratch, label, used)
                    if used < 0:
                        return FULL, len(labels)
                    if used - glanced > _GLANCE:
                        glanced = used
                        if scratch.stop[0]:
                            return STOPPED, used
            label = int(labels[label, L_QUEUE])
    return DONE, used


@kernel
def _begin(case: RouteCase, labels: Int64, nodes: int, words: int) -> None:
    """Label 0 stands at the start of the route."""
    facts = case.facts
    labels[0, L_TIME] = facts[F_OPENS]
    labels[0, L_SLACK] = facts[F_LATEST_LEAVE]
    labels[0, L_COST] = 0
    labels[0, L_SPAN] = facts[F_SPAN]
    labels[0, L_NODE] = nodes
    labels[0, L_PLACE] = facts[F_START]
    labels[0, L_BEFORE] = -1
    labels[0, L_PAUSED] = 0
    labels[0, L_STOPS] = 0
    labels[0, L_LIVES] = 1
    tracked = int(facts[F_TRACKED])
    for row in range(tracked):
        labels[0, L_SUMS + row] = case.lines[row, N_BASE]
    for word in range(words):
        labels[0, L_SUMS + tracked + word] = 0
