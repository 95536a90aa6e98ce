"""One planning problem, as the engine sees it: integers only, no people, no dates, no reasons.

Times are whole seconds from the horizon's start, distances metres, prices whole cents, points hundredths.
A *route* is one case manager on one day. A *visit* is served by at most one route. A problem is validated
once, when it is made, and never changes. The seven primitives every business rule is written in:

1. `allowed[visit, route]`        may this route carry this visit at all?
2. `pair_price[visit, route]`     what it costs that this route does it
3. `windows`, `start_prices`      hard windows on the START of service, and a price for starting early or late
4. `route_prices`, `caps`         piecewise-linear price, and hard limit, of what a route adds up to
5. `travel_seconds/_metres`       between places, by travel profile
6. `relations`                    gap between two starts; same or different person; same or another day
7. `worst_prices`                 price of the worst value over all visits or routes
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import InvalidProblem

NEVER = 2**31 - 1
"""No limit, or an unreachable pair of places."""
NO_PLACE = -1
"""A remote visit: it happens wherever the case manager is, before driving on to the next place."""
LARGEST_PRICE = 10**12
"""No single price may pass this many cents, so that sums stay far inside 64 bits."""

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Measure(IntEnum):
    """What a route adds up to. Seconds, metres, hundredths of points, or counts."""

    DRIVE = 0
    METRES = 1
    WAIT = 2  # idle between arrival (or the end of a break) and start, over all stops
    PAID = 3  # from leaving to returning, less the unpaid breaks taken
    LATE_RETURN = 4  # return past the route's soft end
    VISITS = 5
    POINTS = 6
    IDLE = 7  # time in the shift before leaving, all waits, and time in the shift after returning
    LATENESS = 8  # of visits, past their `late_after`; only for `WorstPrice`


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Piecewise-linear price of a whole number >= 0: `steps` are (from value, cents per `per` units beyond it).

    The price is 0 at 0 and below; slopes add from step to step, they do not replace the amount before.
    Rounded half up to whole cents, once.
    """

    steps: tuple[tuple[int, int], ...]
    per: int = 1

    def __call__(self, value: int) -> int:
        total = 0
        for index, (start, rate) in enumerate(self.steps):
            end = self.steps[index + 1][0] if index + 1 < len(self.steps) else value
            total += rate * max(0, min(value, end) - start)
        return (2 * total + self.per) // (2 * self.per)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPrice:
    """Price of when a visit starts: `early` of the seconds before `early_before`, `late` of those after `late_after`.

    It applies to starts in [`applies_from`, `applies_until`), so a visit with several soft windows has one of
    these for each. All that apply are added.
    """

    early_before: int = 0
    late_after: int = NEVER
    early: Curve = Curve(steps=())
    late: Curve = Curve(steps=())
    applies_from: int = 0
    applies_until: int = NEVER

    def __call__(self, start: int) -> int:
        if not self.applies_from <= start < self.applies_until:
            return 0
        return self.early(max(0, self.early_before - start)) + self.late(max(0, start - self.late_after))

    def lateness(self, start: int) -> int:
        """Seconds past `late_after`, for `Measure.LATENESS`."""
        applies = self.applies_from <= start < self.applies_until and bool(self.late.steps)
        return max(0, start - self.late_after) if applies else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`place` is an index of the travel matrix or `NO_PLACE`; windows are inclusive, in order, disjoint.

    `unserved_class` 0 is served before anything of class 1 counts, and so on; a visit with an `unserved_price` is
    not counted in any class, leaving it out costs so many cents instead. `points` are hundredths.
    """

    place: int
    windows: tuple[tuple[int, int], ...]
    unserved_class: int = 0
    latest_end: int = NEVER
    start_prices: tuple[StartPrice, ...] = ()
    points: int = 0
    unserved_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break of `seconds` starting in [`opens`, `closes`], where the case manager then is.

    Needed only when the route lasts longer than `after` seconds (leaving to returning). Taken on arrival at a
    stop, before its service, or after the last stop before driving to the end place.
    `missed_price` in cents; `NEVER` makes the break hard. `needs_next_stop`: it is never taken after the last stop.
    `frees_first_wait`: where it is the last thing before the first stop of a day that has not begun, the time between
    the two is no `Measure.WAIT`; it stays idle.
    """

    opens: int
    closes: int
    seconds: int
    after: int = 0
    is_paid: bool = False
    missed_price: int = NEVER
    needs_next_stop: bool = False
    frees_first_wait: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One case manager's free time on one day.

    `opens` is the earliest moment to leave `start_place`, `closes` the latest to reach `end_place`,
    `soft_closes` the moment after which `Measure.LATE_RETURN` counts. `shift` is the whole shift, for
    `Measure.IDLE`. When the day has already begun, `departed` is when it did, `start_place`/`opens` tell
    where and when the free part begins, and `base` holds what the part behind has used up.
    `caps` and `prices` are (measure, limit) and (measure, curve). `unused_price` is what a route costs in cents that
    has not departed and serves nobody.
    """

    person: int
    start_place: int
    end_place: int
    opens: int
    closes: int
    soft_closes: int = NEVER
    shift: tuple[int, int] = (0, 0)
    day: int = 0
    profile: int = 0
    departed: int | None = None
    base: tuple[tuple[Measure, int], ...] = ()
    breaks: tuple[Break, ...] = ()
    caps: tuple[tuple[Measure, int], ...] = ()
    prices: tuple[tuple[Measure, Curve], ...] = ()
    unused_price: int = 0


class Alike(Enum):
    """What two related visits must have in common."""

    ANY = "any"
    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Between two visits: `min_gap` <= start of `second` - start of `first` <= `max_gap`, when both are served.

    Gaps may be negative; (0, 0) is two clinicians at once. `both_or_none`: one is worth nothing without the other.
    """

    first: int
    second: int
    min_gap: int | None = None
    max_gap: int | None = None
    people: Alike = Alike.ANY
    days: Alike = Alike.ANY
    both_or_none: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstPrice:
    """Price of the largest value of `measure` over all routes, or over all visits for `LATENESS`."""

    measure: Measure
    curve: Curve
    includes_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Shapes: `allowed`, `pair_price`, `service_seconds` are [visits, routes]; travel is [profiles, places, places].

    Raises `InvalidProblem` with every fault found. Arrays are made read-only.
    """

    visits: tuple[Visit, ...]
    routes: tuple[Route, ...]
    allowed: BoolArray
    pair_price: IntArray
    service_seconds: IntArray
    travel_seconds: IntArray
    travel_metres: IntArray
    relations: tuple[Relation, ...] = ()
    worst_prices: tuple[WorstPrice, ...] = ()

    def __post_init__(self) -> None:
        from optimizer.problem_checks import faults  # noqa: PLC0415 - the checks know the problem, not the reverse

        if found := tuple(faults(self)):
            raise InvalidProblem(found)
        for array in self.arrays():
            array.setflags(write=False)

    def arrays(self) -> Iterator[NDArray[np.generic]]:
        yield from (self.allowed, self.pair_price, self.service_seconds, self.travel_seconds, self.travel_metres)

    @property
    def classes(self) -> int:
        """How many priority classes of unserved visits there are."""
        return 1 + max((visit.unserved_class for visit in self.visits), default=0)
