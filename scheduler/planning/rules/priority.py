"""Who is served first when not everybody can be: urgent before high before normal before optional.

Never traded against money. An optional visit that finds no place is not worth a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Priority
from scheduler.planning.draft import ProblemDraft

CODE = "visit.unserved"
SEVERITY = Severity.SOFT
TITLE = "Every visit is planned, the urgent ones first of all."
GOVERNED_BY = "visit.priority"


def compile(day: Day, draft: ProblemDraft) -> None:
    for visit in day.visits:
        draft.unserved_class(visit, visit.priority.rank)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    served = {stop.visit for _, stop in plan.stops()}
    for visit in sorted(day.visits, key=lambda visit: (visit.priority.rank, visit.id)):
        if visit.is_open and visit.priority is not Priority.OPTIONAL and visit.id not in served:
            sentence = f"Visit {visit.id}, {visit.priority} priority, is with nobody."
            yield Violation(code=CODE, severity=SEVERITY, sentence=sentence, visit=visit.id)
