"""A long day has its break, at a time that is one. Missing it has a price, or is forbidden, as the policy says.

A shift too early or too late to hold the break needs none; nor does a day whose time for it has passed, since no
plan can give it back. A break is taken where the case manager then is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.problem import NEVER, Break
from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan, Route
from scheduler.domain.time import TimeWindow, after, at_local, seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.draft import HOUR, ProblemDraft
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import has_open_stops
from scheduler.planning.rules.words import minutes, span

REQUIRED = "break.required"
MISSED = "break.missed"
CODES: Mapping[str, Saying] = {
    REQUIRED: Saying(
        severity=Severity.HARD,
        title="A long day has its break.",
        governed_by="limits.break_is_hard, limits.break_minutes, limits.break_after_hours, limits.break_is_paid",
    ),
    MISSED: Saying(
        severity=Severity.SOFT,
        title="The same, where the policy lets it be missed.",
        governed_by="limits.break_opens, limits.break_closes, prices.missed_break",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    limits = day.policy.limits
    for shift in day.shifts:
        if begins := break_window(day, shift):
            pause = Break(
                opens=draft.second(begins.opens),
                closes=draft.second(begins.closes),
                seconds=60 * limits.break_minutes,
                after=needed_after(day),
                is_paid=limits.break_is_paid,
                missed_price=NEVER if limits.break_is_hard else day.policy.prices.missed_break,
            )
            draft.add_break(shift, pause)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    code = REQUIRED if day.policy.limits.break_is_hard else MISSED
    for route in plan.routes:
        shift = day.shift(route.shift)
        if shift is None or not has_open_stops(day, route):
            continue
        begins = break_window(day, shift)
        lasts = seconds_between(route.leaves, route.returns)
        if begins and not _is_past(day, begins) and lasts > needed_after(day) and not _has_break(day, route, begins):
            yield Violation(
                code=code,
                severity=CODES[code].severity,
                sentence=f"{shift.label} is out for {minutes(lasts)} without a break of "
                f"{day.policy.limits.break_minutes} min starting {span(day, begins)}.",
                case_manager=shift.case_manager.id,
            )


def break_window(day: Day, shift: Shift) -> TimeWindow | None:
    """When the break may begin; None when the shift has no room for it, or no break is wanted."""
    limits = day.policy.limits
    is_wanted = shift.case_manager.takes_break and limits.break_minutes > 0
    if not is_wanted or limits.break_closes < limits.break_opens:
        return None
    opens = at_local(day.date, limits.break_opens, day.zone)
    closes = at_local(day.date, limits.break_closes, day.zone)
    is_within = shift.starts <= closes and after(opens, 60 * limits.break_minutes) <= shift.ends
    return TimeWindow(opens=opens, closes=closes) if is_within else None


def needed_after(day: Day) -> int:
    """Seconds from leaving to returning; a day that is not longer needs no break."""
    return round(day.policy.limits.break_after_hours * HOUR)


def _has_break(day: Day, route: Route, begins: TimeWindow) -> bool:
    wanted = 60 * day.policy.limits.break_minutes
    return any(
        begins.admits(pause.starts) and seconds_between(pause.starts, pause.ends) >= wanted for pause in route.breaks
    )


def _is_past(day: Day, begins: TimeWindow) -> bool:
    return day.now is not None and begins.closes < day.now
