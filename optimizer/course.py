"""A sequence of stops on a route, before any time is chosen, and the passes that choose times for it.

Seconds throughout. A course of n stops has n + 1 nodes: the stops, and the moment of driving home. A pass takes
and gives one start per node. Breaks sit on the arrival at a node, before its service. Pure; knows no prices.

Source: Savelsbergh (1992), "The Vehicle Routing Problem with Time Windows: Minimizing Route Duration", ORSA
Journal on Computing 4(2): earliest starts forward, then leaving as late as the schedule allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from optimizer.problem import NEVER, Break
from optimizer.schedule import Held
from optimizer.tables import RouteTable, Tables, Windows, clipped

Pauses = Mapping[int, Sequence[Break]]
"""By node, the breaks taken on arrival there, in order."""
NO_PAUSES: Pauses = {}


class Detour(NamedTuple):
    """A stop on the way: the legs to and from it, and what they come to beyond the leg they replace."""

    visit: int
    position: int
    windows: Windows
    way: int
    on: int
    more_seconds: int
    more_metres: int


class Course:
    """`away` is all driving and serving before the drive home, which takes `home` seconds."""

    __slots__ = ("away", "drive", "durations", "home", "legs", "metres", "pairs", "points", "windows")

    def __init__(self, tables: Tables, route: RouteTable, stops: Sequence[int], held: Held) -> None:
        index, seconds, metres = route.index, route.seconds, route.metres
        places, service, windows = tables.places, tables.service, tables.windows
        here, drive, length, pairs, points = route.start, 0, 0, 0, 0
        self.legs: list[int] = []
        self.durations: list[int] = []
        self.windows: list[Windows] = []
        for stop in stops:
            leg, place = 0, places[stop]
            if place >= 0:
                leg = seconds[here][place]
                length += metres[here][place]
                drive += leg
                here = place
            self.legs.append(leg)
            self.durations.append(service[stop][index])
            self.windows.append(windows[stop][index])
            pairs += tables.pair_price[stop][index]
            points += tables.points[stop]
        if held:
            self._hold(stops, held)
        self.home = seconds[here][route.end]
        self.away = drive + sum(self.durations)
        self.drive, self.metres = drive + self.home, length + metres[here][route.end]
        self.pairs, self.points = pairs, points
        self.legs.append(0)
        self.durations.append(0)
        self.windows.append(((0, route.closes - self.home),))

    def _hold(self, stops: Sequence[int], held: Held) -> None:
        for node, stop in enumerate(stops):
            if (interval := held.get(stop)) is not None:
                self.windows[node] = clipped(self.windows[node], *interval)

    @property
    def is_reachable(self) -> bool:
        return self.drive < NEVER

    def with_stop(self, tables: Tables, route: RouteTable, stop: Detour) -> Course:
        """One more stop in a course that has no remote visits, as quickly as it can be told."""
        index, at = route.index, stop.position
        twin = Course.__new__(Course)
        twin.legs = [*self.legs[:at], stop.way, stop.on, *self.legs[at + 1 :]]
        twin.durations = [*self.durations[:at], tables.service[stop.visit][index], *self.durations[at:]]
        twin.windows = [*self.windows[:at], stop.windows, *self.windows[at:]]
        twin.home = self.home
        if at == len(self.legs) - 1:
            twin.legs[-1], twin.home = 0, stop.on
            twin.windows[-1] = ((0, route.closes - stop.on),)
        twin.drive, twin.metres = self.drive + stop.more_seconds, self.metres + stop.more_metres
        twin.away = self.away + self.home + stop.more_seconds + tables.service[stop.visit][index] - twin.home
        twin.pairs = self.pairs + tables.pair_price[stop.visit][index]
        twin.points = self.points + tables.points[stop.visit]
        return twin

    def arrival(self, starts: Sequence[int], node: int, leaves: int) -> int:
        """When the case manager reaches a node, had they left home at `leaves`."""
        clock = starts[node - 1] + self.durations[node - 1] if node else leaves
        return clock + self.legs[node]


def earliest(course: Course, leaves: int, before: Sequence[int] = ()) -> list[int] | None:
    """Serve every node as early as its windows allow; nothing when one cannot be served.

    `before` has the starts of the first nodes where they are known; else the route leaves at `leaves`.
    """
    starts = list(before)
    known = len(starts)
    clock = starts[-1] + course.durations[known - 1] if known else leaves
    for leg, duration, windows in zip(
        course.legs[known:], course.durations[known:], course.windows[known:], strict=True
    ):
        clock += leg
        for opens, closes in windows:
            if clock <= closes:
                if clock < opens:  # noqa: PLR1730
                    clock = opens  # `max` takes three times as long, and this is the innermost loop
                break
        else:
            return None
        starts.append(clock)
        clock += duration
    return starts


def earliest_with_breaks(course: Course, leaves: int, plain: Sequence[int], pauses: Pauses) -> list[int] | None:
    """As `earliest` with breaks on the way; `plain` are the starts without any."""
    first, last = min(pauses), max(pauses)
    starts = list(plain[:first])
    for node in range(first, last + 1):
        clock = after_pauses(course.arrival(starts, node, leaves), pauses.get(node, ()))
        start = -1 if clock is None else earliest_from(course.windows[node], clock)
        if start < 0:
            return None
        starts.append(start)
    return earliest(course, leaves, starts)


def after_pauses(clock: int, pauses: Sequence[Break]) -> int | None:
    for pause in pauses:
        clock = max(clock, pause.opens)
        if clock > pause.closes:
            return None
        clock += pause.seconds
    return clock


def arrive_by(start: int, pauses: Sequence[Break]) -> int:
    """The latest arrival at a node that still leaves time for its breaks."""
    for pause in reversed(pauses):
        start = min(start - pause.seconds, pause.closes)
    return start


def latest_until(windows: Windows, limit: int) -> int:
    """The latest moment of the windows that is not after `limit`; -1 when there is none."""
    for opens, closes in reversed(windows):
        if opens <= limit:
            return min(closes, limit)
    return -1


def compacted(course: Course, starts: Sequence[int], pauses: Pauses = NO_PAUSES) -> list[int]:
    """The same end, every stop as late as it can be: what waiting is left could not be avoided."""
    late = list(starts)
    for node in range(len(late) - 2, -1, -1):
        limit = late[node + 1]
        if pauses and (here := pauses.get(node + 1)):
            limit = arrive_by(limit, here)
        late[node] = latest_until(course.windows[node], limit - course.legs[node + 1] - course.durations[node])
    return late


def moved(course: Course, starts: Sequence[int], node: int, start: int, pauses: Pauses) -> list[int] | None:
    """One node moved to `start`; those before give way to the front, those after to the back, where they must."""
    times = list(starts)
    times[node] = start
    shifted = _pushed if start > starts[node] else _pulled
    return _straight_home(course, times, pauses) if shifted(course, times, node, pauses) else None


def _straight_home(course: Course, times: list[int], pauses: Pauses) -> list[int] | None:
    last = len(times) - 1
    clock = after_pauses(course.arrival(times, last, 0), pauses.get(last, ()))
    if clock is None:
        return None
    times[last] = clock
    return times


def _pulled(course: Course, times: list[int], node: int, pauses: Pauses) -> bool:
    for before in range(node - 1, -1, -1):
        limit = arrive_by(times[before + 1], pauses.get(before + 1, ()))
        limit -= course.legs[before + 1] + course.durations[before]
        if times[before] <= limit:
            break
        times[before] = latest_until(course.windows[before], limit)
        if times[before] < 0:
            return False
    return True


def _pushed(course: Course, times: list[int], node: int, pauses: Pauses) -> bool:
    for after in range(node + 1, len(times)):
        clock = after_pauses(course.arrival(times, after, 0), pauses.get(after, ()))
        if clock is None:
            return False
        if clock <= times[after]:
            break
        start = earliest_from(course.windows[after], clock)
        if start < 0:
            return False
        times[after] = start
    return True


def earliest_from(windows: Windows, moment: int) -> int:
    """The earliest moment of the windows that is not before `moment`; -1 when there is none."""
    for opens, closes in windows:
        if moment <= closes:
            return max(opens, moment)
    return -1
