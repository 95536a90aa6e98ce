"""What people decide about visits: requested, changed, pinned, cancelled."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.branch import Branch
from scheduler.domain.commands import CancelVisit, ChangeVisit, PinVisit, RequestVisit
from scheduler.domain.ids import VisitId
from scheduler.domain.visit import Link, LinkKind, Pin, Visit, VisitNotOpen, VisitStatus
from scheduler.handlers.conflicts import OtherPatient, PinOffTheDay, VisitExists
from scheduler.handlers.desk import Desk
from scheduler.handlers.dirty_days import mark_visits
from scheduler.handlers.outcome import Applied, Outcome, Superseded
from scheduler.handlers.versions import superseded
from scheduler.ports.unit_of_work import UnitOfWork


def request_visit(command: RequestVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    """For two clinicians, two visits: the second is served at the same moment by somebody else, or neither is."""
    branch, facts = uow.branches.get(command.branch), command.facts
    uow.patients.get(branch.id, facts.patient)
    if known := uow.visits.find(branch.id, facts.id):
        if _needs(replace(known, version=facts.version)) == _needs(facts) or 0 < facts.version < known.version:
            return Superseded(because=f"Visit {facts.id} was requested already.")
        raise VisitExists(facts.id)
    visits = [facts, second_clinician(facts)] if command.clinicians > 1 else [facts]
    for visit in visits:
        uow.visits.save(visit)
    desk.record(uow, branch.id, "visit.requested", facts.id)
    return Applied(days=mark_visits(uow, desk, branch, visits))


def change_visit(command: ChangeVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    """A visit that changes its day is planned there anew: of that day nobody was told anything yet."""
    branch, facts = uow.branches.get(command.branch), command.facts
    known = uow.visits.get(branch.id, facts.id)
    if outdated := superseded(_needs(facts), _needs(known), f"Visit {known.id}"):
        return outdated
    if known.patient != facts.patient:
        raise OtherPatient(f"Visit {known.id}")
    if not known.is_open:
        raise VisitNotOpen(known.id, known.status, "changed")
    before = _with_second(uow, known)
    after = [_changed(visit, facts, branch) for visit in before]
    for visit in after:
        uow.visits.save(visit)
    desk.record(uow, branch.id, "visit.changed", known.id)
    return Applied(days=mark_visits(uow, desk, branch, [*before, *after]))


def pin_visit(command: PinVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch, pin = uow.branches.get(command.branch), command.pin
    visit = uow.visits.get(branch.id, command.visit)
    if visit.pin == pin:
        return Superseded(because=f"Visit {visit.id} is pinned so already.")
    if not visit.is_open:
        raise VisitNotOpen(visit.id, visit.status, "pinned")
    if pin and pin.case_manager:
        uow.case_managers.get(branch.id, pin.case_manager)
    if pin and pin.starts and branch.local_date(pin.starts) != visit.date:
        raise PinOffTheDay(visit.id, visit.date)
    pinned = replace(visit, pin=pin)
    uow.visits.save(pinned)
    desk.record(uow, branch.id, "visit.pinned" if pin else "visit.unpinned", visit.id)
    return Applied(days=mark_visits(uow, desk, branch, [visit, pinned]))


def cancel_visit(command: CancelVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Its stop is free from now on; both clinicians are when the visit itself is cancelled."""
    branch = uow.branches.get(command.branch)
    visit = uow.visits.get(branch.id, command.visit)
    if visit.status is VisitStatus.CANCELLED:
        return Superseded(because=f"Visit {visit.id} is cancelled already.")
    cancelled = [each.cancelled(command.reason) for each in _with_second(uow, visit)]
    for each in cancelled:
        uow.visits.save(each)
        desk.record(uow, branch.id, "visit.cancelled", each.id, command.reason)
    return Applied(days=mark_visits(uow, desk, branch, cancelled))


def second_clinician(visit: Visit) -> Visit:
    link = Link(kind=LinkKind.TOGETHER, other=visit.id, different_people=True, both_or_none=True)
    return replace(visit, id=_second_id(visit), links=(link,))


def second_of(uow: UnitOfWork, visit: Visit) -> Visit | None:
    """The other clinician's visit, while it can still be changed along with this one."""
    second = uow.visits.find(visit.branch, _second_id(visit))
    return second if second and second.is_open else None


def _with_second(uow: UnitOfWork, visit: Visit) -> list[Visit]:
    second = second_of(uow, visit)
    return [visit, second] if second else [visit]


def _second_id(visit: Visit) -> VisitId:
    return VisitId(f"{visit.id}/2")


def _is_second(visit: Visit) -> bool:
    return any(link.kind is LinkKind.TOGETHER and visit.id == f"{link.other}/2" for link in visit.links)


def _changed(visit: Visit, facts: Visit, branch: Branch) -> Visit:
    moved = facts.date != visit.date
    return replace(
        facts,
        id=visit.id,
        links=visit.links if _is_second(visit) else facts.links,
        order=visit.order,
        told=None if moved else visit.told,
        pin=_kept(visit.pin, facts, branch),
        status=VisitStatus.REQUESTED if moved else visit.status,
        case_manager=None if moved else visit.case_manager,
        version=max(facts.version, visit.version),
    )


def _kept(pin: Pin | None, facts: Visit, branch: Branch) -> Pin | None:
    """A pinned time does not follow a visit to another day; a pinned person does."""
    if pin is None or pin.starts is None or branch.local_date(pin.starts) == facts.date:
        return pin
    return replace(pin, starts=None) if pin.case_manager else None


def _needs(visit: Visit) -> Visit:
    """What was asked for, without what became of it."""
    return replace(
        visit,
        order=None,
        told=None,
        pin=None,
        status=VisitStatus.REQUESTED,
        case_manager=None,
        started_at=None,
        ended_at=None,
        reason=None,
    )
