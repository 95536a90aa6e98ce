"""Paid hours past the daily hours cost overtime, and so do those past what the week has left.

The week's hours are those of the other days, as planned. Time past the end of the shift has the same price already
(`hours.py`). So that no hour is paid for twice, this rule prices what lies between the ordinary hours and the length
of the shift; all beyond that is a late return. The plan is checked by person, over all shifts of the day.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.problem import Curve, Measure
from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan
from scheduler.domain.time import seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.draft import HOUR, ProblemDraft
from scheduler.planning.rules.breaks import break_window
from scheduler.planning.rules.stops import has_open_stops, paid_seconds
from scheduler.planning.rules.words import minutes, person

CODE = "overtime.daily_hours"
SEVERITY = Severity.SOFT
TITLE = "Nobody works more paid hours than the daily hours, or than what the week has left."
GOVERNED_BY = "limits.daily_hours, limits.weekly_hours, prices.overtime_hour"


def compile(day: Day, draft: ProblemDraft) -> None:
    price = day.policy.prices.overtime_hour
    for shift in day.shifts:
        paid, usual = paid_length(day, shift), usual_seconds(day, shift)
        if price and paid > usual:
            draft.route_price(shift, Measure.PAID, Curve(steps=((usual, price), (paid, 0)), per=HOUR))


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    worked: dict[CaseManagerId, int] = {}
    for route in plan.routes:
        worked[route.case_manager] = worked.get(route.case_manager, 0) + paid_seconds(route)
    can_change = {route.case_manager for route in plan.routes if has_open_stops(day, route)}
    usual = {shift.case_manager.id: usual_seconds(day, shift) for shift in day.shifts}
    for one, seconds in worked.items():
        if seconds > usual.get(one, seconds) and one in can_change:
            left = "daily hours are" if usual[one] == daily_seconds(day) else "the week has left"
            sentence = f"{person(day, one)} works {minutes(seconds)}; {left} {minutes(usual[one])}."
            yield Violation(code=CODE, severity=SEVERITY, sentence=sentence, case_manager=one)


def daily_seconds(day: Day) -> int:
    return round(day.policy.limits.daily_hours * HOUR)


def usual_seconds(day: Day, shift: Shift) -> int:
    """What may be worked today at the ordinary rate: the daily hours, or less when the week is nearly full."""
    weekly = round(day.policy.limits.weekly_hours * HOUR)
    return max(0, min(daily_seconds(day), weekly - shift.week_seconds))


def paid_length(day: Day, shift: Shift) -> int:
    """The shift as paid: less an unpaid break, where it has one."""
    limits = day.policy.limits
    length = seconds_between(shift.starts, shift.ends)
    has_unpaid = not limits.break_is_paid and break_window(day, shift) is not None
    return length - 60 * limits.break_minutes if has_unpaid else length
