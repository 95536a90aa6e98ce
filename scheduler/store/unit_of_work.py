"""The unit of work over a database: one connection, one transaction, every repository on it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from scheduler.ports.dead_letters import DeadLetters
from scheduler.ports.facts import Branches, CarePlans, CaseManagers, Patients, Visits
from scheduler.ports.geocoding import Geocodes
from scheduler.ports.inbox import Inbox
from scheduler.ports.outbox import Outbox
from scheduler.ports.planning_work import PlanningWork
from scheduler.ports.plans import Acknowledgements, Plans
from scheduler.ports.records import Audit, Backlogs
from scheduler.ports.refused_records import RefusedRecords
from scheduler.ports.turns import JobRuns, Leases
from scheduler.store.acknowledgements import SqlAcknowledgements
from scheduler.store.audit import SqlAudit
from scheduler.store.backlog import SqlBacklogs
from scheduler.store.dead_letters import SqlDeadLetters
from scheduler.store.geocodes import SqlGeocodes
from scheduler.store.inbox import SqlInbox
from scheduler.store.jobs import SqlJobRuns, SqlLeases
from scheduler.store.outbox import SqlOutbox
from scheduler.store.people import SqlBranches, SqlCarePlans, SqlCaseManagers, SqlPatients
from scheduler.store.plans import SqlPlans
from scheduler.store.refused_records import SqlRefusedRecords
from scheduler.store.transaction import Transaction, spoken_plainly
from scheduler.store.visits import SqlVisits
from scheduler.store.work import SqlPlanningWork


class SqlUnitOfWork:
    """Begun when entered; taken back when left, unless `commit` was called. Used once."""

    def __init__(self, engine: Engine, *, is_read_only: bool) -> None:
        self._engine = engine
        self._is_read_only = is_read_only

    def __enter__(self) -> Self:
        with spoken_plainly():
            self._connection = self._engine.connect()
        try:
            with spoken_plainly():
                self._begun = self._connection.begin()
        except BaseException:
            self._connection.close()
            raise
        self.transaction = Transaction(self._connection, is_read_only=self._is_read_only)
        self._furnish(self.transaction)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        if not self.transaction.is_over:
            self.transaction.end()
        try:
            self._begun.close()
        except SQLAlchemyError:
            # The connection is gone, and with it the transaction: the server takes it back by itself.
            self._connection.invalidate()
        finally:
            self._connection.close()

    def commit(self) -> None:
        """Raises `StoreUnavailable` and its kin; then nothing was kept, or the connection broke and none can tell."""
        self.transaction.catch_up()
        self.transaction.end()
        with spoken_plainly():
            self._begun.commit()

    def _furnish(self, transaction: Transaction) -> None:
        self.branches: Branches = SqlBranches(transaction)
        self.patients: Patients = SqlPatients(transaction)
        self.case_managers: CaseManagers = SqlCaseManagers(transaction)
        self.care_plans: CarePlans = SqlCarePlans(transaction)
        self.visits: Visits = SqlVisits(transaction)
        self.plans: Plans = SqlPlans(transaction)
        self.work: PlanningWork = SqlPlanningWork(transaction)
        self.inbox: Inbox = SqlInbox(transaction)
        self.outbox: Outbox = SqlOutbox(transaction)
        self.dead_letters: DeadLetters = SqlDeadLetters(transaction)
        self.refused_records: RefusedRecords = SqlRefusedRecords(transaction)
        self.audit: Audit = SqlAudit(transaction)
        self.job_runs: JobRuns = SqlJobRuns(transaction)
        self.leases: Leases = SqlLeases(transaction)
        self.acknowledgements: Acknowledgements = SqlAcknowledgements(transaction)
        self.geocodes: Geocodes = SqlGeocodes(transaction)
        self.backlogs: Backlogs = SqlBacklogs(transaction)
