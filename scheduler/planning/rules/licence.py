"""The licence fits the visit: an RN may do an LPN's work, not the reverse; social work is for an LCSW.

A visit that names no licence asks only for the discipline: nursing for RN and LPN, social work for LCSW. A
discipline that no licence stands for binds nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.people import Licence
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops
from scheduler.planning.rules.words import listed

CODE = "licence.level"
SEVERITY = Severity.HARD
TITLE = "The case manager's licence allows the visit."
GOVERNED_BY = "visit.licences, visit.discipline"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit, shift in day.pairs():
        if shift.case_manager.licence not in accepted(visit):
            draft.forbid(visit, shift, because=CODE)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for planned in open_stops(day, plan):
        if planned.shift.case_manager.licence not in accepted(planned.visit):
            yield planned.violation(CODE, SEVERITY, why(planned.visit, planned.shift, day))


def accepted(visit: Visit) -> frozenset[Licence]:
    """Every licence that may do the visit."""
    if visit.licences:
        above = {Licence.RN} if Licence.LPN in visit.licences else set()
        return frozenset({*visit.licences, *above})
    same = frozenset(licence for licence in Licence if licence.discipline == visit.discipline)
    return same or frozenset(Licence)


def why(visit: Visit, shift: Shift, day: Day) -> str:
    del day
    wanted = listed((licence for licence in Licence if licence in accepted(visit)), last="or")
    return f"{shift.label} is licensed as {shift.case_manager.licence}; visit {visit.id} needs {wanted}."
