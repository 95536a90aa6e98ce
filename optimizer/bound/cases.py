"""What pricing needs of every route, relaxed on the safe side. Seconds, metres, fine costs (cents times `scale`).

Routes that are alike in everything share one case. Breaks beyond two a route are left out, with what they would do
to waiting and paid time; a price of idle time counts by what driving and serving take from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimizer.bound.minorant import Minorant, fine, minorant
from optimizer.bound.pieces import Piece, pieces_of
from optimizer.kernel import label_layout as lay
from optimizer.kernel.packed import Int64, packed
from optimizer.problem import NEVER, Curve, Measure, Problem, Route
from optimizer.route_timing import resting
from optimizer.tables import tables_of

_FEWEST_BUCKETS, _MOST_BUCKETS = 48, 512
_PASSES = 40
_RATES = 2**28
_SUMS = (Measure.DRIVE, Measure.METRES, Measure.VISITS, Measure.POINTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteGroup:
    """Routes that are alike, their case for the kernels, and the visits they may serve, by number in the case.

    `fixed` is the fine cost of a route that serves somebody beyond what its labels count, `rest` of one that does not.
    """

    routes: tuple[int, ...]
    visits: tuple[int, ...]
    case: lay.RouteCase
    fixed: int
    rest: int

    @property
    def nodes(self) -> int:
        return len(self.visits)

    @property
    def buckets(self) -> int:
        return int(self.case.facts[lay.F_BUCKETS])

    @property
    def tracked(self) -> int:
        return int(self.case.facts[lay.F_TRACKED])


def route_groups(problem: Problem, open_visits: frozenset[int], *, scale: int, free: bool = False) -> list[RouteGroup]:
    """The groups of a problem in the order of their first routes. `free`: nothing costs anything, only limits count."""
    alike: dict[tuple[object, ...], list[int]] = {}
    linked = any(relation.people.value != "any" or relation.days.value != "any" for relation in problem.relations)
    for index, route in enumerate(problem.routes):
        facts = (
            route.start_place, route.end_place, route.opens, route.closes, route.soft_closes, route.shift,
            route.profile, route.departed, route.base, route.breaks, route.caps, route.prices,
            route.unused_price,
            (route.person, route.day) if linked else None,
            problem.allowed[:, index].tobytes(), problem.service_seconds[:, index].tobytes(),
            problem.pair_price[:, index].tobytes(),
        )  # fmt: skip
        alike.setdefault(facts, []).append(index)
    return [_Case(problem, routes, open_visits, scale, free).group() for routes in alike.values()]


class _Case:
    """One case in the making."""

    def __init__(
        self, problem: Problem, routes: list[int], open_visits: frozenset[int], scale: int, free: bool
    ) -> None:
        self.problem, self.routes, self.scale, self.free = problem, routes, scale, free
        self.index = routes[0]
        self.route: Route = problem.routes[self.index]
        self.base = [0] * len(Measure)
        for measure, amount in self.route.base:
            self.base[measure] += amount
        self.caps = {
            measure: min(limit for m, limit in self.route.caps if m is measure) for measure, _ in self.route.caps
        }
        self.began = 0 if self.route.departed is None else self.route.opens - self.route.departed
        closes = min(self.route.closes, NEVER - 1)
        if Measure.LATE_RETURN in self.caps:
            closes = min(
                closes, self.route.soft_closes + self.caps[Measure.LATE_RETURN] - self.base[Measure.LATE_RETURN]
            )
        self.closes = closes
        self.models_breaks = len(self.route.breaks) <= lay.MOST_PAUSES
        allowed = problem.allowed[:, self.index]
        pieces = {visit: self._pieces(visit) for visit in sorted(open_visits) if allowed[visit]}
        self.pieces = {visit: found for visit, found in pieces.items() if found}
        self.minorants = {measure: self._minorant(measure) for measure in self._priced()}
        self.lines: list[list[int]] = []

    def _pieces(self, visit: int) -> list[Piece]:
        service = int(self.problem.service_seconds[visit, self.index])
        pieces = pieces_of(self.problem.visits[visit], service, self.route.opens, self.closes, self.scale)
        return [(begin, end, 0) for begin, end, _ in pieces] if self.free else pieces

    def _priced(self) -> list[Measure]:
        if self.free:
            return []
        return sorted({measure for measure, curve in self.route.prices if any(rate for _, rate in curve.steps)})

    def _minorant(self, measure: Measure) -> Minorant:
        curves: list[Curve] = [curve for priced, curve in self.route.prices if priced is measure]
        first = self.base[measure] + (self.began if measure is Measure.PAID else 0)
        last = min(first + self._most(measure), self.caps.get(measure, NEVER * 8))
        return minorant(curves, first, last)

    def _most(self, measure: Measure) -> int:
        """No route adds up to more than this."""
        if measure is Measure.VISITS:
            return len(self.problem.visits)
        if measure is Measure.POINTS:
            return sum(max(0, visit.points) for visit in self.problem.visits)
        if measure is Measure.METRES:
            metres = self.problem.travel_metres[self.route.profile]
            return (len(self.problem.visits) + 1) * int(metres.max(initial=0))
        route = self.route
        home = int(self.problem.travel_seconds[route.profile, route.start_place, route.end_place])
        return max(0, self.closes - route.opens) + max(0, route.shift[1] - route.shift[0]) + home

    def _rate(self, measure: Measure) -> Fraction:
        """The price of every unit, where it is the same for all; what is tracked is not in it."""
        found = self.minorants.get(measure)
        if found is None or (measure in _SUMS and not found.is_straight):
            return Fraction(0)
        if measure is Measure.PAID and not (found.is_straight and self.models_breaks):
            return Fraction(0)
        return found.slope

    def group(self) -> RouteGroup:
        tracked = [measure for measure in _SUMS if self._is_tracked(measure)]
        self.lines = [self._row(measure) for measure in tracked]
        paid = self._late_row(Measure.PAID) if self._tracks_paid() else -1
        late = self._late_row(Measure.LATE_RETURN) if Measure.LATE_RETURN in self.minorants else -1
        case = self._case(len(tracked), paid, late)
        fixed = self._fixed(tracked)
        return RouteGroup(
            routes=tuple(self.routes),
            visits=tuple(self.pieces),
            case=case,
            fixed=fixed,
            rest=self._rest(case, fixed, late),
        )

    def _is_tracked(self, measure: Measure) -> bool:
        found = self.minorants.get(measure)
        return measure in self.caps or (found is not None and not found.is_straight)

    def _tracks_paid(self) -> bool:
        found = self.minorants.get(Measure.PAID)
        priced = found is not None and not found.is_straight
        return self.models_breaks and (priced or Measure.PAID in self.caps)

    def _row(self, measure: Measure) -> list[int]:
        found, cap, base = self.minorants.get(measure), self.caps.get(measure, 2**40), self.base[measure]
        if found is None or (measure is Measure.PAID and found.is_straight) or self._rate(measure):
            return [int(measure), base, cap, *[0] * (lay.N_COLUMNS - 3)]
        return found.row(int(measure), base, cap, self.scale)

    def _late_row(self, measure: Measure) -> int:
        self.lines.append(self._row_at_home(measure))
        return len(self.lines) - 1

    def _row_at_home(self, measure: Measure) -> list[int]:
        found, cap = self.minorants.get(measure), self.caps.get(measure, 2**40)
        if found is None or self._rate_at_home(measure):
            return [int(measure), self.base[measure], cap, *[0] * (lay.N_COLUMNS - 3)]
        return found.row(int(measure), self.base[measure], cap, self.scale)

    def _rate_at_home(self, measure: Measure) -> Fraction:
        return self._rate(measure) if measure is Measure.PAID else Fraction(0)

    def _case(self, tracked: int, paid: int, late: int) -> lay.RouteCase:
        problem, route = self.problem, self.route
        data = packed(problem)
        way = self._way()
        near = np.stack((problem.travel_seconds[route.profile].min(axis=0), way.min(axis=0)), axis=1)
        visits = self._visits()
        after, quickest = self._after(visits)
        return lay.RouteCase(
            facts=self._facts(tracked, paid, late, quickest),
            visits=visits,
            pieces=np.array([piece for found in self.pieces.values() for piece in found], dtype=np.int64).reshape(
                -1, 3
            ),
            seconds=data.seconds[route.profile],
            metres=data.metres[route.profile],
            way=way,
            near=near.astype(np.int64),
            lines=np.array(self.lines, dtype=np.int64).reshape(-1, lay.N_COLUMNS),
            pauses=self._pauses(),
            after=after,
            table=data.visits,
            flat=data.flat,
        )

    def _way(self) -> Int64:
        """Fine cost of driving between places."""
        seconds = self.problem.travel_seconds[self.route.profile].astype(np.int64)
        metres = self.problem.travel_metres[self.route.profile].astype(np.int64)
        driving = self._rate(Measure.DRIVE) + self._rate(Measure.PAID) - self._rate(Measure.IDLE)
        way = _multiples(seconds, driving, self.scale) + _multiples(metres, self._rate(Measure.METRES), self.scale)
        return np.ascontiguousarray(way)

    def _visits(self) -> Int64:
        table = np.zeros((len(self.pieces), lay.C_COLUMNS), dtype=np.int64)
        offset = 0
        busy = self._rate(Measure.PAID) - self._rate(Measure.IDLE)
        for number, (visit, pieces) in enumerate(self.pieces.items()):
            facts, service = self.problem.visits[visit], int(self.problem.service_seconds[visit, self.index])
            cost = busy * service + self._rate(Measure.VISITS) + self._rate(Measure.POINTS) * facts.points
            if not self.free:
                cost += int(self.problem.pair_price[visit, self.index])
            table[number] = (
                visit, facts.place, service, fine(cost, self.scale), facts.points, offset, len(pieces),
                number // lay.WORD, 1 << number % lay.WORD,
            )  # fmt: skip
            offset += len(pieces)
        return table

    def _after(self, visits: Int64) -> tuple[Int64, int]:
        """Which visits may follow each node, the start last, and the least seconds from one visit to the next."""
        nodes = len(visits)
        seconds = self.problem.travel_seconds[self.route.profile].astype(np.int64)
        places = visits[:, lay.C_PLACE]
        ways = np.concatenate((seconds, seconds.min(axis=0, keepdims=True)))[np.append(places, self.route.start_place)]
        drive = np.where(places < 0, 0, ways[:, places]) if nodes else np.zeros((1, 0), dtype=np.int64)
        firsts = [found[0][0] for found in self.pieces.values()]
        leaves = np.append(np.array(firsts, dtype=np.int64) + visits[:, lay.C_SERVICE], self.route.opens)
        lasts = np.array([found[-1][1] for found in self.pieces.values()], dtype=np.int64)
        fits = leaves[:, None] + drive <= lasts[None, :]
        fits[np.arange(nodes), np.arange(nodes)] = False
        after = np.zeros((nodes + 1, nodes + 1), dtype=np.int64)
        for node in range(nodes + 1):
            onto = np.flatnonzero(fits[node])
            after[node, 0] = len(onto)
            after[node, 1 : len(onto) + 1] = onto
        busy = (drive[:nodes] + visits[:, lay.C_SERVICE][:, None])[fits[:nodes]]
        return after, int(busy.min(initial=2**31))

    def _pauses(self) -> Int64:
        rows = []
        for pause in self.route.breaks if self.models_breaks else ():
            missed = 0 if self.free else fine(pause.missed_price, self.scale)
            if pause.missed_price >= NEVER:
                missed = lay.INFINITE
            taken = (self._rate(Measure.PAID) if pause.is_paid else Fraction(0)) - self._rate(Measure.IDLE)
            unpaid = 0 if pause.is_paid else pause.seconds
            rows.append((
                pause.opens, pause.closes, pause.seconds, pause.after, missed, fine(taken * pause.seconds, self.scale),
                unpaid, int(pause.needs_next_stop), int(pause.frees_first_wait),
            ))  # fmt: skip
        return np.array(rows, dtype=np.int64).reshape(-1, lay.B_COLUMNS)

    def _facts(self, tracked: int, paid: int, late: int, quickest: int) -> Int64:
        route, facts = self.route, np.zeros(lay.F_COUNT, dtype=np.int64)
        wait = Fraction(0)
        if self.models_breaks or not route.breaks:
            wait = self._rate(Measure.WAIT) + self._rate(Measure.PAID)
        facts[lay.F_START], facts[lay.F_END] = route.start_place, route.end_place
        facts[lay.F_OPENS], facts[lay.F_CLOSES] = route.opens, self.closes
        facts[lay.F_SOFT_CLOSES] = route.soft_closes
        facts[lay.F_LATEST_LEAVE] = self.closes if route.departed is None else route.opens
        facts[lay.F_SPAN] = self.began
        facts[lay.F_WAIT_RATE] = min(wait.numerator * self.scale // wait.denominator, _RATES)
        facts[lay.F_SPAN_USE] = 2 if paid >= 0 else int(any(pause.after > 0 for pause in route.breaks))
        facts[lay.F_SCALE] = self.scale
        facts[lay.F_SHIFT] = shift = self._shift(quickest)
        facts[lay.F_BUCKETS] = 1 + (self._last() >> shift)
        facts[lay.F_PASSES] = 1 if quickest >= 1 << shift else _PASSES
        facts[lay.F_MOST_STOPS] = self._most_stops()
        facts[lay.F_PAID_LINES], facts[lay.F_LATE_LINES] = paid, late
        facts[lay.F_TRACKED] = tracked
        rounded = sum(curve.per > 1 for _, curve in route.prices)
        facts[lay.F_MARGIN] = (rounded + 1) * self.scale if rounded else 0
        facts[lay.F_DEPARTED] = int(route.departed is not None)
        return facts

    def _shift(self, quickest: int) -> int:
        """Short enough that no visit follows another within a bucket, where that leaves few enough."""
        last = self._last()
        longest = max(1, min(quickest, last // _FEWEST_BUCKETS))
        return max(longest.bit_length() - 1, (last // _MOST_BUCKETS).bit_length())

    def _last(self) -> int:
        """The last start of any visit, counted from the opening."""
        last = max((end for found in self.pieces.values() for _, end, _ in found), default=self.route.opens)
        return last - self.route.opens

    def _most_stops(self) -> int:
        cap = self.caps.get(Measure.VISITS, NEVER) - self.base[Measure.VISITS]
        return max(0, min(len(self.pieces), cap))

    def _fixed(self, tracked: list[Measure]) -> int:
        """What the first unit of each measure stands on."""
        if self.free:
            return 0
        total = Fraction(0)
        for measure, found in self.minorants.items():
            if measure is Measure.IDLE:
                total += self._idle(found)
            elif measure is not Measure.LATE_RETURN and (self._rate(measure) or measure is Measure.WAIT):
                total += found.start + self._behind(measure, found)
            elif measure in _SUMS and measure not in tracked:
                total += found.start
        sums = (_highest(self.lines[number], self.base[measure]) for number, measure in enumerate(tracked))
        return total.numerator * self.scale // total.denominator + sum(sums)

    def _behind(self, measure: Measure, found: Minorant) -> Fraction:
        if measure is not Measure.PAID:
            return Fraction(0)
        return found.slope * (self.base[measure] + self.began - found.first)

    def _idle(self, found: Minorant) -> Fraction:
        """The price of the idle time of a route that neither drives nor serves, by its first slope."""
        opens, closes = self.route.shift
        idle = max(0, closes - opens) - self.began
        if not self.models_breaks:
            idle -= sum(pause.seconds for pause in self.route.breaks)
        return found.start + found.slope * idle

    def _rest(self, case: lay.RouteCase, fixed: int, late: int) -> int:
        """The least cost of serving nobody."""
        if self.free:
            return 0
        tables = tables_of(self.problem)
        least = fine(resting(tables, tables.routes[self.index]).price, self.scale)
        if self.route.departed is None:
            return least
        home = int(case.seconds[self.route.start_place, self.route.end_place])
        cost = fixed + int(case.way[self.route.start_place, self.route.end_place])
        if late >= 0:
            returns = max(0, self.route.opens + home - self.route.soft_closes)
            cost += _highest(self.lines[late], self.base[Measure.LATE_RETURN] + returns)
        return min(least, cost)


def _highest(row: list[int], amount: int) -> int:
    lines = row[lay.N_LINES : lay.N_LINES + 2 * row[lay.N_COUNT]]
    return max((at + rate * amount for at, rate in zip(lines[::2], lines[1::2], strict=True)), default=0)


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
