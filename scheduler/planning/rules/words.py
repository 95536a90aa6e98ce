"""How rules put facts into sentences: clock times of the day's zone, minutes, lists. Never a patient's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.time import TimeWindow


def listed(items: Iterable[object], *, last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = [str(item) for item in items]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def clock(day: Day, moment: datetime) -> str:
    """`09:30`; with the date when it is not the day's own."""
    local = moment.astimezone(day.zone)
    return f"{local:%H:%M}" if local.date() == day.date else f"{local:%H:%M} on {dated(local.date())}"


def dated(day: date) -> str:
    """`3 Mar`."""
    return f"{day.day} {day:%b}"


def span(day: Day, window: TimeWindow) -> str:
    """`09:00 to 11:00`."""
    return f"{clock(day, window.opens)} to {clock(day, window.closes)}"


def spans(day: Day, windows: Iterable[TimeWindow]) -> str:
    return listed((span(day, window) for window in windows), last="or")


def minutes(seconds: int) -> str:
    """`12 min`, `1 h`, `2 h 05 min`; a part of a minute counts as one."""
    whole, rest = divmod(-(-seconds // 60), 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest:02} min" if rest else f"{whole} h"


def points(centipoints: int) -> str:
    """`9 points`, `6.25 points`."""
    return f"{centipoints / 100:g} point{'' if centipoints == 100 else 's'}"


def person(day: Day, case_manager: CaseManagerId) -> str:
    """The name of somebody who works that day, else the id."""
    return next((s.label for s in day.shifts if s.case_manager.id == case_manager), str(case_manager))
