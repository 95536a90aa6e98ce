"""What becomes of visits: started, completed, not done."""

from __future__ import annotations

from scheduler.domain.branch import Branch
from scheduler.domain.commands import CompleteVisit, MissVisit, StartVisit
from scheduler.domain.visit import Visit, VisitStatus
from scheduler.handlers.desk import Desk
from scheduler.handlers.dirty_days import mark_visits
from scheduler.handlers.order_visits import make_up_visit
from scheduler.handlers.outcome import Applied, Outcome, Superseded
from scheduler.handlers.visits import second_of
from scheduler.ports.unit_of_work import UnitOfWork


def start_visit(command: StartVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch = uow.branches.get(command.branch)
    visit = uow.visits.get(branch.id, command.visit)
    if visit.status.has_begun:
        return Superseded(because=f"Visit {visit.id} has begun already.")
    uow.case_managers.get(branch.id, command.case_manager)
    started = visit.started(command.case_manager, command.at)
    uow.visits.save(started)
    desk.record(uow, branch.id, "visit.started", visit.id)
    return Applied(days=mark_visits(uow, desk, branch, [started]))


def complete_visit(command: CompleteVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch = uow.branches.get(command.branch)
    visit = uow.visits.get(branch.id, command.visit)
    if visit.status is VisitStatus.DONE and visit.ended_at == command.at:
        return Superseded(because=f"Visit {visit.id} is completed already.")
    uow.case_managers.get(branch.id, command.case_manager)
    done = visit.completed(command.case_manager, command.began, command.at)
    uow.visits.save(done)
    desk.record(uow, branch.id, "visit.completed", visit.id)
    return Applied(days=mark_visits(uow, desk, branch, [done]))


def miss_visit(command: MissVisit, uow: UnitOfWork, desk: Desk) -> Outcome:
    """A visit of an order is made up later in its work week where the order has room; else it stays missed."""
    branch = uow.branches.get(command.branch)
    visit = uow.visits.get(branch.id, command.visit)
    if visit.status is VisitStatus.MISSED:
        return Superseded(because=f"Visit {visit.id} is missed already.")
    second = second_of(uow, visit)
    missed = [each.missed(command.reason) for each in (visit, second) if each]
    for each in missed:
        uow.visits.save(each)
        desk.record(uow, branch.id, "visit.missed", each.id, command.reason)
    return Applied(days=mark_visits(uow, desk, branch, [*missed, *_made_up(missed[0], branch, uow, desk)]))


def _made_up(missed: Visit, branch: Branch, uow: UnitOfWork, desk: Desk) -> list[Visit]:
    again = make_up_visit(missed, branch, uow, desk)
    if again is None:
        return []
    uow.visits.save(again)
    desk.record(uow, branch.id, "visit.made_up", again.id, f"for {missed.id}")
    return [again]
