"""The same face: a case manager the patient has not met lately has a price. Read from history, never typed in.

A patient nobody has visited yet meets a stranger whoever comes, so that costs nothing more. A second stranger soon
after the first costs more than the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId, PatientId
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import open_stops

CODE = "continuity.stranger"
SEVERITY = Severity.SOFT
TITLE = "A visit is done by somebody the patient has met lately."
GOVERNED_BY = "limits.continuity_visits, limits.stranger_days, prices.stranger, prices.second_stranger"

Met = Mapping[PatientId, tuple[CaseManagerId, ...]]


def compile(day: Day, draft: ProblemDraft) -> None:
    met, upset, prices = met_lately(day), met_a_stranger(day), day.policy.prices
    for visit, shift in day.pairs():
        if is_stranger(visit, shift, met):
            more = prices.second_stranger if visit.patient in upset else 0
            draft.price_pair(visit, shift, prices.stranger + more)


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    met = met_lately(day)
    for planned in open_stops(day, plan):
        if is_stranger(planned.visit, planned.shift, met):
            last = len(met[planned.visit.patient])
            sentence = f"{planned.shift.label} made none of the last {last} visits to the patient of visit "
            yield planned.violation(CODE, SEVERITY, f"{sentence}{planned.visit.id}.")


def met_lately(day: Day) -> Met:
    """Who made each patient's last visits, newest first."""
    met: dict[PatientId, list[CaseManagerId]] = {}
    for past in day.history:
        visits = met.setdefault(past.patient, [])
        if len(visits) < day.policy.limits.continuity_visits:
            visits.append(past.case_manager)
    return {patient: tuple(people) for patient, people in met.items()}


def met_a_stranger(day: Day) -> frozenset[PatientId]:
    """Patients who, within the last `stranger_days`, met somebody none of their visits before was made by."""
    since = day.date - timedelta(days=day.policy.limits.stranger_days)
    known: dict[PatientId, set[CaseManagerId]] = {}
    upset: set[PatientId] = set()
    for past in reversed(day.history):  # oldest first
        faces = known.setdefault(past.patient, set())
        if faces and past.case_manager not in faces and past.date >= since:
            upset.add(past.patient)
        faces.add(past.case_manager)
    return frozenset(upset)


def is_stranger(visit: Visit, shift: Shift, met: Met) -> bool:
    people = met.get(visit.patient, ())
    return bool(people) and shift.case_manager.id not in people
