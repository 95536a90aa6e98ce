"""A patient's wished time: priced by how far outside it the visit starts, never refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from optimizer.problem import StartPrice
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.time import TimeWindow, seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.draft import ProblemDraft, hourly
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import clock, minutes, span

CODE = "wish.missed"
SEVERITY = Severity.SOFT
TITLE = "A visit starts within the time the patient wished for."
GOVERNED_BY = "visit.wished, prices.wish_missed_hour"


def compile(day: Day, draft: ProblemDraft) -> None:
    curve = hourly(day.policy.prices.wish_missed_hour)
    for visit in day.visits:
        if visit.wished:
            opens, closes = draft.second(visit.wished.opens), draft.second(visit.wished.closes)
            draft.price_start(visit, StartPrice(early_before=opens, late_after=closes, early=curve, late=curve))


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        visit, start = planned.visit, planned.stop.starts
        if visit.wished and not visit.wished.admits(start):
            yield planned.violation(
                CODE,
                SEVERITY,
                f"Visit {visit.id} with {planned.shift.label} starts at {clock(day, start)}, "
                f"{_missed_by(visit.wished, start)} the wished {span(day, visit.wished)}.",
            )


def _missed_by(wished: TimeWindow, start: datetime) -> str:
    if start < wished.opens:
        return f"{minutes(seconds_between(start, wished.opens))} before"
    return f"{minutes(seconds_between(wished.closes, start))} after"
