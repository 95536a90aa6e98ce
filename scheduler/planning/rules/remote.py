"""Remote visits (phone, conference) need no travel: the case manager does them wherever the day has led.

The draft gives them no place, so there is nothing left to tell the engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import minutes

CODE = "remote.travels"
SEVERITY = Severity.HARD
TITLE = "Nobody drives to a remote visit."
GOVERNED_BY = "visit.is_remote"


def compile(day: Day, draft: ProblemDraft) -> None:
    del day, draft


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        stop = planned.stop
        if planned.visit.is_remote and (stop.drive_seconds or stop.drive_metres):
            yield planned.violation(
                CODE,
                SEVERITY,
                f"Visit {planned.visit.id} is remote, but {planned.shift.label} drives "
                f"{minutes(stop.drive_seconds)} to it.",
            )
