"""Branches and, within each, its patients, case managers and care plans: facts that newer facts replace."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, Generic, Protocol, TypeVar

from sqlalchemy import Select, Table, bindparam, select

from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId
from scheduler.domain.missing import UnknownBranch, UnknownCarePlan, UnknownCaseManager, UnknownPatient
from scheduler.domain.people import CaseManager, Patient
from scheduler.store import tables
from scheduler.store.codec import from_json, to_json
from scheduler.store.transaction import Transaction

_BRANCH: Final = select(tables.branch.c.body).where(tables.branch.c.id == bindparam("branch"))


class SqlBranches:
    """Every event asks for its branch, some twice. Nobody else changes one that is owned, so it is read once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: dict[BranchId, Branch] = {}

    def find(self, branch: BranchId) -> Branch | None:
        if branch not in self._known:
            self._transaction.own(branch)
            if row := self._transaction.row(_BRANCH, branch=branch):
                self._known[branch] = from_json(Branch, row.body)
        return self._known.get(branch)

    def get(self, branch: BranchId) -> Branch:
        if found := self.find(branch):
            return found
        raise UnknownBranch(branch)

    def all(self) -> Sequence[Branch]:
        rows = self._transaction.rows(select(tables.branch.c.body).order_by(tables.branch.c.id))
        return [from_json(Branch, row.body) for row in rows]

    def save(self, branch: Branch) -> None:
        self._transaction.own(branch.id)
        self._transaction.put(tables.branch, id=branch.id, version=branch.version, body=to_json(branch))
        self._known[branch.id] = branch


class _Facts(Protocol):
    @property
    def branch(self) -> BranchId: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


Kind = TypeVar("Kind", bound=_Facts)


class _FactRows(Generic[Kind]):
    """Rows of one table made by `tables._facts`."""

    def __init__(self, kind: type[Kind], table: Table, transaction: Transaction) -> None:
        self._kind, self._table, self._transaction = kind, table, transaction

    def find(self, branch: BranchId, id_: str) -> Kind | None:
        self._transaction.own(branch)
        row = self._transaction.row(_one_of(self._table), branch=branch, id=id_)
        return from_json(self._kind, row.body) if row else None

    def of(self, branch: BranchId, ids: Sequence[str] | None = None) -> Sequence[Kind]:
        """By id; all of the branch when no ids are given."""
        self._transaction.own(branch)
        table = self._table
        query = select(table.c.body).where(table.c.branch == branch).order_by(table.c.id)
        if ids is not None:
            query = query.where(table.c.id.in_(sorted(set(ids))))
        return [from_json(self._kind, row.body) for row in self._transaction.rows(query)]

    def save(self, facts: Kind) -> None:
        self._transaction.own(facts.branch)
        self._transaction.put(self._table, branch=facts.branch, id=facts.id, version=facts.version, body=to_json(facts))


@cache
def _one_of(table: Table) -> Select[tuple[str]]:
    return select(table.c.body).where(table.c.branch == bindparam("branch"), table.c.id == bindparam("id"))


class SqlPatients:
    def __init__(self, transaction: Transaction) -> None:
        self._rows = _FactRows(Patient, tables.patient, transaction)

    def find(self, branch: BranchId, patient: PatientId) -> Patient | None:
        return self._rows.find(branch, patient)

    def get(self, branch: BranchId, patient: PatientId) -> Patient:
        if found := self.find(branch, patient):
            return found
        raise UnknownPatient(branch, patient)

    def of(self, branch: BranchId, patients: Sequence[PatientId]) -> Sequence[Patient]:
        return self._rows.of(branch, patients)

    def save(self, patient: Patient) -> None:
        self._rows.save(patient)


class SqlCaseManagers:
    def __init__(self, transaction: Transaction) -> None:
        self._rows = _FactRows(CaseManager, tables.case_manager, transaction)

    def find(self, branch: BranchId, case_manager: CaseManagerId) -> CaseManager | None:
        return self._rows.find(branch, case_manager)

    def get(self, branch: BranchId, case_manager: CaseManagerId) -> CaseManager:
        if found := self.find(branch, case_manager):
            return found
        raise UnknownCaseManager(branch, case_manager)

    def of_branch(self, branch: BranchId) -> Sequence[CaseManager]:
        return self._rows.of(branch)

    def save(self, case_manager: CaseManager) -> None:
        self._rows.save(case_manager)


class SqlCarePlans:
    def __init__(self, transaction: Transaction) -> None:
        self._rows = _FactRows(CarePlan, tables.care_plan, transaction)

    def find(self, branch: BranchId, care_plan: CarePlanId) -> CarePlan | None:
        return self._rows.find(branch, care_plan)

    def get(self, branch: BranchId, care_plan: CarePlanId) -> CarePlan:
        if found := self.find(branch, care_plan):
            return found
        raise UnknownCarePlan(branch, care_plan)

    def save(self, care_plan: CarePlan) -> None:
        self._rows.save(care_plan)
