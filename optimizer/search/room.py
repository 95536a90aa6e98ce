"""Where one more visit could fit in a route: quick bounds that only ever rule out.

By position: where one then is, where one goes next, when the stop before ends at the earliest, and the latest
arrival at what comes next. Breaks are left aside, so the times and prices here are lower bounds of the real ones,
and a visit that passes still has to be timed. Whole seconds, metres, cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from optimizer.course import Course, Detour, Held, earliest, earliest_from, latest_until
from optimizer.curves import PriceOf
from optimizer.linked import Interval
from optimizer.problem import NEVER, Measure
from optimizer.route_timing import begun
from optimizer.stop_times import Timing
from optimizer.tables import RouteTable, Tables, clipped

_ANY_TIME = (0, NEVER)
_KNOWN_BEFOREHAND = (Measure.DRIVE, Measure.METRES, Measure.PAID, Measure.VISITS, Measure.POINTS)


class Gap(NamedTuple):
    """A position that may work: the least the route would cost, and the bounds of the visit's start."""

    bound: int
    position: int
    soonest: int
    latest: int


class Room:
    """The bounds of one route with given stops."""

    __slots__ = (
        "_course",
        "_ends",
        "_has_remote",
        "_held",
        "_here",
        "_latest",
        "_next",
        "_prices",
        "_starts",
        "_sums",
        "_tables",
        "route",
        "stops",
    )

    def __init__(self, tables: Tables, route: RouteTable, stops: Sequence[int], held: Held) -> None:
        course = Course(tables, route, stops, held)
        self._tables, self.route, self.stops, self._held = tables, route, stops, held
        self._course = course
        self._has_remote = any(tables.places[stop] < 0 for stop in stops)
        service = course.away - (course.drive - course.home)
        self._sums = (course.drive, course.metres, course.drive + service, len(stops), course.points)
        self._prices: tuple[tuple[int, PriceOf, int], ...] = tuple(
            (_KNOWN_BEFOREHAND.index(Measure(measure)), price_of, route.base[measure])
            for measure, price_of in route.prices
            if measure in _KNOWN_BEFOREHAND
        )
        self._here, self._next = _places(tables, route, stops)
        self._starts = earliest(course, route.opens)
        self._ends, self._latest = _bounds(tables, route, stops, course, self._starts)

    def gaps(self, visit: int, interval: Interval | None = None) -> list[Gap]:
        """The positions that the clock does not forbid, by rising bound of the price, then from front to back."""
        tables, route = self._tables, self.route
        place, index = tables.places[visit], route.index
        windows, spent = tables.windows[visit][index], tables.service[visit][index]
        low, high = interval or _ANY_TIME
        seconds = route.seconds
        found = []
        for position, (here, after) in enumerate(zip(self._here, self._next, strict=True)):
            way, skipped = 0, seconds[here][after]
            on = skipped
            if place >= 0:
                way, on = seconds[here][place], seconds[place][after]
            if way >= NEVER or on >= NEVER:
                continue
            soonest = earliest_from(windows, max(self._ends[position] + way, low))
            limit = self._latest[position]
            if soonest < 0 or soonest > high or soonest + spent + on > limit:
                continue
            latest = min(high, latest_until(windows, limit - on - spent))
            found.append(Gap(self._bound(visit, here, after, way + on - skipped), position, soonest, latest))
        found.sort()
        return found

    def timings(self, visit: int, interval: Interval | None = None) -> list[tuple[int, int, Gap, Timing]]:
        """As `gaps`, with the earliest starts: (bound with the start prices, position, gap, timing), cheapest first."""
        found = []
        for gap in self.gaps(visit, interval):
            timing = self._timing(visit, gap, interval)
            if timing is not None:
                found.append((gap.bound + timing.least_start_price(), gap.position, gap, timing))
        found.sort(key=itemgetter(0, 1))
        return found

    def _timing(self, visit: int, gap: Gap, interval: Interval | None) -> Timing | None:
        tables, route, at = self._tables, self.route, gap.position
        longer = (*self.stops[:at], visit, *self.stops[at:])
        place, windows = tables.places[visit], tables.windows[visit][route.index]
        if place < 0 or self._has_remote or self._starts is None:
            return begun(tables, route, longer, {**self._held, visit: interval or _ANY_TIME})
        here, after, metres = self._here[at], self._next[at], route.metres
        way, on = route.seconds[here][place], route.seconds[place][after]
        detour = Detour(
            visit=visit,
            position=at,
            windows=windows if interval is None else clipped(windows, *interval),
            way=way,
            on=on,
            more_seconds=way + on - route.seconds[here][after],
            more_metres=metres[here][place] + metres[place][after] - metres[here][after],
        )
        course = self._course.with_stop(tables, route, detour)
        starts = earliest(course, route.opens, [*self._starts[:at], gap.soonest])
        return None if starts is None else Timing(tables, route, longer, course, starts)

    def _bound(self, visit: int, here: int, after: int, detour: int) -> int:
        """The price of everything that is known before the clock is: times can only add to it."""
        tables, route = self._tables, self.route
        place, index, metres = tables.places[visit], route.index, route.metres
        drive, length, busy, visits, points = self._sums
        if place >= 0:
            length += metres[here][place] + metres[place][after] - metres[here][after]
        spent = tables.service[visit][index]
        sums = (drive + detour, length, busy + detour + spent, visits + 1, points + tables.points[visit])
        price = self._course.pairs + tables.pair_price[visit][index]
        for which, price_of, base in self._prices:
            price += price_of(base + sums[which])
        return price


def _places(tables: Tables, route: RouteTable, stops: Sequence[int]) -> tuple[list[int], list[int]]:
    """Where one is before each position, and the next place one drives to."""
    here, after = [route.start], [route.end] * (len(stops) + 1)
    for stop in stops:
        place = tables.places[stop]
        here.append(place if place >= 0 else here[-1])
    for position in range(len(stops) - 1, -1, -1):
        place = tables.places[stops[position]]
        after[position] = place if place >= 0 else after[position + 1]
    return here, after


def _bounds(
    tables: Tables, route: RouteTable, stops: Sequence[int], course: Course, starts: list[int] | None
) -> tuple[list[int], list[int]]:
    """The earliest end before each position and the latest arrival at its next place (`NEVER`: unknowable)."""
    size = len(stops)
    if starts is None:  # on the way home, and too late already: nothing fits
        return [NEVER] * (size + 1), [-1] * (size + 1)
    ends = [route.opens, *(start + spent for start, spent in zip(starts[:-1], course.durations, strict=False))]
    latest = [route.closes] * (size + 1)
    limit = route.closes - course.home
    for node in range(size - 1, -1, -1):
        limit = latest_until(course.windows[node], limit - course.legs[node + 1] - course.durations[node])
        # From a remote stop one drives on from elsewhere than before, so its latest arrival is not the old one.
        latest[node] = limit if tables.places[stops[node]] >= 0 else NEVER
    return ends, latest
