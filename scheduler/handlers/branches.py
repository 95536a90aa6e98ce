"""What happens to branches."""

from __future__ import annotations

from scheduler.domain.commands import ChangeBranch
from scheduler.handlers.desk import Desk
from scheduler.handlers.dirty_days import mark_open_days
from scheduler.handlers.outcome import Applied, Outcome
from scheduler.handlers.versions import in_place_of, superseded
from scheduler.ports.unit_of_work import UnitOfWork


def change_branch(command: ChangeBranch, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Another zone or work week changes every day; another name does not."""
    facts, known = command.facts, uow.branches.find(command.branch)
    if outdated := superseded(facts, known, f"Branch {facts.id}"):
        return outdated
    uow.branches.save(in_place_of(known, facts))
    desk.record(uow, facts.id, "branch.changed", facts.id)
    is_new_clock = known is not None and (known.zone, known.week_starts_on) != (facts.zone, facts.week_starts_on)
    return Applied(days=mark_open_days(uow, desk, facts) if is_new_clock else ())
