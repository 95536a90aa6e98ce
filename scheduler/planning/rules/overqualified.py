"""An RN is not wasted on a visit that an LPN may do, unless it is worth it, or no LPN works that day."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.people import Licence
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops

CODE = "licence.wasted_rn"
SEVERITY = Severity.SOFT
TITLE = "An RN is not sent where an LPN may go."
GOVERNED_BY = "visit.licences, prices.wasted_rn"


def compile(day: Day, draft: ProblemDraft) -> None:
    if has_lpn(day):
        for visit, shift in day.pairs():
            if is_wasted(visit, shift):
                draft.price_pair(visit, shift, day.policy.prices.wasted_rn)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan) if has_lpn(day) else ():
        if is_wasted(planned.visit, planned.shift):
            sentence = f"{planned.shift.label} is an RN; an LPN may do visit {planned.visit.id}."
            yield planned.violation(CODE, SEVERITY, sentence)


def has_lpn(day: Day) -> bool:
    return any(shift.case_manager.licence is Licence.LPN for shift in day.shifts)


def is_wasted(visit: Visit, shift: Shift) -> bool:
    return shift.case_manager.licence is Licence.RN and Licence.LPN in visit.licences
