"""What case managers answer to what they were told. A refusal changes no plan: a dispatcher must look."""

from __future__ import annotations

from scheduler.domain.branch import Branch
from scheduler.domain.commands import AcknowledgeItinerary, DeclineItinerary
from scheduler.domain.missing import UnknownRevision
from scheduler.handlers.desk import Desk
from scheduler.handlers.outcome import Applied, Outcome
from scheduler.ports.unit_of_work import UnitOfWork

Answer = AcknowledgeItinerary | DeclineItinerary


def acknowledge_itinerary(command: AcknowledgeItinerary, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch = _known(command, uow)
    uow.acknowledgements.add(
        branch=branch.id,
        day=command.date,
        revision=command.revision,
        case_manager=command.case_manager,
        at=command.at,
        is_declined=False,
    )
    desk.record(uow, branch.id, "itinerary.acknowledged", command.case_manager, _which(command))
    return Applied()


def decline_itinerary(command: DeclineItinerary, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch = _known(command, uow)
    if command.visit:
        uow.visits.get(branch.id, command.visit)
    uow.acknowledgements.add(
        branch=branch.id,
        day=command.date,
        revision=command.revision,
        case_manager=command.case_manager,
        at=command.at,
        is_declined=True,
        reason=f"{command.visit}: {command.reason}" if command.visit else command.reason,
    )
    desk.record(uow, branch.id, "itinerary.declined", command.case_manager, _which(command))
    return Applied()


def _known(command: Answer, uow: UnitOfWork) -> Branch:
    """The branch. Raises `UnknownBranch`, `UnknownCaseManager` or `UnknownRevision`."""
    branch = uow.branches.get(command.branch)
    uow.case_managers.get(branch.id, command.case_manager)
    if uow.plans.get(branch.id, command.date, command.revision) is None:
        raise UnknownRevision(branch.id, command.date, command.revision)
    return branch


def _which(command: Answer) -> str:
    return f"{command.date.isoformat()} revision {command.revision}"
