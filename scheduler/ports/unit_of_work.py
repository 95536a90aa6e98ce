"""One transaction with everything in it, and how one is opened."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

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


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` takes everything back."""

    branches: Branches
    patients: Patients
    case_managers: CaseManagers
    care_plans: CarePlans
    visits: Visits
    plans: Plans
    work: PlanningWork
    inbox: Inbox
    outbox: Outbox
    dead_letters: DeadLetters
    refused_records: RefusedRecords
    audit: Audit
    job_runs: JobRuns
    leases: Leases
    acknowledgements: Acknowledgements
    geocodes: Geocodes
    backlogs: Backlogs

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None: ...  # fmt: skip
    def commit(self) -> None: ...


class OpenUnitOfWork(Protocol):
    def __call__(self, *, read_only: bool = False) -> UnitOfWork: ...
