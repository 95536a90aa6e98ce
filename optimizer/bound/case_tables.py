"""The tables of a case: ways between places, visits, what may follow what, and breaks. Seconds, metres, fine costs.

They hold what is paid by the unit, rounded down; what is priced in another way is in the lines of `price_lines`.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from optimizer.bound.minorant import fine
from optimizer.bound.relaxed_route import RelaxedRoute
from optimizer.bound.route_prices import RoutePrices
from optimizer.kernel import label_layout as lay
from optimizer.kernel.packed import Int64
from optimizer.problem import NEVER, Measure


def way_table(relaxed: RelaxedRoute, prices: RoutePrices) -> Int64:
    """Fine cost of driving between places."""
    profile, scale = relaxed.route.profile, relaxed.scale
    seconds = relaxed.problem.travel_seconds[profile].astype(np.int64)
    metres = relaxed.problem.travel_metres[profile].astype(np.int64)
    driving = prices.rate(Measure.DRIVE) + prices.rate(Measure.PAID) - prices.rate(Measure.IDLE)
    way = _multiples(seconds, driving, scale) + _multiples(metres, prices.rate(Measure.METRES), scale)
    return np.ascontiguousarray(way)


def _multiples(amounts: Int64, rate: Fraction, scale: int) -> Int64:
    """Fine costs of amounts, each rounded down; amounts that stand for no way at all cost as much as is safe."""
    if not rate:
        return np.zeros_like(amounts)
    most = abs((lay.INFINITE // 256) * rate.denominator // (rate.numerator * scale))
    known = np.minimum(amounts, max(0, most))
    if rate.numerator * scale * int(known.max(initial=0)) < 2**62:
        return known * (rate.numerator * scale) // rate.denominator
    exact = [fine(rate * int(amount), scale) for amount in known.ravel()]
    return np.array(exact, dtype=np.int64).reshape(amounts.shape)


def visit_table(relaxed: RelaxedRoute, prices: RoutePrices) -> Int64:
    problem, index = relaxed.problem, relaxed.index
    table = np.zeros((len(relaxed.pieces), lay.C_COLUMNS), dtype=np.int64)
    offset = 0
    busy = prices.rate(Measure.PAID) - prices.rate(Measure.IDLE)
    for number, (visit, pieces) in enumerate(relaxed.pieces.items()):
        facts, service = problem.visits[visit], int(problem.service_seconds[visit, index])
        cost = busy * service + prices.rate(Measure.VISITS) + prices.rate(Measure.POINTS) * facts.points
        if not relaxed.free:
            cost += int(problem.pair_price[visit, index])
        table[number] = (
            visit, facts.place, service, fine(cost, relaxed.scale), facts.points, offset, len(pieces),
            number // lay.WORD, 1 << number % lay.WORD,
        )  # fmt: skip
        offset += len(pieces)
    return table


def piece_table(relaxed: RelaxedRoute) -> Int64:
    pieces = [piece for found in relaxed.pieces.values() for piece in found]
    return np.array(pieces, dtype=np.int64).reshape(-1, lay.P_COLUMNS)


def after_table(relaxed: RelaxedRoute, visits: Int64) -> tuple[Int64, int]:
    """Which visits may follow each node, the start last, and the least seconds from one visit to the next."""
    route, nodes = relaxed.route, len(visits)
    seconds = relaxed.problem.travel_seconds[route.profile].astype(np.int64)
    places = visits[:, lay.C_PLACE]
    ways = np.concatenate((seconds, seconds.min(axis=0, keepdims=True)))[np.append(places, route.start_place)]
    drive = np.where(places < 0, 0, ways[:, places]) if nodes else np.zeros((1, 0), dtype=np.int64)
    firsts = [found[0][0] for found in relaxed.pieces.values()]
    leaves = np.append(np.array(firsts, dtype=np.int64) + visits[:, lay.C_SERVICE], route.opens)
    lasts = np.array([found[-1][1] for found in relaxed.pieces.values()], dtype=np.int64)
    fits = leaves[:, None] + drive <= lasts[None, :]
    fits[np.arange(nodes), np.arange(nodes)] = False
    after = np.zeros((nodes + 1, nodes + 1), dtype=np.int64)
    for node in range(nodes + 1):
        onto = np.flatnonzero(fits[node])
        after[node, 0] = len(onto)
        after[node, 1 : len(onto) + 1] = onto
    busy = (drive[:nodes] + visits[:, lay.C_SERVICE][:, None])[fits[:nodes]]
    return after, int(busy.min(initial=2**31))


def pause_table(relaxed: RelaxedRoute, prices: RoutePrices) -> Int64:
    rows = []
    for pause in relaxed.route.breaks if relaxed.models_breaks else ():
        missed = 0 if relaxed.free else fine(pause.missed_price, relaxed.scale)
        if pause.missed_price >= NEVER:
            missed = lay.INFINITE
        taken = (prices.rate(Measure.PAID) if pause.is_paid else Fraction(0)) - prices.rate(Measure.IDLE)
        unpaid = 0 if pause.is_paid else pause.seconds
        rows.append((
            pause.opens, pause.closes, pause.seconds, pause.after, missed, fine(taken * pause.seconds, relaxed.scale),
            unpaid, int(pause.needs_next_stop), int(pause.frees_first_wait),
        ))  # fmt: skip
    return np.array(rows, dtype=np.int64).reshape(-1, lay.B_COLUMNS)
