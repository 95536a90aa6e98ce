"""Events about case managers: who they are, when they work, what they may do."""

from __future__ import annotations

from collections import Counter
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from consumers.contracts.envelope import Incoming, Known
from consumers.contracts.fields import (
    WEEKDAYS,
    Clock,
    Code,
    Day,
    Id,
    Language,
    Moment,
    Part,
    Points,
    PostalCode,
    Reason,
    Text,
    Weekday,
    Whereabouts,
)
from consumers.contracts.problems import fault
from scheduler.domain.commands import BringCaseManagerBack, ChangeCaseManager, ChangeCredential, TakeCaseManagerOff
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.people import Absence, CaseManager, Credential, Gender, Licence, TravelProfile, WorkingHours


class Hours(Part):
    """A shift that repeats on a weekday, or on one date instead of the pattern. Local clock times."""

    starts: Clock
    ends: Clock
    weekday: Weekday | None = None
    date: Day | None = None

    @model_validator(mode="after")
    def _is_one_shift(self) -> Self:
        if self.ends <= self.starts:
            raise fault("shift.invalid", "The shift ends before it starts.", "Let it end later on the same day.")
        if (self.weekday is None) == (self.date is None):
            raise fault("shift.which_day", "The shift needs a weekday or a date.", "Give exactly one of the two.")
        return self

    def hours(self) -> WorkingHours:
        return WorkingHours(
            starts=time.fromisoformat(self.starts),
            ends=time.fromisoformat(self.ends),
            weekday=None if self.weekday is None else WEEKDAYS.index(self.weekday),
            date=self.date,
        )


class CredentialHeld(Part):
    """A certificate or speciality, valid through the whole day `expires`."""

    code: Code
    expires: Day | None = None

    def credential(self) -> Credential:
        return Credential(code=self.code, expires=self.expires)


class CaseManagerFacts(Part):
    """All facts about a case manager, absences apart; what is left out is unknown from now on."""

    id: Id
    name: Text
    licence: Licence
    licence_expires: Day | None = None
    begins_from: Annotated[Whereabouts, Field(description="Where the day begins: home or office.")]
    finishes_at: Annotated[Whereabouts, Field(description="Where it ends; left out, where it began.")] | None = None
    credentials: Annotated[tuple[CredentialHeld, ...], Field(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ("en",)
    gender: Gender | None = None
    travels_by: TravelProfile = TravelProfile.CAR
    hours: Annotated[tuple[Hours, ...], Field(max_length=120)] = ()
    territory: Annotated[tuple[PostalCode, ...], Field(max_length=500)] = ()
    most_visits_a_day: Annotated[int, Field(ge=0, le=30)] | None = None
    most_points_a_day: Points | None = None
    takes_break: Annotated[bool, Field(description="Entitled to the break of a long day.")] = True
    contact: Text | None = None

    @model_validator(mode="after")
    def _names_each_credential_once(self) -> Self:
        if any(times > 1 for times in Counter(held.code for held in self.credentials).values()):
            raise fault("credential.repeated", "A credential is listed twice.", "List each code once.")
        return self


class CaseManagerAbsence(Part):
    """Away from `starts` until `ends`; without an end, until they are back."""

    case_manager: Id
    starts: Moment
    ends: Moment | None = None
    reason: Reason = "absent"

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends is not None and self.ends <= self.starts:
            raise fault("absence.invalid", "The absence ends before it starts.", "Let it end later.")
        return self


class CaseManagerReturn(Part):
    """At work again from this moment on."""

    case_manager: Id
    from_: Annotated[Moment, Field(alias="from")]


class CredentialNews(Part):
    """One credential gained, renewed or, with `revoked`, lost."""

    case_manager: Id
    code: Code
    expires: Day | None = None
    revoked: bool = False


class CaseManagerChanged(Incoming[CaseManagerFacts]):
    """A case manager is new, or their facts changed."""

    type: Literal["rounds.case_manager.changed.v1"]

    def addresses(self) -> tuple[str, ...]:
        ends = self.data.finishes_at
        return (*self.data.begins_from.addresses, *(ends.addresses if ends else ()))

    def to_command(self, _: Known) -> ChangeCaseManager:
        said = self.data
        begins_from = said.begins_from.place(f"{said.id}/start")
        facts = CaseManager(
            id=CaseManagerId(said.id),
            branch=self.base()["branch"],
            name=said.name,
            licence=said.licence,
            licence_expires=said.licence_expires,
            begins_from=begins_from,
            finishes_at=said.finishes_at.place(f"{said.id}/end") if said.finishes_at else begins_from,
            credentials=tuple(held.credential() for held in said.credentials),
            languages=said.languages,
            gender=said.gender,
            profile=said.travels_by,
            hours=tuple(each.hours() for each in said.hours),
            territory=said.territory,
            max_visits_a_day=said.most_visits_a_day,
            max_centipoints_a_day=None if said.most_points_a_day is None else round(100 * said.most_points_a_day),
            takes_break=said.takes_break,
            contact=said.contact,
            version=self.version,
        )
        return ChangeCaseManager(**self.base(), facts=facts)


class CaseManagerAbsent(Incoming[CaseManagerAbsence]):
    """A case manager is ill or on leave: their visits are given to others."""

    type: Literal["rounds.case_manager.absent.v1"]

    def to_command(self, _: Known) -> TakeCaseManagerOff:
        said = self.data
        absence = Absence(starts=said.starts, ends=said.ends, reason=said.reason)
        return TakeCaseManagerOff(**self.base(), case_manager=CaseManagerId(said.case_manager), absence=absence)


class CaseManagerBack(Incoming[CaseManagerReturn]):
    """A case manager is at work again; planned absences later on stay."""

    type: Literal["rounds.case_manager.back.v1"]

    def to_command(self, _: Known) -> BringCaseManagerBack:
        said = self.data
        return BringCaseManagerBack(**self.base(), case_manager=CaseManagerId(said.case_manager), from_=said.from_)


class CredentialChanged(Incoming[CredentialNews]):
    """A case manager gained, renewed or lost a credential."""

    type: Literal["rounds.credential.changed.v1"]

    def to_command(self, _: Known) -> ChangeCredential:
        said = self.data
        return ChangeCredential(
            **self.base(),
            case_manager=CaseManagerId(said.case_manager),
            credential=Credential(code=said.code, expires=said.expires),
            is_revoked=said.revoked,
        )
