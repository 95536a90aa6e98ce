"""What case managers answered to the itineraries they were told. The last answer to a revision counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from scheduler.domain.ids import BranchId, CaseManagerId
from scheduler.store.tables import acknowledgement as table
from scheduler.store.transaction import Transaction


class SqlAcknowledgements:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, *, branch: BranchId, day: date, revision: int, case_manager: CaseManagerId, at: datetime,
            is_declined: bool, reason: str = "") -> None:  # fmt: skip
        self._transaction.own(branch)
        self._transaction.put(
            table,
            branch=branch,
            day=day,
            case_manager=case_manager,
            revision=revision,
            at=at,
            is_declined=is_declined,
            reason=reason,
        )

    def of(self, branch: BranchId, day: date) -> Sequence[tuple[CaseManagerId, int, bool]]:
        """By case manager, then revision."""
        self._transaction.own(branch)
        query = (
            select(table.c.case_manager, table.c.revision, table.c.is_declined)
            .where(table.c.branch == branch, table.c.day == day)
            .order_by(table.c.case_manager, table.c.revision)
        )
        return [(CaseManagerId(r.case_manager), r.revision, r.is_declined) for r in self._transaction.rows(query)]
