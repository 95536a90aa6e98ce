"""Events about visits: from the request to what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from consumers.contracts.envelope import Incoming, Known
from consumers.contracts.fields import Code, Day, Gap, Id, Minutes, Moment, Part, Points, Reason, VisitRef, Window
from consumers.contracts.problems import Problem, fault
from scheduler.domain.commands import (
    CancelVisit,
    ChangeVisit,
    CompleteVisit,
    MissVisit,
    PinVisit,
    RequestVisit,
    StartVisit,
)
from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, VisitId
from scheduler.domain.people import Licence
from scheduler.domain.visit import Link, LinkKind, Pin, Priority, Visit
from scheduler.domain.visit_types import UnknownVisitType, discipline_of


class VisitLink(Part):
    """How a visit hangs together with another one of the same day. Gaps are minutes between the two starts."""

    kind: Annotated[
        LinkKind,
        Field(description="together: at one moment; after: this one follows the other; apart, same: by whom."),
    ]
    other: VisitRef
    min_gap_minutes: Gap | None = None
    max_gap_minutes: Gap | None = None
    different_people: bool = False
    both_or_none: Annotated[bool, Field(description="One is worth nothing without the other.")] = False

    @model_validator(mode="after")
    def _has_a_gap_that_can_be_kept(self) -> Self:
        least, most = self.min_gap_minutes, self.max_gap_minutes
        if least is not None and most is not None and least > most:
            raise fault("link.gap", "The least gap is over the largest.", "Swap or correct the gaps.")
        return self

    def link(self) -> Link:
        return Link(
            kind=self.kind,
            other=VisitId(self.other),
            min_gap_minutes=self.min_gap_minutes,
            max_gap_minutes=self.max_gap_minutes,
            different_people=self.different_people,
            both_or_none=self.both_or_none,
        )


class VisitNeeds(Part):
    """What a visit takes. Length, points, who may do it and priority come from its type unless given here."""

    patient: Id
    type: Annotated[Code, Field(description="A code of `config/visit_types.toml`, such as `routine` or `soc`.")]
    date: Day
    windows: Annotated[
        tuple[Window, ...], Field(max_length=6, description="Hard windows on the start; none: any time of the day.")
    ] = ()
    late_by_price: Annotated[bool, Field(description="A late start is priced instead of ruled out.")] = False
    must_end_by_close: bool = False
    wished: Annotated[Window, Field(description="The time the patient wishes for.")] | None = None
    minutes: Minutes | None = None
    points: Points | None = None
    licences: Annotated[tuple[Licence, ...], Field(min_length=1, max_length=3)] | None = None
    credentials: Annotated[tuple[Code, ...], Field(max_length=20)] | None = None
    priority: Priority | None = None
    remote: bool | None = None
    preferred: Annotated[tuple[Id, ...], Field(max_length=20, description="Case managers.")] = ()
    may_share_day: Annotated[bool, Field(description="Other disciplines may visit on the same day.")] = False
    links: Annotated[tuple[VisitLink, ...], Field(max_length=10)] = ()

    def visit(self, name: str, branch: BranchId, known: Known, version: int) -> Visit:
        defaults = known.visit_types[self.type]
        licences = defaults.licences if self.licences is None else self.licences
        return Visit(
            id=VisitId(name),
            branch=branch,
            patient=PatientId(self.patient),
            type=self.type,
            date=self.date,
            minutes=defaults.minutes if self.minutes is None else self.minutes,
            centipoints=defaults.centipoints if self.points is None else round(100 * self.points),
            licences=licences,
            credentials=defaults.credentials if self.credentials is None else tuple(sorted(self.credentials)),
            discipline=discipline_of(licences),
            windows=tuple(each.window() for each in self.windows),
            late_by_price=self.late_by_price,
            must_end_by_close=self.must_end_by_close,
            wished=self.wished.window() if self.wished else None,
            priority=self.priority or defaults.priority,
            is_remote=defaults.is_remote if self.remote is None else self.remote,
            preferred=tuple(CaseManagerId(each) for each in self.preferred),
            may_share_day=self.may_share_day,
            links=tuple(each.link() for each in self.links),
            version=version,
        )


class VisitRequest(VisitNeeds):
    """A visit that somebody needs on a day."""

    id: Id
    clinicians: Annotated[
        int, Field(ge=1, le=2, description="2: two at once; the second visit gets the id with `/2` at its end.")
    ] = 1


class VisitChange(VisitNeeds):
    """All needs anew; what is left out falls back to its type."""

    id: VisitRef


class VisitPin(Part):
    """What a dispatcher decided: who, when, or both. Neither takes the pin away."""

    visit: VisitRef
    case_manager: Id | None = None
    starts: Moment | None = None


class VisitEnd(Part):
    """The visit will not take place, or did not."""

    visit: VisitRef
    reason: Reason


class VisitStart(Part):
    """The case manager is there; the envelope's `time` is when."""

    visit: VisitRef
    case_manager: Id


class VisitCompletion(Part):
    """It is done; the envelope's `time` is when it ended."""

    visit: VisitRef
    case_manager: Id
    began: Moment


class VisitRequested(Incoming[VisitRequest]):
    """Somebody asks for a visit."""

    type: Literal["rounds.visit.requested.v1"]

    def doubts(self, known: Known) -> Iterator[Problem]:
        yield from _doubts(self.data, known)

    def to_command(self, known: Known) -> RequestVisit:
        facts = self.data.visit(self.data.id, BranchId(self.branch), known, self.version)
        return RequestVisit(**self.base(), facts=facts, clinicians=self.data.clinicians)


class VisitChanged(Incoming[VisitChange]):
    """What a visit takes changed: its day, its windows, its length, who may do it."""

    type: Literal["rounds.visit.changed.v1"]

    def doubts(self, known: Known) -> Iterator[Problem]:
        yield from _doubts(self.data, known)

    def to_command(self, known: Known) -> ChangeVisit:
        facts = self.data.visit(self.data.id, BranchId(self.branch), known, self.version)
        return ChangeVisit(**self.base(), facts=facts)


class VisitPinned(Incoming[VisitPin]):
    """A dispatcher decided who does a visit, or when, in another system."""

    type: Literal["rounds.visit.pinned.v1"]

    def to_command(self, _: Known) -> PinVisit:
        said = self.data
        who = CaseManagerId(said.case_manager) if said.case_manager else None
        pin = Pin(case_manager=who, starts=said.starts) if who or said.starts else None
        return PinVisit(**self.base(), visit=VisitId(said.visit), pin=pin)


class VisitCancelled(Incoming[VisitEnd]):
    """A visit is not needed or not wanted any more; with `/2` at its end, only the second clinician is not."""

    type: Literal["rounds.visit.cancelled.v1"]

    def to_command(self, _: Known) -> CancelVisit:
        return CancelVisit(**self.base(), visit=VisitId(self.data.visit), reason=self.data.reason)


class VisitStarted(Incoming[VisitStart]):
    """A case manager began a visit."""

    type: Literal["rounds.visit.started.v1"]

    def to_command(self, _: Known) -> StartVisit:
        said = self.data
        return StartVisit(**self.base(), visit=VisitId(said.visit), case_manager=CaseManagerId(said.case_manager))


class VisitCompleted(Incoming[VisitCompletion]):
    """A case manager finished a visit."""

    type: Literal["rounds.visit.completed.v1"]

    @model_validator(mode="after")
    def _began_before_it_ended(self) -> Self:
        if self.data.began > self.time:
            raise fault(
                "visit.ended_before_it_began",
                "The visit ended before it began.",
                "Let `data.began` be no later than the envelope's `time`.",
            )
        return self

    def to_command(self, _: Known) -> CompleteVisit:
        said = self.data
        return CompleteVisit(
            **self.base(),
            visit=VisitId(said.visit),
            case_manager=CaseManagerId(said.case_manager),
            began=said.began,
        )


class VisitNotDone(Incoming[VisitEnd]):
    """Nobody home, refused, unsafe. A visit of an order is made up within its week where that is possible."""

    type: Literal["rounds.visit.not_done.v1"]

    def to_command(self, _: Known) -> MissVisit:
        return MissVisit(**self.base(), visit=VisitId(self.data.visit), reason=self.data.reason)


def _doubts(needs: VisitNeeds, known: Known) -> Iterator[Problem]:
    if needs.type not in known.visit_types:
        unknown = UnknownVisitType(needs.type)
        yield Problem(path="data.type", code=unknown.code, sentence=str(unknown), remedy=unknown.remedy)
    for number, window in enumerate(needs.windows):
        if not _touches(window, needs.date, known.zone):
            yield _off_the_day(f"data.windows[{number}]")
    if needs.wished and not _touches(needs.wished, needs.date, known.zone):
        yield _off_the_day("data.wished")


def _touches(window: Window, day: date, zone: ZoneInfo) -> bool:
    return window.opens.astimezone(zone).date() <= day <= window.closes.astimezone(zone).date()


def _off_the_day(path: str) -> Problem:
    return Problem(
        path=path,
        code="window.off_the_day",
        sentence="The window does not touch the day of the visit in the branch's zone.",
        remedy="Correct the date, or the window and its offset.",
    )
