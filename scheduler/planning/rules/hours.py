"""Shift hours: leave after the shift begins, be back soon after it ends, and never later than the policy allows.

The hard end is the shift's end plus `limits.most_overtime_minutes`, but never into an absence or the person's
next shift of the day. Between the shift's end and that hard end every hour has the overtime price.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from optimizer.problem import Measure
from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan, Route
from scheduler.domain.time import TimeWindow, after, seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft, hourly
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import has_open_stops
from scheduler.planning.rules.windows import start_windows
from scheduler.planning.rules.words import clock, minutes, spans

OUTSIDE = "shift.outside_hours"
TOO_EARLY = "shift.leaves_early"
TOO_LATE = "shift.latest_return"
LATE = "shift.late_return"
CODES: Mapping[str, Saying] = {
    OUTSIDE: Saying(
        severity=Severity.HARD,
        title="A visit that cannot begin and end within the shift and its overtime is not for that shift.",
        governed_by="visit.windows, limits.most_overtime_minutes",
    ),
    TOO_EARLY: Saying(
        severity=Severity.HARD,
        title="Nobody has to leave before the shift begins.",
        governed_by="case_manager.hours",
    ),
    TOO_LATE: Saying(
        severity=Severity.HARD,
        title="Everybody is back by the end of the shift and the most overtime allowed.",
        governed_by="case_manager.hours, limits.most_overtime_minutes",
    ),
    LATE: Saying(
        severity=Severity.SOFT,
        title="Everybody is back by the end of the shift.",
        governed_by="prices.overtime_hour",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    starts = {visit.id: start_windows(day, visit) for visit in day.visits}
    for shift in day.shifts:
        latest = latest_return(day, shift)
        draft.close_route(shift, closes=latest, soft_closes=shift.ends)
        draft.route_price(shift, Measure.LATE_RETURN, hourly(day.policy.prices.overtime_hour))
        for visit in day.visits:
            if not may_fit(visit, starts[visit.id], shift, latest):
                draft.forbid(visit, shift, because=OUTSIDE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        shift = day.shift(route.shift)
        if shift is not None and has_open_stops(day, route):
            yield from _check_route(day, shift, route)


def latest_return(day: Day, shift: Shift) -> datetime:
    """The hard end of a shift; an absence or the next shift of the same person may bring it forward."""
    person = shift.case_manager
    barriers = [absence.starts for absence in person.absences]
    barriers += [other.starts for other in day.shifts if other.case_manager.id == person.id]
    allowed = after(shift.ends, 60 * day.policy.limits.most_overtime_minutes)
    return min([allowed, *(barrier for barrier in barriers if barrier > shift.starts)])


def may_fit(visit: Visit, starts: Iterable[TimeWindow], shift: Shift, latest: datetime) -> bool:
    """With no driving at all it would fit; whether it does with driving is for the engine to find."""
    last_start = after(latest, -60 * visit.minutes)
    return any(window.opens <= last_start and window.closes >= shift.starts for window in starts)


def why(visit: Visit, shift: Shift, day: Day) -> str:
    starts = spans(day, start_windows(day, visit)) or "at no time"
    return (
        f"{shift.label} works {clock(day, shift.starts)} to {clock(day, shift.ends)}; "
        f"visit {visit.id} takes {minutes(60 * visit.minutes)} and can start {starts}."
    )


def _check_route(day: Day, shift: Shift, route: Route) -> Iterator[Violation]:
    first = day.visit(route.stops[0].visit)
    has_left = first is not None and first.status.has_begun
    if route.leaves < shift.starts and not has_left:
        yield _violation(
            TOO_EARLY,
            shift,
            f"{shift.label} leaves at {clock(day, route.leaves)}, "
            f"before the shift begins at {clock(day, shift.starts)}.",
        )
    back, latest = clock(day, route.returns), latest_return(day, shift)
    if route.returns > latest:
        yield _violation(
            TOO_LATE,
            shift,
            f"{shift.label} returns at {back}; the latest allowed is {clock(day, latest)}.",
        )
    elif route.returns > shift.ends:
        late = minutes(seconds_between(shift.ends, route.returns))
        yield _violation(LATE, shift, f"{shift.label} returns at {back}, {late} after the end of the shift.")


def _violation(code: str, shift: Shift, sentence: str) -> Violation:
    return Violation(code=code, severity=CODES[code].severity, sentence=sentence, case_manager=shift.case_manager.id)
