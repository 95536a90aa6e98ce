"""The least that can follow a visit served from a given time on: what lets labelling drop ways that cannot pay.

Time lies in buckets, breaks and waiting are free, and of what was visited only the visit just before is remembered.
Seconds and fine costs.
"""

from __future__ import annotations

from optimizer.kernel.jit import kernel
from optimizer.kernel.label_layout import (
    C_BIT,
    C_COST,
    C_PIECE_COUNT,
    C_PIECES,
    C_PLACE,
    C_SERVICE,
    C_WORD,
    F_BUCKETS,
    F_CLOSES,
    F_END,
    F_LATE_LINES,
    F_OPENS,
    F_PASSES,
    F_SCALE,
    F_SHIFT,
    F_SOFT_CLOSES,
    F_START,
    INFINITE,
    N_BASE,
    P_CLOSES,
    P_OPENS,
    P_PRICE,
    RouteCase,
)
from optimizer.kernel.label_steps import lines_price, piece_price
from optimizer.kernel.packed import Int64


@kernel
def lay_arcs(case: RouteCase, profit: Int64, drive: Int64, cost: Int64) -> None:
    """Seconds and fine cost (less the profit) of going on from each node, the start last, to each visit.

    From a remote visit the case manager may be anywhere: the least of all ways.
    """
    visits = case.visits
    nodes = len(visits)
    for node in range(nodes + 1):
        here = int(visits[node, C_PLACE]) if node < nodes else int(case.facts[F_START])
        for number in range(1, 1 + int(case.after[node, 0])):
            onto = int(case.after[node, number])
            place = int(visits[onto, C_PLACE])
            seconds, price = 0, int(visits[onto, C_COST]) - int(profit[onto])
            if place >= 0:
                seconds = int(case.near[place, 0]) if here < 0 else int(case.seconds[here, place])
                price += int(case.near[place, 1]) if here < 0 else int(case.way[here, place])
            drive[node, onto] = seconds
            cost[node, onto] = price


@kernel
def completion(case: RouteCase, memory: Int64, drive: Int64, cost: Int64, bound: Int64) -> None:
    """Fill `bound` [buckets, m, 3]: least cost of what follows, what follows (-1: home), least cost with another."""
    nodes, passes = len(case.visits), int(case.facts[F_PASSES])
    for bucket in range(int(case.facts[F_BUCKETS]) - 1, -1, -1):
        for node in range(nodes):
            bound[bucket, node, 0] = INFINITE
            bound[bucket, node, 1] = -1
            bound[bucket, node, 2] = INFINITE
        settled = False
        for _ in range(passes):
            changed = False
            for node in range(nodes):
                if _better(case, memory, drive, cost, bound, node, bucket):
                    changed = True
            if passes == 1 or not changed:
                settled = True
                break
        if not settled:  # visits that take no time pay again and again: nothing can be said
            for node in range(nodes):
                for earlier in range(bucket + 1):
                    bound[earlier, node, 0] = -INFINITE
                    bound[earlier, node, 1] = -1
            return


@kernel
def _better(case: RouteCase, memory: Int64, drive: Int64, cost: Int64, bound: Int64, node: int, bucket: int) -> bool:
    """Look at everything that may follow; did a value change?"""
    facts, visits, pieces = case.facts, case.visits, case.pieces
    shift, opens = int(facts[F_SHIFT]), int(facts[F_OPENS])
    last_bucket = int(facts[F_BUCKETS]) - 1
    looks_ahead = facts[F_PASSES] == 1 and bucket < last_bucket
    leaves = opens + (bucket << shift) + int(visits[node, C_SERVICE])
    word, bit = int(visits[node, C_WORD]), int(visits[node, C_BIT])
    best, follows, second = _going_home(case, int(visits[node, C_PLACE]), leaves), -1, INFINITE
    likely = int(bound[bucket + 1, node, 1]) if looks_ahead else -1
    for number in range(0 if likely >= 0 else 1, 1 + int(case.after[node, 0])):
        onto = int(case.after[node, number]) if number else likely
        # Later is never cheaper, so what follows in the next bucket is the least that can follow.
        if looks_ahead and bound[bucket + 1, onto, 0] + cost[node, onto] >= second:
            continue
        arrives, first = leaves + int(drive[node, onto]), int(visits[onto, C_PIECES])
        for piece in range(first, first + int(visits[onto, C_PIECE_COUNT])):
            start = max(arrives, int(pieces[piece, P_OPENS]))
            if start > pieces[piece, P_CLOSES]:
                continue
            then = min((start - opens) >> shift, last_bucket)
            rest = int(bound[then, onto, 0])
            if bound[then, onto, 1] == node and memory[onto, word] & bit:
                rest = int(bound[then, onto, 2])
            if rest >= INFINITE:
                continue
            total = rest + int(cost[node, onto])
            if total >= second:
                continue
            if pieces[piece, P_PRICE] != 0:
                total += piece_price(pieces, visits, case.table, case.flat, piece, onto, start, int(facts[F_SCALE]))
            if total < best:
                if follows != onto:
                    second = best
                best, follows = total, onto
            elif onto != follows and total < second:
                second = total
    changed = int(bound[bucket, node, 0]) != best or int(bound[bucket, node, 2]) != second
    bound[bucket, node, 0] = best
    bound[bucket, node, 1] = follows
    bound[bucket, node, 2] = second
    return changed


@kernel
def _going_home(case: RouteCase, here: int, leaves: int) -> int:
    """The least cost of driving home; from a remote visit the case manager may be anywhere, also at home."""
    facts = case.facts
    end, late = int(facts[F_END]), int(facts[F_LATE_LINES])
    seconds = int(case.near[end, 0]) if here < 0 else int(case.seconds[here, end])
    returns = leaves + seconds
    if returns > facts[F_CLOSES]:
        return INFINITE
    cost = int(case.near[end, 1]) if here < 0 else int(case.way[here, end])
    if late >= 0:
        base = int(case.lines[late, N_BASE])
        amount = max(0, returns - int(facts[F_SOFT_CLOSES]))
        cost += lines_price(case.lines, late, amount + base)
    return cost
