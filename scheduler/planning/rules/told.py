"""What people were told stays, or its change has a price: another time by the hour, another person at once.

The shorter the notice, the dearer the change: from the ordinary price a day ahead, evenly up to a multiple of it for
a visit that begins now. What was told is kept with the visit; for a published plan that came with the day it is read
from that plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.problem import StartPrice
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.time import seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Told, Visit
from scheduler.planning.draft import HOUR, ProblemDraft, hourly
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import Planned, open_stops
from scheduler.planning.rules.words import clock, minutes, person

TIME = "told.other_time"
PERSON = "told.other_person"
CODES: Mapping[str, Saying] = {
    TIME: Saying(
        severity=Severity.SOFT,
        title="A visit starts when people were told it would.",
        governed_by="visit.told, prices.told_moved_hour, prices.no_notice_times, limits.short_notice_hours",
    ),
    PERSON: Saying(
        severity=Severity.SOFT,
        title="The case manager comes whom people were told.",
        governed_by="visit.told, prices.told_other_person, prices.no_notice_times, limits.short_notice_hours",
    ),
}
NOTICED_SECONDS = 60
"""A smaller move has its price, but is not worth a sentence."""


def compile(day: Day, draft: ProblemDraft) -> None:
    prices = day.policy.prices
    for visit in day.visits:
        if told := what_was_told(day, visit):
            start = draft.second(told.starts)
            curve = hourly(by_notice(day, told, prices.told_moved_hour))
            other_person = by_notice(day, told, prices.told_other_person)
            draft.price_start(visit, StartPrice(early_before=start, late_after=start, early=curve, late=curve))
            for shift in day.shifts:
                if shift.case_manager.id != told.case_manager:
                    draft.price_pair(visit, shift, other_person)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if told := what_was_told(day, planned.visit):
            yield from _changes(day, planned, told)


def what_was_told(day: Day, visit: Visit) -> Told | None:
    if visit.told or not (day.is_told and day.current):
        return visit.told
    found = day.current.where(visit.id)
    return found and Told(case_manager=found[0].case_manager, starts=found[1].starts)


def by_notice(day: Day, told: Told, cents: int) -> int:
    """The price of changing what was told, at the notice that is left; without a `now` there is all the time."""
    whole = round(day.policy.limits.short_notice_hours * HOUR)
    left = whole if day.now is None else min(whole, max(0, seconds_between(day.now, told.starts)))
    dearer = cents * max(0, day.policy.prices.no_notice_times - 1)
    return cents + (dearer * (whole - left) // whole if whole else 0)


def _changes(day: Day, planned: Planned, told: Told) -> Iterator[Violation]:
    visit, start = planned.visit, planned.stop.starts
    if planned.shift.case_manager.id != told.case_manager:
        yield planned.violation(
            PERSON,
            Severity.SOFT,
            f"Visit {visit.id} goes to {planned.shift.label}; people were told {person(day, told.case_manager)}.",
        )
    moved = seconds_between(told.starts, start)
    if abs(moved) >= NOTICED_SECONDS:
        yield planned.violation(
            TIME,
            Severity.SOFT,
            f"Visit {visit.id} with {planned.shift.label} starts at {clock(day, start)}, {minutes(abs(moved))} "
            f"{'later' if moved > 0 else 'earlier'} than the {clock(day, told.starts)} people were told.",
        )
