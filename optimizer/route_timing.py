"""When one route serves its stops in a given order, and what that costs.

Whole seconds and cents. Pure and deterministic. It never reorders stops and never sees another route: starts that
depend on others come in as `held` intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from optimizer.course import NOTHING_HELD, Course, Held, earliest, earliest_with_breaks
from optimizer.problem import NEVER, Measure
from optimizer.solution import BreakTaken, Tour
from optimizer.stop_times import Schedule, Timing, pauses_of
from optimizer.tables import RouteTable, Tables


def schedule(tables: Tables, route: RouteTable, stops: Sequence[int], held: Held = NOTHING_HELD) -> Schedule | None:
    """The cheapest times found for this order of stops, or nothing when a hard limit forbids it."""
    if not stops:
        return resting(tables, route)
    timing = begun(tables, route, stops, held)
    return None if timing is None else timing.completed()


def begun(tables: Tables, route: RouteTable, stops: Sequence[int], held: Held) -> Timing | None:
    """A first look at an order of stops: nothing when the windows alone forbid it."""
    course = Course(tables, route, stops, held)
    if not course.is_reachable:
        return None
    soonest = earliest(course, route.opens)
    return None if soonest is None else Timing(tables, route, stops, course, soonest)


def resting(tables: Tables, route: RouteTable) -> Schedule:
    """The route when it serves nobody: at rest, or on the way home when its day has begun."""
    if route.began is None:
        measures = list(route.base)
        measures[Measure.IDLE] += max(0, route.shift_closes - route.shift_opens)
        price = sum(price_of(measures[measure]) for measure, price_of in route.prices)
        return Schedule([0], (), 0, 0, price, measures)
    free = route.relaxed("closes")
    free.breaks = tuple(replace(pause, missed_price=pause.missed_price % NEVER) for pause in route.breaks)
    timing = Timing(tables, free, (), Course(tables, free, (), NOTHING_HELD), [route.opens])
    found = timing.finished(timing.soonest, (), 0)
    return timing.with_breaks(found) or found


def soonest(tables: Tables, route: RouteTable, stops: Sequence[int], held: Held) -> list[int] | None:
    """The earliest start of every stop, breaks included, when nothing is moved later for a better price."""
    found = schedule(tables, route, stops, held)
    if found is None:
        return None
    course = Course(tables, route, stops, held)
    plain = earliest(course, route.opens)
    if plain is None or not found.taken:
        return plain
    return earliest_with_breaks(course, route.opens, plain, pauses_of(route, found.taken))


def tour_of(route: RouteTable, stops: Sequence[int], timed: Schedule, course: Course) -> Tour:
    """The schedule as a tour, with the moment of every break."""
    breaks = []
    clock, node = timed.leaves, -1
    for before, which in timed.taken:
        if before != node:
            clock, node = course.arrival(timed.starts, before, timed.leaves), before
        starts = max(clock, route.breaks[which].opens)
        breaks.append(BreakTaken(which=which, before=before, starts=starts))
        clock = starts + route.breaks[which].seconds
    return Tour(
        visits=tuple(stops),
        starts=tuple(timed.starts[:-1]),
        breaks=tuple(breaks),
        leaves=timed.leaves,
        returns=timed.returns,
    )
