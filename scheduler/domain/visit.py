"""A visit and its life: requested → planned → told → under way → done, or missed, or cancelled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from scheduler.domain.errors import Conflict
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId, PlaceId, VisitId
from scheduler.domain.people import Licence
from scheduler.domain.time import TimeWindow


class Priority(StrEnum):
    """Who is served first when not everybody can be."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    OPTIONAL = "optional"

    @property
    def rank(self) -> int:
        """0 is served before anything of rank 1 counts."""
        return list(Priority).index(self)


class VisitStatus(StrEnum):
    REQUESTED = "requested"
    PLANNED = "planned"
    TOLD = "told"
    UNDER_WAY = "under_way"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (VisitStatus.DONE, VisitStatus.MISSED, VisitStatus.CANCELLED)

    @property
    def has_begun(self) -> bool:
        return self in (VisitStatus.UNDER_WAY, VisitStatus.DONE)


class VisitNotOpen(Conflict):
    """The visit has begun or is over, so this cannot happen to it any more."""

    code = "visit.not_open"
    remedy = "Read the visit's state; request a new visit if one is needed."

    def __init__(self, visit: VisitId, status: VisitStatus, wanted: str) -> None:
        self.visit, self.status, self.wanted = visit, status, wanted
        super().__init__(f"Visit {visit} is {status.value.replace('_', ' ')}, so it cannot be {wanted}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitType:
    """One duty of the job, with its defaults (`config/visit_types.toml`). `centipoints` are hundredths."""

    code: str
    title: str
    minutes: int
    centipoints: int
    licences: tuple[Licence, ...]
    credentials: tuple[str, ...] = ()
    is_remote: bool = False
    priority: Priority = Priority.NORMAL


class LinkKind(StrEnum):
    """How two visits hang together."""

    TOGETHER = "together"  # two clinicians at once
    AFTER = "after"  # this one starts `min_gap` to `max_gap` minutes after the other starts
    APART = "apart"  # by different case managers, no timing
    SAME = "same"  # by the same case manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """From the visit that carries it to `other`. Gaps are minutes between the two starts."""

    kind: LinkKind
    other: VisitId
    min_gap_minutes: int | None = None
    max_gap_minutes: int | None = None
    different_people: bool = False
    both_or_none: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What a dispatcher decided: this case manager, this start, or both."""

    case_manager: CaseManagerId | None = None
    starts: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the patient and the case manager were last told."""

    case_manager: CaseManagerId
    starts: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRef:
    """The obligation a visit was generated from; `key` is stable, so replays meet the same visit."""

    care_plan: CarePlanId
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`windows` are hard windows on the start; `late_by_price` keeps their opening hard and prices lateness instead.

    `place` overrides the patient's home. `minutes` is the length of service, `licences`/`credentials` what it
    takes to do it. Remote visits need no travel.
    """

    id: VisitId
    branch: BranchId
    patient: PatientId
    type: str
    date: dt.date
    minutes: int
    centipoints: int = 100
    licences: tuple[Licence, ...] = ()
    credentials: tuple[str, ...] = ()
    discipline: str = "nursing"
    windows: tuple[TimeWindow, ...] = ()
    late_by_price: bool = False
    must_end_by_close: bool = False
    wished: TimeWindow | None = None
    priority: Priority = Priority.NORMAL
    is_remote: bool = False
    place: PlaceId | None = None
    links: tuple[Link, ...] = ()
    preferred: tuple[CaseManagerId, ...] = ()
    pin: Pin | None = None
    order: OrderRef | None = None
    may_share_day: bool = False
    status: VisitStatus = VisitStatus.REQUESTED
    told: Told | None = None
    case_manager: CaseManagerId | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """It can still be planned, moved or cancelled."""
        return self.status in (VisitStatus.REQUESTED, VisitStatus.PLANNED, VisitStatus.TOLD)

    def cancelled(self, reason: str) -> Visit:
        return replace(self._while_open("cancelled"), status=VisitStatus.CANCELLED, reason=reason)

    def missed(self, reason: str) -> Visit:
        if self.status.is_over:
            raise VisitNotOpen(self.id, self.status, "missed")
        return replace(self, status=VisitStatus.MISSED, reason=reason)

    def started(self, by: CaseManagerId, at: datetime) -> Visit:
        return replace(self._while_open("started"), status=VisitStatus.UNDER_WAY, case_manager=by, started_at=at)

    def completed(self, by: CaseManagerId, began: datetime, at: datetime) -> Visit:
        if self.status.is_over:
            raise VisitNotOpen(self.id, self.status, "completed")
        return replace(self, status=VisitStatus.DONE, case_manager=by, started_at=began, ended_at=at)

    def _while_open(self, wanted: str) -> Visit:
        if not self.is_open:
            raise VisitNotOpen(self.id, self.status, wanted)
        return self
