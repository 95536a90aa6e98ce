"""The times of one course: breaks placed, needless waiting removed, starts pulled to their wishes.

Whole seconds and cents. Pure and deterministic. Two moves that a person would make are made here: leave later
instead of waiting, and start nearer to what was wished when that is cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.course import (
    NO_PAUSES,
    Course,
    Pauses,
    after_pauses,
    arrive_by,
    compacted,
    earliest_from,
    earliest_with_breaks,
    moved,
)
from optimizer.problem import NEVER, Break
from optimizer.schedule import Schedule, Taken
from optimizer.tables import RouteTable, Tables

_SWEEPS = 3


class Timing:
    """Everything that stays the same while the times of one course are chosen."""

    __slots__ = ("course", "pricing", "route", "soonest", "stops", "tables")

    def __init__(
        self, tables: Tables, route: RouteTable, stops: Sequence[int], course: Course, soonest: list[int]
    ) -> None:
        self.tables, self.route, self.stops, self.course, self.soonest = tables, route, stops, course, soonest
        pricing = tables.start_pricing
        self.pricing = [(node, priced) for node, stop in enumerate(stops) if (priced := pricing[stop]) is not None]

    def completed(self) -> Schedule | None:
        """The cheapest times found, or nothing when a break or a cap forbids the order."""
        found: Schedule | None = self.finished(self.soonest, (), 0)
        if found is not None and self.route.breaks:
            found = self.with_breaks(found)
        return None if found is None or _passes_a_cap(self.route, found.measures) else found

    def finished(self, starts: list[int], taken: Taken, missed: int) -> Schedule:
        """The best times found from the earliest ones, for given breaks."""
        pauses = pauses_of(self.route, taken)
        late = starts if self.route.began is not None else compacted(self.course, starts, pauses)
        if not self.pricing:
            return self._built(late, taken, pauses, missed)
        if self._start_price(late) == self._least_from(starts):
            return self._built(late, taken, pauses, missed)
        options = (self._built(times, taken, pauses, missed) for times in (late, starts))
        return self._wished(min(options, key=lambda option: option.price), starts, pauses, missed)

    def _wished(self, best: Schedule, soonest: list[int], pauses: Pauses, missed: int) -> Schedule:
        for _ in range(_SWEEPS):
            before = best.price
            for node, priced in self.pricing:
                if priced.at(best.starts[node]) == 0:
                    continue
                for moment in (soonest[node], *priced.moments):
                    best = self._moved(best, node, max(moment, soonest[node]), pauses, missed)
            if best.price == before:
                break
        return best

    def _moved(self, best: Schedule, node: int, moment: int, pauses: Pauses, missed: int) -> Schedule:
        start = earliest_from(self.course.windows[node], moment)
        if start < 0 or start == best.starts[node]:
            return best
        times = moved(self.course, best.starts, node, start, pauses)
        if times is None:
            return best
        option = self._built(times, best.taken, pauses, missed)
        return option if option.price < best.price else best

    def with_breaks(self, found: Schedule) -> Schedule | None:
        """The schedule with every break that its length asks for, or with the price of missing it."""
        decided: set[int] = set()
        missed = 0
        while True:
            span = found.returns - (found.leaves if self.route.began is None else self.route.began)
            which = self._due(span, decided)
            if which is None:
                return found
            decided.add(which)
            option = self._placed(which, found.taken, missed)
            price = self.route.breaks[which].missed_price
            if price >= NEVER:
                if option is None:
                    return None
                found = option
            elif option is not None and option.price <= found.price + price:
                found = option
            else:
                missed += price
                found.price += price

    def _due(self, span: int, decided: set[int]) -> int | None:
        pauses = enumerate(self.route.breaks)
        return next((which for which, pause in pauses if which not in decided and span > pause.after), None)

    def _placed(self, which: int, taken: Taken, missed: int) -> Schedule | None:
        """The break at the node that delays the route least, among those where it can be taken."""
        best: tuple[tuple[int, int], list[int], Taken] | None = None
        for node in self._places(self.route.breaks[which]):
            order = tuple(sorted((*taken, (node, which)), key=self._order))
            starts = earliest_with_breaks(self.course, self.route.opens, self.soonest, pauses_of(self.route, order))
            if starts is None:
                continue
            key = (self._start_price(starts), starts[-1])
            if best is None or key < best[0]:
                best = key, starts, order
        return None if best is None else self.finished(best[1], best[2], missed)

    def _order(self, taken: tuple[int, int]) -> tuple[int, int, int]:
        node, which = taken
        return node, self.route.breaks[which].opens, which

    def _places(self, pause: Break) -> range:
        """Nodes worth trying: from the last one reached before the break may begin, while it may still begin."""
        course, opens, closes = self.course, pause.opens, pause.closes
        first, last, clock = 0, -1, self.route.opens
        for leg, duration, start in zip(course.legs, course.durations, self.soonest, strict=True):
            arrival = clock + leg
            if arrival > closes:
                break
            last += 1
            if arrival <= opens:
                first = last
            clock = start + duration
        return range(first, min(last + 1, len(self.stops)) if pause.needs_next_stop else last + 1)

    def _start_price(self, starts: list[int]) -> int:
        total = 0
        for node, priced in self.pricing:
            total += priced.at(starts[node])
        return total

    def least_start_price(self) -> int:
        """What the starts cost at least, whatever else is decided."""
        return self._least_from(self.soonest)

    def _least_from(self, starts: list[int]) -> int:
        total = 0
        for node, priced in self.pricing:
            total += priced.least_from(starts[node])
        return total

    def _built(self, starts: list[int], taken: Taken, pauses: Pauses, missed: int) -> Schedule:
        route, course = self.route, self.course
        opening = pauses.get(0, ())
        leaves = route.opens if route.began is not None else arrive_by(starts[0], opening) - course.legs[0]
        began = leaves if route.began is None else route.began
        returns = starts[-1] + course.home
        paused = unpaid = 0
        for _, which in taken:
            pause = route.breaks[which]
            paused += pause.seconds
            unpaid += 0 if pause.is_paid else pause.seconds
        idle = starts[-1] - leaves - course.away - paused
        wait = idle - self._free_wait(starts[0], leaves, opening)
        measures = [
            course.drive,
            course.metres,
            wait,
            returns - began - unpaid,
            returns - route.soft_closes if returns > route.soft_closes else 0,
            len(self.stops),
            course.points,
            idle + route.rest(began, returns),
            self._lateness(starts) if self.tables.counts_lateness else 0,
        ]
        for measure, amount in route.used_before:
            measures[measure] += amount
        price = course.pairs + missed + self._start_price(starts)
        for measure, price_of in route.prices:
            price += price_of(measures[measure])
        return Schedule(starts, taken, leaves, returns, price, measures)

    def _free_wait(self, first: int, leaves: int, opening: Sequence[Break]) -> int:
        """Seconds between the breaks that open the day and its first stop, where they are no wait."""
        if self.route.began is not None or not self.stops or not opening or not opening[-1].frees_first_wait:
            return 0
        clock = after_pauses(leaves + self.course.legs[0], opening)
        return 0 if clock is None else first - clock

    def _lateness(self, starts: list[int]) -> int:
        worst = 0
        for node, priced in self.pricing:
            worst = max(worst, priced.lateness(starts[node]))
        return worst


def pauses_of(route: RouteTable, taken: Taken) -> Pauses:
    if not taken:
        return NO_PAUSES
    pauses: dict[int, list[Break]] = {}
    for node, which in taken:
        pauses.setdefault(node, []).append(route.breaks[which])
    return pauses


def _passes_a_cap(route: RouteTable, measures: list[int]) -> bool:
    return any(measures[measure] > limit for measure, limit in route.caps)
