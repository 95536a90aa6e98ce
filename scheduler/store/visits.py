"""Visits. The columns beside the body are copies for the queries below, written together with it.

What is saved is written before the commit, or before a query that asks for more than one visit by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, select

from scheduler.domain.day import PastVisit
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId, VisitId
from scheduler.domain.missing import UnknownVisit
from scheduler.domain.visit import Visit, VisitStatus
from scheduler.store.codec import from_json, to_json
from scheduler.store.tables import visit as table
from scheduler.store.transaction import Transaction

_ONE: Final = select(table.c.body).where(table.c.branch == bindparam("branch"), table.c.id == bindparam("id"))
OPEN = (VisitStatus.REQUESTED, VisitStatus.PLANNED, VisitStatus.TOLD)


class SqlVisits:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._saved: dict[tuple[BranchId, VisitId], Visit] = {}

    def find(self, branch: BranchId, visit: VisitId) -> Visit | None:
        if saved := self._saved.get((branch, visit)):
            return saved
        self._transaction.own(branch)
        row = self._transaction.row(_ONE, branch=branch, id=visit)
        return from_json(Visit, row.body) if row else None

    def get(self, branch: BranchId, visit: VisitId) -> Visit:
        if found := self.find(branch, visit):
            return found
        raise UnknownVisit(branch, visit)

    def on(self, branch: BranchId, day: date) -> Sequence[Visit]:
        return self._those(branch, table.c.day == day)

    def of_care_plan(self, branch: BranchId, care_plan: CarePlanId) -> Sequence[Visit]:
        return self._those(branch, table.c.care_plan == care_plan)

    def of_patient(self, branch: BranchId, patient: PatientId, first: date, last: date) -> Sequence[Visit]:
        """From `first` to `last`, both inclusive."""
        return self._those(branch, table.c.patient == patient, table.c.day.between(first, last))

    def history(self, branch: BranchId, patients: Sequence[PatientId], before: date, each: int) -> Sequence[PastVisit]:
        self._ask_of(branch)
        newest = (table.c.day.desc(), table.c.id.desc())
        done = select(
            table.c.patient,
            table.c.case_manager,
            table.c.day,
            table.c.id,
            func.row_number().over(partition_by=table.c.patient, order_by=newest).label("age"),
        ).where(
            table.c.branch == branch,
            table.c.patient.in_(sorted(set(patients))),
            table.c.day < before,
            table.c.status == VisitStatus.DONE,
            table.c.case_manager.is_not(None),
        )
        ranked = done.subquery()
        query = select(ranked).where(ranked.c.age <= each).order_by(ranked.c.day.desc(), ranked.c.id.desc())
        return [
            PastVisit(patient=PatientId(r.patient), case_manager=CaseManagerId(r.case_manager), date=r.day)
            for r in self._transaction.rows(query)
        ]

    def days_with_open_visits(self, branch: BranchId, first: date, last: date) -> Sequence[date]:
        """From `first` to `last`, both inclusive, by day."""
        self._ask_of(branch)
        query = (
            select(table.c.day)
            .where(table.c.branch == branch, table.c.day.between(first, last), table.c.status.in_(OPEN))
            .distinct()
            .order_by(table.c.day)
        )
        return [row.day for row in self._transaction.rows(query)]

    def save(self, visit: Visit) -> None:
        self._transaction.own(visit.branch)
        self._saved[visit.branch, visit.id] = visit
        self._transaction.put_off(self._write)

    def _those(self, branch: BranchId, *conditions: ColumnElement[bool]) -> Sequence[Visit]:
        """By id."""
        self._ask_of(branch)
        query = select(table.c.body).where(table.c.branch == branch, *conditions).order_by(table.c.id)
        return [from_json(Visit, row.body) for row in self._transaction.rows(query)]

    def _ask_of(self, branch: BranchId) -> None:
        self._transaction.own(branch)
        self._write()

    def _write(self) -> None:
        saved, self._saved = self._saved, {}
        self._transaction.put_all(table, [_row(visit) for visit in saved.values()])


def _row(visit: Visit) -> dict[str, object]:
    return {
        "branch": visit.branch,
        "id": visit.id,
        "day": visit.date,
        "patient": visit.patient,
        "status": visit.status,
        "case_manager": visit.case_manager,
        "care_plan": visit.order.care_plan if visit.order else None,
        "version": visit.version,
        "body": to_json(visit),
    }
