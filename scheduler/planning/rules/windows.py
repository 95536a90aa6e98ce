"""A visit starts within one of its windows; or, where lateness is only priced, not before the first one opens.

Windows bound the start, and the end too for visits that must end by close. A visit whose lateness is priced is
judged by the last window that has opened by the time it starts; with `must_end_by_close` its end counts. A start
that a dispatcher pinned takes the place of the windows: the pin is what was agreed, and is told, not refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from optimizer.problem import NEVER, Curve, StartPrice
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.time import TimeWindow, after, seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import HOUR, ProblemDraft
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import Planned, open_stops
from scheduler.planning.rules.words import clock, minutes, spans

CLOSED = "window.closed"
LATE = "window.late"
PINNED = "window.pinned_outside"
CODES: Mapping[str, Saying] = {
    CLOSED: Saying(
        severity=Severity.HARD,
        title="Every visit starts within one of its windows (and ends by its close where asked).",
        governed_by="visit.windows, visit.must_end_by_close",
    ),
    LATE: Saying(
        severity=Severity.SOFT,
        title="A visit whose lateness is priced starts before its window closes.",
        governed_by="visit.late_by_price, prices.late_hour",
    ),
    PINNED: Saying(
        severity=Severity.SOFT,
        title="A start pinned outside the windows is kept, and said.",
        governed_by="visit.pin",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit in day.visits:
        if visit.windows:
            draft.narrow(visit, [(window.opens, window.closes) for window in start_windows(day, visit)])
        if visit.late_by_price:
            for price in late_prices(day, draft, visit):
                draft.price_start(visit, price)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        visit, start = planned.visit, planned.stop.starts
        if visit.windows and not any(window.admits(start) for window in unpinned_windows(day, visit)):
            code = PINNED if visit.pin and visit.pin.starts == start else CLOSED
            yield planned.violation(code, CODES[code].severity, _outside(day, planned))
        elif late := seconds_late(visit, start):
            yield planned.violation(
                LATE,
                Severity.SOFT,
                f"Visit {visit.id} with {planned.shift.label} is {minutes(late)} late for {_asked(day, visit)}.",
            )


def start_windows(day: Day, visit: Visit) -> tuple[TimeWindow, ...]:
    """When the visit may start, a pinned start first of all; the whole day when nothing is said."""
    if visit.pin and visit.pin.starts:
        return (TimeWindow(opens=visit.pin.starts, closes=visit.pin.starts),)
    return unpinned_windows(day, visit)


def unpinned_windows(day: Day, visit: Visit) -> tuple[TimeWindow, ...]:
    midnight, end = day.bounds
    if not visit.windows:
        return (TimeWindow(opens=midnight, closes=end),)
    if visit.late_by_price:
        opens = min(window.opens for window in visit.windows)
        return (TimeWindow(opens=opens, closes=max(opens, end)),)
    latest = [(window, _latest_start(visit, window)) for window in in_order(visit)]
    return tuple(TimeWindow(opens=w.opens, closes=closes) for w, closes in latest if closes >= w.opens)


def in_order(visit: Visit) -> list[TimeWindow]:
    return sorted(visit.windows, key=lambda window: window.opens)


def seconds_late(visit: Visit, start: datetime) -> int:
    """Past the last window that has opened by `start`, for visits whose lateness is priced."""
    if not (visit.late_by_price and visit.windows):
        return 0
    opened = [window for window in in_order(visit) if window.opens <= start] or in_order(visit)[:1]
    return max(0, seconds_between(_latest_start(visit, opened[-1]), start))


def late_prices(day: Day, draft: ProblemDraft, visit: Visit) -> Iterator[StartPrice]:
    """One price for each window, from its opening until the next one opens.

    A price of nothing is said too: the latest of all visits (`costs.py`) is measured by what is said here.
    """
    curve = Curve(steps=((0, day.policy.prices.late_hour),), per=HOUR)
    for window, following in pairwise([*in_order(visit), None]):
        if window is not None:
            yield StartPrice(
                late_after=draft.second(_latest_start(visit, window)),
                late=curve,
                applies_from=draft.second(window.opens),
                applies_until=draft.second(following.opens) if following else NEVER,
            )


def _latest_start(visit: Visit, window: TimeWindow) -> datetime:
    return after(window.closes, -60 * visit.minutes) if visit.must_end_by_close else window.closes


def _outside(day: Day, planned: Planned) -> str:
    visit, stop = planned.visit, planned.stop
    ends = f" and ends at {clock(day, stop.ends)}" if visit.must_end_by_close else ""
    return (
        f"Visit {visit.id} with {planned.shift.label} starts at {clock(day, stop.starts)}{ends}, "
        f"outside {_asked(day, visit)}."
    )


def _asked(day: Day, visit: Visit) -> str:
    return spans(day, in_order(visit))
