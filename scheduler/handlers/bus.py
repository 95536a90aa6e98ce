"""Brings each command to its handler. Whoever opened the transaction commits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scheduler.domain import commands
from scheduler.domain.commands import Command
from scheduler.domain.ids import EventId
from scheduler.domain.place import Point
from scheduler.domain.policy import Planning
from scheduler.domain.visit import VisitType
from scheduler.handlers import branches, care_plans, case_managers, itineraries, patients, visit_progress, visits
from scheduler.handlers.desk import Desk
from scheduler.handlers.outcome import Outcome
from scheduler.ports.unit_of_work import UnitOfWork

# Each handler takes its own kind of command, which the key names.
HANDLERS: Final[Mapping[type[Command], Callable[[Any, UnitOfWork, Desk], Outcome]]] = {
    commands.ChangeBranch: branches.change_branch,
    commands.ChangePatient: patients.change_patient,
    commands.PutPatientOnHold: patients.put_patient_on_hold,
    commands.ReturnPatient: patients.return_patient,
    commands.ChangeCaseManager: case_managers.change_case_manager,
    commands.TakeCaseManagerOff: case_managers.take_case_manager_off,
    commands.BringCaseManagerBack: case_managers.bring_case_manager_back,
    commands.ChangeCredential: case_managers.change_credential,
    commands.RequestVisit: visits.request_visit,
    commands.ChangeVisit: visits.change_visit,
    commands.PinVisit: visits.pin_visit,
    commands.CancelVisit: visits.cancel_visit,
    commands.StartVisit: visit_progress.start_visit,
    commands.CompleteVisit: visit_progress.complete_visit,
    commands.MissVisit: visit_progress.miss_visit,
    commands.CreateCarePlan: care_plans.create_care_plan,
    commands.ChangeCarePlan: care_plans.change_care_plan,
    commands.EndCarePlan: care_plans.end_care_plan,
    commands.AcknowledgeItinerary: itineraries.acknowledge_itinerary,
    commands.DeclineItinerary: itineraries.decline_itinerary,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandBus:
    """What does not change from one command to the next."""

    planning: Planning
    visit_types: Mapping[str, VisitType]

    def handle(
        self,
        command: Command,
        uow: UnitOfWork,
        now: datetime,
        *,
        actor: str = "system",
        because: EventId | None = None,
        points: Mapping[str, Point] | None = None,
    ) -> Outcome:
        """Raises `Invalid`, `Conflict` or `NotFound` when the command cannot take effect; then do not commit.

        `points` are addresses found beforehand (`AddressBook`), for commands that bring new places.
        """
        desk = Desk(
            now=now,
            planning=self.planning,
            visit_types=self.visit_types,
            actor=actor,
            because=because,
            points=points or {},
        )
        return HANDLERS[type(command)](command, uow, desk)
