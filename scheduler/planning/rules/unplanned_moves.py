"""A plan nobody was told yet stays with the same people, unless a change is worth something: quiet days stay quiet."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.told import what_was_told
from scheduler.planning.rules.words import person

CODE = "draft.other_person"
SEVERITY = Severity.SOFT
TITLE = "A visit of an untold plan stays with its case manager."
GOVERNED_BY = "prices.unplanned_move"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit in day.visits:
        if planned := planned_person(day, visit):
            for shift in day.shifts:
                if shift.case_manager.id != planned:
                    draft.price_pair(visit, shift, day.policy.prices.unplanned_move)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        before = planned_person(day, planned.visit)
        if before and before != planned.shift.case_manager.id:
            yield planned.violation(
                CODE,
                SEVERITY,
                f"Visit {planned.visit.id} moves from {person(day, before)} to {planned.shift.label}.",
            )


def planned_person(day: Day, visit: Visit) -> CaseManagerId | None:
    """Who has it in the current plan, where nobody was told."""
    if day.current is None or what_was_told(day, visit):
        return None
    found = day.current.where(visit.id)
    return found and found[0].case_manager
