"""What the core needs from outside, as protocols. `scheduler/store` implements them; nothing here does work.

One unit of work is one transaction: whoever opened it commits it. All methods read and write inside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from scheduler.domain.backlog import Backlog
from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan
from scheduler.domain.day import PastVisit
from scheduler.domain.events import DomainEvent
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, EventId, PatientId, VisitId
from scheduler.domain.people import CaseManager, Patient
from scheduler.domain.place import Point
from scheduler.domain.plan import Revision
from scheduler.domain.visit import Visit


class Branches(Protocol):
    def find(self, branch: BranchId) -> Branch | None: ...
    def get(self, branch: BranchId) -> Branch:
        """Raises `UnknownBranch`."""
        ...

    def all(self) -> Sequence[Branch]: ...
    def save(self, branch: Branch) -> None: ...


class Patients(Protocol):
    def find(self, branch: BranchId, patient: PatientId) -> Patient | None: ...
    def get(self, branch: BranchId, patient: PatientId) -> Patient:
        """Raises `UnknownPatient`."""
        ...

    def of(self, branch: BranchId, patients: Sequence[PatientId]) -> Sequence[Patient]: ...
    def save(self, patient: Patient) -> None: ...


class CaseManagers(Protocol):
    def find(self, branch: BranchId, case_manager: CaseManagerId) -> CaseManager | None: ...
    def get(self, branch: BranchId, case_manager: CaseManagerId) -> CaseManager:
        """Raises `UnknownCaseManager`."""
        ...

    def of_branch(self, branch: BranchId) -> Sequence[CaseManager]: ...
    def save(self, case_manager: CaseManager) -> None: ...


class CarePlans(Protocol):
    def find(self, branch: BranchId, care_plan: CarePlanId) -> CarePlan | None: ...
    def get(self, branch: BranchId, care_plan: CarePlanId) -> CarePlan:
        """Raises `UnknownCarePlan`."""
        ...

    def save(self, care_plan: CarePlan) -> None: ...


class Visits(Protocol):
    """Ids are unique within a branch."""

    def find(self, branch: BranchId, visit: VisitId) -> Visit | None: ...
    def get(self, branch: BranchId, visit: VisitId) -> Visit:
        """Raises `UnknownVisit`."""
        ...

    def on(self, branch: BranchId, day: dt.date) -> Sequence[Visit]:
        """Every visit of the day, whatever its state, by id."""
        ...

    def of_care_plan(self, branch: BranchId, care_plan: CarePlanId) -> Sequence[Visit]: ...
    def of_patient(self, branch: BranchId, patient: PatientId, first: dt.date, last: dt.date) -> Sequence[Visit]: ...
    def history(
        self, branch: BranchId, patients: Sequence[PatientId], before: dt.date, each: int
    ) -> Sequence[PastVisit]:
        """The last `each` done visits of each patient before a day, newest first."""
        ...

    def days_with_open_visits(self, branch: BranchId, first: dt.date, last: dt.date) -> Sequence[dt.date]: ...
    def save(self, visit: Visit) -> None: ...


class Plans(Protocol):
    def head(self, branch: BranchId, day: dt.date) -> Revision | None:
        """The newest revision."""
        ...

    def published(self, branch: BranchId, day: dt.date) -> Revision | None:
        """The newest revision people were told."""
        ...

    def get(self, branch: BranchId, day: dt.date, number: int) -> Revision | None: ...
    def add(self, revision: Revision) -> None:
        """Raises `PlanMovedOn` unless its number is the head's plus one (a unique key decides races)."""
        ...

    def mark_published(self, branch: BranchId, day: dt.date, number: int, at: datetime) -> None: ...
    def days(self, branch: BranchId) -> Sequence[dt.date]:
        """Every day that has a revision, in order."""
        ...

    def drafts(self, branch: BranchId, until: dt.date) -> Sequence[Revision]:
        """Heads that nobody was told yet, for days up to `until`, by day."""
        ...


class Urgency(StrEnum):
    NOW = "now"
    SOON = "soon"
    """After the quiet period, so that a burst of news costs one solve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A branch-day is ours to plan until `until`. `fence` rises with every claim; an old one cannot write.

    `dirty` is the state of news the plan will answer; `because` the events behind it, in order of arrival.
    """

    branch: BranchId
    date: dt.date
    owner: str
    fence: int
    until: datetime
    dirty: int
    attempts: int
    because: tuple[EventId, ...] = field(default=())


class PlanningWork(Protocol):
    """Branch-days with news, leased to planners. Clock times are given by the caller."""

    def mark_dirty(self, branch: BranchId, day: dt.date, *, because: EventId | None, now: datetime,
                   quiet: timedelta, patience: timedelta) -> None:  # fmt: skip
        """Plan it after `quiet` without news, and at the latest `patience` after the first; quiet 0 is at once."""
        ...

    def claim(self, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """The most overdue dirty branch-day nobody holds, or None. Skips rows others are claiming."""
        ...

    def renew(self, claim: Claim, *, now: datetime, lease: timedelta) -> bool:
        """False when the lease was lost."""
        ...

    def holds(self, claim: Claim, *, now: datetime) -> bool:
        """The fence is still the newest. Locks the row, so the answer stays true until commit."""
        ...

    def finish(self, claim: Claim) -> None:
        """Planned up to `claim.dirty`; news that came meanwhile leaves it dirty."""
        ...

    def release(self, claim: Claim, *, not_before: datetime, error: str) -> None:
        """Hand it back after a failure; attempts rises."""
        ...

    def next_due(self) -> datetime | None:
        """When the next dirty branch-day may be planned, for whoever waits."""
        ...


class InboxStatus(StrEnum):
    NEW = "new"
    """Never met: apply it."""
    DUPLICATE = "duplicate"
    """Met before with the same content: nothing to do."""
    CONFLICT = "conflict"
    """Met before with other content: dead letter."""


class Inbox(Protocol):
    """Each event takes effect once: its source and id are a unique key, claimed in the transaction of its effect."""

    def expect(self, events: Sequence[tuple[str, EventId, BranchId]]) -> frozenset[tuple[str, EventId]]:
        """Look these up together; claims of new ones are then written with the commit. Answers by source and id which
        are dead, and so cannot be claimed together with others.
        """
        ...

    def unclaim(self, *, source: str, event: EventId) -> bool:
        """Take back the newest claim, of an event that was expected. False when something changed since: then do not
        commit.
        """
        ...

    def claim(self, *, source: str, event: EventId, digest: str, type: str, branch: BranchId,
              occurred_at: datetime, received_at: datetime, payload: bytes) -> InboxStatus: ...  # fmt: skip
    def settle(self, *, source: str, event: EventId, status: str, code: str | None = None) -> None:
        """`applied`, `ignored` (older than what is known) or `dead`, with the reason's code."""
        ...

    def forget_payloads(self, received_before: datetime) -> int:
        """Drop the contents of older events that took effect; their ids stay, so that none takes effect twice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """`id` is stable over replays and re-sends; `key` is the branch. `data` is the event's JSON."""

    seq: int
    id: EventId
    type: str
    key: BranchId
    subject: str
    at: datetime
    data: bytes


class Outbox(Protocol):
    def add(self, event: DomainEvent) -> None: ...
    def unsent(self, limit: int) -> Sequence[OutboxItem]:
        """Oldest first."""
        ...

    def mark_sent(self, items: Sequence[OutboxItem], at: datetime) -> None: ...
    def purge(self, sent_before: datetime) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeliverable:
    """An event that cannot take effect, on its way into the drawer. `digest` is of what it came with, all of it."""

    source: str
    event: EventId | None
    door: str
    code: str
    sentence: str
    remedy: str
    raw: bytes
    size: int
    digest: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSummary:
    """A dead letter without its bytes: fit for a screen or a log. `size` is that of the event as it came."""

    id: int
    source: str
    event: EventId | None
    door: str
    code: str
    sentence: str
    remedy: str
    size: int
    is_whole: bool
    """Whether all its bytes were kept, so that it can be replayed."""
    times: int
    """How often it came while it waited."""
    seen_at: datetime
    last_seen_at: datetime
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter(LetterSummary):
    """An event that cannot take effect, kept until a person replays or drops it. Its bytes may be about a patient."""

    raw: bytes


class DeadLetters(Protocol):
    """Letters that nobody replayed wait. Of equal digests one waits at most, and counts."""

    def met_again(self, event: Undeliverable, *, is_arrival: bool) -> LetterSummary | None:
        """The letter that waits with its digest, now with the newest reasons, and counted once more if it arrived."""
        ...

    def add(self, event: Undeliverable) -> LetterSummary: ...
    def has_room(self, most: int) -> bool:
        """Do fewer than `most` wait?"""
        ...

    def newest(self, limit: int, *, after: int | None = None, code: str | None = None, waiting: bool = True
               ) -> Sequence[LetterSummary]:  # fmt: skip
        """Newest first, replayed ones only if not `waiting`; with `after`, those older than that number."""
        ...

    def oldest(self, limit: int, *, after: int, until: int, code: str | None = None) -> Sequence[int]:
        """Numbers of letters that wait, from `after` (without it) to `until`, oldest first."""
        ...

    def get(self, letter: int) -> DeadLetter | None: ...
    def mark_replayed(self, letter: int, at: datetime) -> None: ...
    def drop(self, letter: int) -> None: ...
    def purge(self, replayed_before: datetime) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlace:
    """One record of a log. `digest` is of what it holds and when it was written: a topic made anew counts from 0 again,
    and its records are others.
    """

    topic: str
    partition: int
    offset: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a record was refused. Its letter may be gone by now."""

    letter: int
    code: str


class RefusedRecords(Protocol):
    """Records that were refused and may be delivered once more, because a crash came before their offset was kept."""

    def remember(self, place: RecordPlace, refusal: Refusal) -> None: ...
    def find(self, place: RecordPlace) -> Refusal | None:
        """None also for one that was refused long ago."""
        ...

    def among(self, places: Sequence[RecordPlace]) -> Mapping[RecordPlace, Refusal]:
        """The same for many at once: those that were refused."""
        ...


class Audit(Protocol):
    def record(self, *, at: datetime, actor: str, action: str, object: str, branch: BranchId | None,
               reason: str = "") -> None:  # fmt: skip
        """Append-only, each row bound to the one before by a hash."""
        ...


class JobRuns(Protocol):
    """Who runs a clock job: the row decides, not the scheduler."""

    def begin(self, job: str, due: str, *, owner: str, now: datetime, lease: timedelta) -> bool:
        """True for the one who may run the job for this due slot (a local date or an hour)."""
        ...

    def finish(self, job: str, due: str, *, now: datetime, owner: str | None = None) -> bool:
        """False, for an owner, when the run is another's by now or is done: then do not commit what was made of it."""
        ...

    def last(self, job: str) -> str | None: ...


class Leases(Protocol):
    """A named right held by one process at a time, such as relaying."""

    def acquire(self, name: str, *, owner: str, now: datetime, lease: timedelta) -> int | None:
        """The fence, when it is ours."""
        ...


class Acknowledgements(Protocol):
    def add(self, *, branch: BranchId, day: dt.date, revision: int, case_manager: CaseManagerId, at: datetime,
            is_declined: bool, reason: str = "") -> None: ...  # fmt: skip
    def of(self, branch: BranchId, day: dt.date) -> Sequence[tuple[CaseManagerId, int, bool]]: ...


class Geocodes(Protocol):
    """Where addresses are, so that each is asked for once."""

    def find(self, address: str, provider: str) -> Point | None: ...
    def save(self, address: str, provider: str, point: Point, *, at: datetime) -> None: ...


class Geocoder(Protocol):
    """Finds one address. May be slow, so never called inside a transaction."""

    @property
    def provider(self) -> str:
        """Names the service in the cache."""
        ...

    def locate(self, address: str) -> Point | None:
        """None when nobody can say for sure. Raises `Unavailable` when there was no answer."""
        ...


class Backlogs(Protocol):
    def look(self) -> Backlog:
        """What waits now, for whoever watches. Cheap, however much is kept."""
        ...


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


class Clock(Protocol):
    """The only way to know the time; tests and `rounds run` bring their own."""

    def now(self) -> datetime: ...
