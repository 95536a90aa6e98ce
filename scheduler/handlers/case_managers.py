"""What happens to case managers: new facts, an absence, a return, a credential."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.commands import BringCaseManagerBack, ChangeCaseManager, ChangeCredential, TakeCaseManagerOff
from scheduler.domain.people import CaseManager
from scheduler.handlers.addresses import located
from scheduler.handlers.desk import Desk
from scheduler.handlers.dirty_days import mark_open_days
from scheduler.handlers.outcome import Applied, Outcome, Superseded
from scheduler.handlers.versions import in_place_of, superseded
from scheduler.ports.unit_of_work import UnitOfWork


def change_case_manager(command: ChangeCaseManager, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Absences are kept: they have events of their own. A new name or contact plans nothing anew."""
    branch = uow.branches.get(command.branch)
    known = uow.case_managers.find(branch.id, command.facts.id)
    facts = replace(
        command.facts,
        begins_from=located(command.facts.begins_from, desk, known=known.begins_from if known else None),
        finishes_at=located(command.facts.finishes_at, desk, known=known.finishes_at if known else None),
        absences=known.absences if known else (),
    )
    if outdated := superseded(facts, known, f"Case manager {facts.id}"):
        return outdated
    uow.case_managers.save(in_place_of(known, facts))
    desk.record(uow, branch.id, "case_manager.changed", facts.id)
    is_of_no_matter = known is not None and _as_planned_with(known) == _as_planned_with(facts)
    return Applied(days=() if is_of_no_matter else mark_open_days(uow, desk, branch))


def take_case_manager_off(command: TakeCaseManagerOff, uow: UnitOfWork, desk: Desk) -> Outcome:
    """An absence that starts at the same moment replaces the one known: its end became known, or moved."""
    branch, absence = uow.branches.get(command.branch), command.absence
    person = uow.case_managers.get(branch.id, command.case_manager)
    if absence in person.absences:
        return Superseded(because=f"The absence of case manager {person.id} is known.")
    replaced = [each for each in person.absences if each.starts == absence.starts]
    others = [each for each in person.absences if each not in replaced]
    uow.case_managers.save(replace(person, absences=(*others, absence)))
    desk.record(uow, branch.id, "case_manager.absent", person.id, absence.reason)
    ends = [each.ends for each in (*replaced, absence)]
    last = None if None in ends else max(branch.local_date(moment) for moment in ends if moment)
    days = mark_open_days(uow, desk, branch, first=branch.local_date(absence.starts), last=last)
    return Applied(days=days)


def bring_case_manager_back(command: BringCaseManagerBack, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Ends the absences that last at that moment; later ones stay."""
    branch, back = uow.branches.get(command.branch), command.from_
    person = uow.case_managers.get(branch.id, command.case_manager)
    over = [each for each in person.absences if each.starts <= back and (each.ends is None or back < each.ends)]
    if not over:
        return Superseded(because=f"Case manager {person.id} was not absent.")
    others = [each for each in person.absences if each not in over]
    ended = [replace(each, ends=back) for each in over if each.starts < back]
    uow.case_managers.save(replace(person, absences=(*others, *ended)))
    desk.record(uow, branch.id, "case_manager.back", person.id)
    ends = [each.ends for each in over]
    last = None if None in ends else max(branch.local_date(moment) for moment in ends if moment)
    return Applied(days=mark_open_days(uow, desk, branch, first=branch.local_date(back), last=last))


def change_credential(command: ChangeCredential, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch, credential = uow.branches.get(command.branch), command.credential
    person = uow.case_managers.get(branch.id, command.case_manager)
    others = tuple(held for held in person.credentials if held.code != credential.code)
    held = others if command.is_revoked else (*others, credential)
    if set(held) == set(person.credentials):
        return Superseded(because=f"The credential of case manager {person.id} is known so.")
    uow.case_managers.save(replace(person, credentials=tuple(sorted(held, key=lambda each: each.code))))
    desk.record(uow, branch.id, "credential.changed", person.id, credential.code)
    return Applied(days=mark_open_days(uow, desk, branch))


def _as_planned_with(person: CaseManager) -> CaseManager:
    return replace(person, name="", contact=None, version=0)
