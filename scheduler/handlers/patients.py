"""What happens to patients: new facts, a hold, a return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from scheduler.domain.branch import Branch
from scheduler.domain.commands import ChangePatient, PutPatientOnHold, ReturnPatient
from scheduler.domain.ids import VisitId
from scheduler.domain.people import Hold, Patient
from scheduler.domain.visit import Visit
from scheduler.domain.visit_types import discipline_of, type_of
from scheduler.handlers.addresses import located
from scheduler.handlers.desk import Desk
from scheduler.handlers.dirty_days import horizon, mark_visits
from scheduler.handlers.outcome import Applied, Outcome, Superseded
from scheduler.handlers.versions import in_place_of, superseded
from scheduler.ports.unit_of_work import UnitOfWork

RESUMPTION: Final = "roc"
_A_DAY = timedelta(days=1)


def change_patient(command: ChangePatient, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Holds are kept: they have events of their own. A new name or telephone plans nothing anew."""
    branch = uow.branches.get(command.branch)
    known = uow.patients.find(branch.id, command.facts.id)
    facts = replace(
        command.facts,
        home=located(command.facts.home, desk, known=known.home if known else None),
        holds=known.holds if known else (),
    )
    if outdated := superseded(facts, known, f"Patient {facts.id}"):
        return outdated
    uow.patients.save(in_place_of(known, facts))
    desk.record(uow, branch.id, "patient.changed", facts.id)
    if known and _as_planned_for(known) == _as_planned_for(facts):
        return Applied()
    first, last = horizon(desk.planning, branch, desk.now)
    return Applied(days=mark_visits(uow, desk, branch, _open_visits(uow, facts, first, last)))


def put_patient_on_hold(command: PutPatientOnHold, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Visits stay as they are; the days of the hold are planned without them."""
    branch, hold = uow.branches.get(command.branch), command.hold
    patient = uow.patients.get(branch.id, command.patient)
    if hold in patient.holds:
        return Superseded(because=f"The hold of patient {patient.id} is known.")
    away = replace(patient, holds=(*(each for each in patient.holds if each.starts != hold.starts), hold))
    uow.patients.save(away)
    desk.record(uow, branch.id, "patient.on_hold", patient.id, hold.reason)
    first, last = horizon(desk.planning, branch, desk.now)
    touched = [
        visit
        for visit in _open_visits(uow, patient, first, last)
        if patient.is_away_on(visit.date) != away.is_away_on(visit.date)
    ]
    return Applied(days=mark_visits(uow, desk, branch, touched))


def return_patient(command: ReturnPatient, uow: UnitOfWork, desk: Desk) -> Outcome:
    """The hold ends; after a night away a resumption of care is due within 48 hours (42 CFR 484.55(d))."""
    branch = uow.branches.get(command.branch)
    patient = uow.patients.get(branch.id, command.patient)
    over = [hold for hold in patient.holds if hold.starts <= command.on and (not hold.ends or command.on <= hold.ends)]
    if not over:
        return Superseded(because=f"Patient {patient.id} was not away on {command.on.isoformat()}.")
    ended = tuple(replace(hold, ends=command.on) for hold in over if hold.starts < command.on)
    back = replace(patient, holds=(*(hold for hold in patient.holds if hold not in over), *ended))
    uow.patients.save(back)
    desk.record(uow, branch.id, "patient.returned", patient.id)
    first, last = horizon(desk.planning, branch, desk.now)
    visits = [v for v in _open_visits(uow, back, first, last) if patient.is_away_on(v.date)]
    if _stayed_away(ended, command.on):
        visits += _resumption_of_care(back, command.on, branch, uow, desk)
    return Applied(days=mark_visits(uow, desk, branch, visits))


def _resumption_of_care(patient: Patient, on: date, branch: Branch, uow: UnitOfWork, desk: Desk) -> list[Visit]:
    """One visit on the day after the return: wholly within 48 hours. Late news makes it today."""
    name = VisitId(f"{patient.id}/{RESUMPTION}/{on.isoformat()}")
    if uow.visits.find(branch.id, name):
        return []
    kind = type_of(desk.visit_types, RESUMPTION)
    visit = Visit(
        id=name,
        branch=branch.id,
        patient=patient.id,
        type=kind.code,
        date=max(on + _A_DAY, branch.local_date(desk.now)),
        minutes=kind.minutes,
        centipoints=kind.centipoints,
        licences=kind.licences,
        credentials=kind.credentials,
        discipline=discipline_of(kind.licences),
        priority=kind.priority,
        is_remote=kind.is_remote,
    )
    uow.visits.save(visit)
    desk.record(uow, branch.id, "visit.requested", visit.id, "resumption of care")
    return [visit]


def _stayed_away(holds: tuple[Hold, ...], on: date) -> bool:
    # Holds are in days: whoever was away overnight may have been away for 24 hours.
    return any(on - hold.starts >= _A_DAY for hold in holds)


def _open_visits(uow: UnitOfWork, patient: Patient, first: date, last: date) -> list[Visit]:
    return [v for v in uow.visits.of_patient(patient.branch, patient.id, first, last) if v.is_open]


def _as_planned_for(patient: Patient) -> Patient:
    return replace(patient, name="", phone=None, version=0)
