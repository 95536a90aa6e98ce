"""A problem as a handful of flat arrays, made once for the kernels. Whole seconds, metres, cents, hundredths of points.

Three kinds of memory: a table with one row per visit and one with one row per route, whose columns are named here;
matrices; and `flat`, where everything of variable length lies in rows, found by an offset in a column:

    windows   opens, closes                                             (on the start; `V_LATEST_END` is not worked in)
    terms     since, until, early before, early curve, late after, late curve      (a `StartPrice`; curve -1: none)
    moments   one each                                            (where a better start may lie, `StartPricing.moments`)
    corners   one each                                                      (where the sum of the terms bends or jumps)
    gaps      partner, least, most                        (least <= start of partner - start of this visit <= most)
    bonds     partner, people, days, mates               (people and days: 0 any, 1 same, 2 different; mates: 0 or 1)
    pauses    opens, closes, seconds, after, is paid, missed price, needs next stop, frees first wait
    caps      measure, limit
    prices    measure, curve
    worst     measure, curve, includes empty             (found by `flat[F_WORST]`, as many as `flat[F_WORST_COUNT]`)

A curve is an offset too: number of steps, per, then (start, rate, price before the start times `per`) for each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import StartPricing
from optimizer.problem import NEVER, Alike, Curve, Measure, Problem, Route, Visit
from optimizer.tables import relation_rows

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Bytes = NDArray[np.uint8]

MEASURES = len(Measure)

# Columns of `Packed.visits`
V_PLACE = 0
V_LATEST_END = 1
V_CLASS = 2
V_POINTS = 3
V_UNSERVED_PRICE = 4  # -1: being left out counts in the class instead
V_WINDOWS = 5
V_WINDOW_COUNT = 6
V_TERMS = 7
V_TERM_COUNT = 8
V_MOMENTS = 9
V_MOMENT_COUNT = 10
V_CORNERS = 11
V_CORNER_COUNT = 12
V_LATE_ONLY = 13  # 1: the price never falls as the start moves later
V_GAPS = 14
V_GAP_COUNT = 15
V_BONDS = 16
V_BOND_COUNT = 17
V_LATE_AFTER = 18  # of a start that is priced by lateness alone, by the second: from when,
V_LATE_RATE = 19  # and how much; -1: the terms must be asked
V_COLUMNS = 20

# Columns of `Packed.routes`
R_START = 0
R_END = 1
R_OPENS = 2
R_CLOSES = 3
R_SOFT_CLOSES = 4
R_SHIFT_OPENS = 5
R_SHIFT_CLOSES = 6
R_BEGAN = 7  # -1: the day has not begun
R_PROFILE = 8
R_PERSON = 9
R_DAY = 10
R_PAUSES = 11
R_PAUSE_COUNT = 12
R_CAPS = 13
R_CAP_COUNT = 14
R_PRICES = 15
R_PRICE_COUNT = 16
R_UNUSED_PRICE = 17
R_BASE = 18  # MEASURES columns from here: what the part behind has used up
R_COLUMNS = R_BASE + MEASURES

# Head of `Packed.flat`
F_WORST = 0
F_WORST_COUNT = 1
F_COUNTS_LATENESS = 2
_HEAD = 3

WINDOW_WIDTH = 2
TERM_WIDTH = 6
GAP_WIDTH = 3
BOND_WIDTH = 4
PAUSE_WIDTH = 8
CAP_WIDTH = 2
PRICE_WIDTH = 2
WORST_WIDTH = 3
STEP_WIDTH = 3

BOND_SAME = 1
_LIKENESS = {Alike.ANY: 0, Alike.SAME: BOND_SAME, Alike.DIFFERENT: 2}


class Packed(NamedTuple):
    """Shapes: visits [n, V_COLUMNS], routes [m, R_COLUMNS]; allowed, pair_price, service [n, m];
    seconds, metres [profiles, places, places]; flat [-]."""

    visits: Int64
    routes: Int64
    allowed: Bytes
    pair_price: Int64
    service: Int64
    seconds: Int32
    metres: Int32
    flat: Int64


class _Flat:
    """Rows laid one after another; equal curves are laid once."""

    def __init__(self) -> None:
        self.cells: list[int] = [0] * _HEAD
        self._curves: dict[Curve, int] = {}

    def rows(self, rows: Iterable[Sequence[int]]) -> tuple[int, int]:
        """(offset, number of rows)."""
        offset, count = len(self.cells), 0
        for row in rows:
            self.cells.extend(row)
            count += 1
        return offset, count

    def curve(self, curve: Curve) -> int:
        """Where the curve lies; -1 when it is free of charge at any value."""
        return self.measured_curve(curve) if any(rate for _, rate in curve.steps) else -1

    def measured_curve(self, curve: Curve) -> int:
        """As `curve`, but one of rate 0 is laid too: what it measures may be priced elsewhere."""
        if not curve.steps:
            return -1
        if curve not in self._curves:
            before, cells = 0, [len(curve.steps), curve.per]
            for index, (start, rate) in enumerate(curve.steps):
                if index:
                    last, slope = curve.steps[index - 1]
                    before += slope * (start - last)
                cells += [start, rate, before]
            self._curves[curve] = len(self.cells)
            self.cells += cells
        return self._curves[curve]


@lru_cache(maxsize=4)
def packed(problem: Problem) -> Packed:
    """The arrays of a problem, kept for the few problems in use."""
    flat = _Flat()
    gaps, relations = relation_rows(problem)
    visits = np.zeros((len(problem.visits), V_COLUMNS), dtype=np.int64)
    for index, visit in enumerate(problem.visits):
        visits[index] = _visit_row(flat, visit)
        visits[index, V_GAPS], visits[index, V_GAP_COUNT] = flat.rows(gaps[index])
        visits[index, V_BONDS], visits[index, V_BOND_COUNT] = flat.rows(
            (
                relation.second if relation.first == index else relation.first,
                _LIKENESS[relation.people],
                _LIKENESS[relation.days],
                int(relation.both_or_none),
            )
            for relation in relations[index]
        )
    routes = np.zeros((len(problem.routes), R_COLUMNS), dtype=np.int64)
    for index, route in enumerate(problem.routes):
        routes[index] = _route_row(flat, route)
    _lay_worst(flat, problem)
    return Packed(
        visits=visits,
        routes=routes,
        allowed=problem.allowed.astype(np.uint8),
        pair_price=np.array(problem.pair_price, dtype=np.int64),
        service=np.array(problem.service_seconds, dtype=np.int64),
        seconds=np.array(problem.travel_seconds, dtype=np.int32),
        metres=np.array(problem.travel_metres, dtype=np.int32),
        flat=np.array(flat.cells, dtype=np.int64),
    )


def _visit_row(flat: _Flat, visit: Visit) -> Int64:
    row = np.zeros(V_COLUMNS, dtype=np.int64)
    row[V_PLACE], row[V_LATEST_END], row[V_CLASS] = visit.place, visit.latest_end, visit.unserved_class
    row[V_POINTS] = visit.points
    row[V_UNSERVED_PRICE] = -1 if visit.unserved_price is None else visit.unserved_price
    row[V_WINDOWS], row[V_WINDOW_COUNT] = flat.rows(visit.windows)
    pricing = StartPricing(visit.start_prices)
    curves = [(flat.curve(price.early), flat.measured_curve(price.late)) for price in visit.start_prices]
    row[V_TERMS], row[V_TERM_COUNT] = flat.rows(
        (price.applies_from, price.applies_until, price.early_before, early, price.late_after, late)
        for price, (early, late) in zip(visit.start_prices, curves, strict=True)
    )
    row[V_MOMENTS], row[V_MOMENT_COUNT] = flat.rows((moment,) for moment in pricing.moments)
    row[V_CORNERS], row[V_CORNER_COUNT] = flat.rows((corner,) for corner in pricing.corners)
    row[V_LATE_ONLY] = pricing.is_late_only
    row[V_LATE_AFTER], row[V_LATE_RATE] = _plain_lateness(visit)
    return row


def _plain_lateness(visit: Visit) -> tuple[int, int]:
    """(after when, cents a second) of the commonest price of a start, which need not be looked up; rate -1: none."""
    if not visit.start_prices:
        return NEVER, 0
    price, *others = visit.start_prices
    is_always = price.applies_from <= price.late_after and price.applies_until >= NEVER
    is_late_only = price.early_before <= 0 or not any(rate for _, rate in price.early.steps)
    if others or not (is_always and is_late_only) or price.late.per != 1:
        return NEVER, -1
    match price.late.steps:
        case ((0, rate),) if rate >= 0:
            return price.late_after, rate
        case _:
            return NEVER, -1


def _route_row(flat: _Flat, route: Route) -> Int64:
    row = np.zeros(R_COLUMNS, dtype=np.int64)
    row[R_START], row[R_END] = route.start_place, route.end_place
    row[R_OPENS], row[R_CLOSES], row[R_SOFT_CLOSES] = route.opens, route.closes, route.soft_closes
    row[R_SHIFT_OPENS], row[R_SHIFT_CLOSES] = route.shift
    row[R_BEGAN] = -1 if route.departed is None else route.departed
    row[R_PROFILE], row[R_PERSON], row[R_DAY] = route.profile, route.person, route.day
    row[R_PAUSES], row[R_PAUSE_COUNT] = flat.rows(
        (
            pause.opens,
            pause.closes,
            pause.seconds,
            pause.after,
            int(pause.is_paid),
            pause.missed_price,
            int(pause.needs_next_stop),
            int(pause.frees_first_wait),
        )
        for pause in route.breaks
    )
    row[R_CAPS], row[R_CAP_COUNT] = flat.rows((int(measure), limit) for measure, limit in route.caps)
    curves = [(int(measure), flat.curve(curve)) for measure, curve in route.prices]
    row[R_PRICES], row[R_PRICE_COUNT] = flat.rows(pair for pair in curves if pair[1] >= 0)
    row[R_UNUSED_PRICE] = route.unused_price
    for measure, amount in route.base:
        row[R_BASE + measure] += amount
    return row


def _lay_worst(flat: _Flat, problem: Problem) -> None:
    curves = [flat.curve(term.curve) for term in problem.worst_prices]
    offset, count = flat.rows(
        (int(term.measure), curve, int(term.includes_empty))
        for term, curve in zip(problem.worst_prices, curves, strict=True)
        if curve >= 0
    )
    flat.cells[F_WORST], flat.cells[F_WORST_COUNT] = offset, count
    counted = any(term.measure is Measure.LATENESS for term in problem.worst_prices)
    flat.cells[F_COUNTS_LATENESS] = int(counted)


assert np.iinfo(np.int32).max == NEVER, "travel is kept in 32 bits, with the largest for no way"  # noqa: S101
