"""Labelling: the cheapest routes of one case manager for given profits, by ng-route relaxation. Seconds and fine costs.

A label is a way to a visit: its earliest time, how far all of it can move later before anybody waits more, its cost
less profits, and which visits it remembers. Labels leave in the order of their time; one that another is at least
as good as in every way is dropped, and so is one that cannot come home under the threshold.

Sources: Baldacci, Mingozzi, Roberti (2011), "New Route Relaxation and Pricing Strategies for the Vehicle Routing
Problem", Operations Research 59(5): ng-routes. Jepsen, Petersen, Spoorendonk, Pisinger (2008), "Subset-Row
Inequalities Applied to the Vehicle-Routing Problem with Time Windows", Operations Research 56(2): dominance with cuts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import (
    B_MISSED,
    B_SECONDS,
    C_BIT,
    C_COST,
    C_PIECE_COUNT,
    C_PIECES,
    C_PLACE,
    C_POINTS,
    C_SERVICE,
    C_WORD,
    F_BUCKETS,
    F_CLOSES,
    F_DEPARTED,
    F_END,
    F_LATE_LINES,
    F_LATEST_LEAVE,
    F_MARGIN,
    F_MOST_STOPS,
    F_OPENS,
    F_PAID_LINES,
    F_SCALE,
    F_SHIFT,
    F_SOFT_CLOSES,
    F_SPAN,
    F_SPAN_USE,
    F_START,
    F_TRACKED,
    F_WAIT_RATE,
    INFINITE,
    L_BEFORE,
    L_COST,
    L_LIVES,
    L_NEXT,
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
    N_CAP,
    N_MEASURE,
    P_CLOSES,
    P_OPENS,
    WORD,
    RouteCase,
)
from optimizer.kernel.label_steps import (
    frees_wait,
    lines_price,
    missed,
    needs_next,
    pause_options,
    paused,
    piece_price,
    unpaid,
    wait_until,
)
from optimizer.kernel.packed import Int64

QUICK = 0
"""Forget what was visited when labels are compared: finds good routes, proves nothing."""
EXACT = 1
EVERY = 2
"""Compare only ways through the same visits: with a memory of everything, all routes under the threshold are found."""
DONE = 0
FULL = 1
STOPPED = 2
_DRIVE, _METRES, _VISITS, _POINTS = 0, 1, 5, 6
_GLANCE = 1024
_PRIME = 1_000_003


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
    used = _extend(case, duals, threshold, mode, scratch, 0, 1)
    glanced = 0
    for bucket in range(buckets):
        label = int(queue[bucket, 0])
        while label >= 0:
            if labels[label, L_LIVES]:
                cost = _home(case, scratch, label)
                node = int(labels[label, L_NODE])
                if cost < finals[node, 0]:
                    finals[node, 0] = cost
                    finals[node, 1] = label
                if labels[label, L_STOPS] < facts[F_MOST_STOPS]:
                    used = _extend(case, duals, threshold, mode, scratch, label, used)
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


@kernel
def _added(case: RouteCase, row: int, here: int, place: int, points: int) -> int:
    """What one more stop adds to a tracked sum."""
    measure = case.lines[row, N_MEASURE]
    if measure == _VISITS:
        return 1
    if measure == _POINTS:
        return points
    if measure == _DRIVE:
        return int(case.seconds[here, place])
    return int(case.metres[here, place])


@kernel
def _home(case: RouteCase, scratch: Scratch, label: int) -> int:
    """The least cost of going home from here."""
    facts, lines, labels, state = case.facts, case.lines, scratch.labels, scratch.state
    node, here, end = int(labels[label, L_NODE]), int(labels[label, L_PLACE]), int(facts[F_END])
    home = int(case.seconds[here, end])
    service = int(case.visits[node, C_SERVICE])
    if int(labels[label, L_TIME]) + service + home > facts[F_CLOSES]:
        return INFINITE
    before = int(labels[label, L_COST]) + int(case.way[here, end])
    for row in range(int(facts[F_TRACKED])):
        measure = lines[row, N_MEASURE]
        if measure <= _METRES:
            amount = int(labels[label, L_SUMS + row])
            more = amount + (home if measure == _DRIVE else int(case.metres[here, end]))
            if more > lines[row, N_CAP]:
                return INFINITE
            before += lines_price(lines, row, more) - lines_price(lines, row, amount)
    best = INFINITE
    for order in range(pause_options(len(case.pauses))):
        if needs_next(case.pauses, order):
            continue
        for item in range(2):
            state[item] = labels[label, item] + service
        state[2] = before
        state[3] = labels[label, L_SPAN] + service
        if not paused(case.pauses, order, int(labels[label, L_PAUSED]), state, int(facts[F_WAIT_RATE])):
            continue
        best = min(best, _homecoming(case, state, home))
    return best


@kernel
def _homecoming(case: RouteCase, state: Int64, home: int) -> int:
    facts, lines = case.facts, case.lines
    returns, span, taken = int(state[0]) + home, int(state[3]) + home, int(state[4])
    if returns > facts[F_CLOSES]:
        return INFINITE
    cost = int(state[2]) + missed(case.pauses, taken, span)
    late, paid = int(facts[F_LATE_LINES]), int(facts[F_PAID_LINES])
    if late >= 0:
        cost += lines_price(lines, late, max(0, returns - int(facts[F_SOFT_CLOSES])) + int(lines[late, N_BASE]))
    if paid >= 0:
        amount = span - unpaid(case.pauses, taken) + int(lines[paid, N_BASE])
        if amount > lines[paid, N_CAP]:
            return INFINITE
        cost += lines_price(lines, paid, amount)
    return min(cost, INFINITE)


@kernel
def _extend(case: RouteCase, duals: Duals, threshold: int, mode: int, scratch: Scratch, label: int, used: int) -> int:
    """Go from here to every visit not remembered; how many labels there are then, -1 when they do not fit."""
    facts, visits, labels, state = case.facts, case.visits, scratch.labels, scratch.state
    nodes, words, tracked = len(visits), duals.memory.shape[1], int(facts[F_TRACKED])
    memory_at = L_SUMS + tracked
    node, here = int(labels[label, L_NODE]), int(labels[label, L_PLACE])
    service = int(visits[node, C_SERVICE]) if node < nodes else 0
    leaves, closes = int(labels[label, L_TIME]) + service, int(facts[F_CLOSES])
    options = pause_options(len(case.pauses))
    rate = int(facts[F_WAIT_RATE])
    is_remote = node < nodes and visits[node, C_PLACE] < 0
    for number in range(1, 1 + int(case.after[node, 0])):
        onto = int(case.after[node, number])
        if labels[label, memory_at + int(visits[onto, C_WORD])] & visits[onto, C_BIT]:
            continue
        place = int(visits[onto, C_PLACE])
        there = place if place >= 0 else here
        drive, cost = int(duals.drive[node, onto]), int(duals.cost[node, onto])
        if is_remote and place >= 0:
            drive, cost = int(case.seconds[here, place]), int(visits[onto, C_COST]) - int(duals.profit[onto])
            cost += int(case.way[here, place])
        arrives = leaves + drive
        if used + options * int(visits[onto, C_PIECE_COUNT]) >= len(labels):
            return -1
        fits = True
        for row in range(tracked):
            amount = int(labels[label, L_SUMS + row])
            more = amount + _added(case, row, here, there, int(visits[onto, C_POINTS]))
            if more > case.lines[row, N_CAP]:
                fits = False
                break
            cost += lines_price(case.lines, row, more) - lines_price(case.lines, row, amount)
            labels[used, L_SUMS + row] = more
        if not fits:
            continue
        for word in range(words):
            kept = labels[label, memory_at + word] & duals.memory[onto, word]
            labels[used, memory_at + word] = kept
        labels[used, memory_at + int(visits[onto, C_WORD])] |= visits[onto, C_BIT]
        for word in range(duals.cuts.shape[1]):
            seen, new = int(labels[label, memory_at + words + word]), int(duals.cuts[onto, word])
            labels[used, memory_at + words + word] = seen ^ new
            again = seen & new
            bit = 0
            while again:
                if again & 1:
                    cost += int(duals.penalties[word * WORD + bit])
                again >>= 1
                bit += 1
        first = int(visits[onto, C_PIECES])
        for order in range(options):
            for piece in range(first, first + int(visits[onto, C_PIECE_COUNT])):
                if arrives > case.pieces[piece, P_CLOSES]:
                    continue
                state[0] = arrives
                state[1] = labels[label, L_SLACK] + service + drive
                state[2] = labels[label, L_COST] + cost
                state[3] = labels[label, L_SPAN] + service + drive
                if not paused(case.pauses, order, int(labels[label, L_PAUSED]), state, rate):
                    break
                if state[0] > case.pieces[piece, P_CLOSES]:
                    continue
                if node == nodes and not facts[F_DEPARTED] and frees_wait(case.pauses, order):
                    state[1] = max(int(state[1]), closes)
                wait_until(state, int(case.pieces[piece, P_OPENS]), int(case.pieces[piece, P_CLOSES]), rate)
                state[2] += piece_price(
                    case.pieces, visits, case.table, case.flat, piece, onto, int(state[0]), int(facts[F_SCALE])
                )
                used = _offer(case, duals, threshold, mode, scratch, label, onto, there, used)
    return used


@kernel
def _offer(
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
            if labels[other, L_COST] <= cost and _beats(case, duals, mode, labels, other, label):
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
            if labels[other, L_COST] >= cost and _beats(case, duals, mode, labels, label, other):
                labels[other, L_LIVES] = 0
                if before < 0:
                    scratch.heads[node, later] = after
                else:
                    labels[before, L_NEXT] = after
            else:
                before = other
            other = after


@kernel
def _beats(case: RouteCase, duals: Duals, mode: int, labels: Int64, one: int, other: int) -> bool:
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


@kernel
def gather(case: RouteCase, scratch: Scratch, made: int, threshold: int, found: Int64) -> int:
    """All labels that can go home under the threshold, with their costs [-, 2]; how many, -1 when they do not fit."""
    count = 0
    for label in range(1, made):
        if not scratch.labels[label, L_LIVES]:
            continue
        cost = _home(case, scratch, label)
        if cost < threshold:
            if count == len(found):
                return -1
            found[count, 0] = label
            found[count, 1] = cost
            count += 1
    return count


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
