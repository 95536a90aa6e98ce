"""What a handler has at hand beside its command and the transaction: the time, who asks, and what is configured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.place import Point
from scheduler.domain.policy import Planning
from scheduler.domain.visit import VisitType
from scheduler.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`actor` is who the audit names; `because` the event behind the command. `points` were found beforehand."""

    now: datetime
    planning: Planning
    visit_types: Mapping[str, VisitType]
    actor: str = "system"
    because: EventId | None = None
    points: Mapping[str, Point] = field(default_factory=dict)

    def record(self, uow: UnitOfWork, branch: BranchId, action: str, what: str, reason: str = "") -> None:
        """One row of the audit."""
        uow.audit.record(at=self.now, actor=self.actor, action=action, object=what, branch=branch, reason=reason)
