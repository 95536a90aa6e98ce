"""Events about patients. They carry names and addresses: these go to the database and nowhere else."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from consumers.contracts.envelope import Incoming, Known
from consumers.contracts.fields import Day, Id, Language, Part, Reason, Text, Whereabouts
from consumers.contracts.problems import fault
from scheduler.domain.commands import ChangePatient, PutPatientOnHold, ReturnPatient
from scheduler.domain.ids import CaseManagerId, PatientId
from scheduler.domain.people import Gender, Hold, Patient

CaseManagers = Annotated[tuple[Id, ...], Field(max_length=50)]


class PatientFacts(Part):
    """All facts about a patient, holds apart; what is left out is unknown from now on."""

    id: Id
    name: Text
    home: Whereabouts
    languages: Annotated[tuple[Language, ...], Field(max_length=10)] = ()
    gender_wanted: Gender | None = None
    primary: Id | None = None
    required: Annotated[CaseManagers, Field(description="Only these may visit.")] = ()
    preferred: CaseManagers = ()
    barred: Annotated[CaseManagers, Field(description="These are never sent.")] = ()
    phone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+(). /x-]+$")] | None = None

    @model_validator(mode="after")
    def _nobody_is_both_required_and_barred(self) -> Self:
        if set(self.required) & set(self.barred):
            raise fault(
                "patient.required_and_barred",
                "A case manager is both required and barred.",
                "Take them out of one of the lists.",
            )
        return self


class PatientHold(Part):
    """The patient is away from `starts`; `ends` is the first day back, when known."""

    patient: Id
    starts: Day
    ends: Day | None = None
    reason: Reason = "away"

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends is not None and self.ends <= self.starts:
            raise fault("hold.invalid", "The hold ends before it starts.", "Let it end on a later day.")
        return self


class PatientReturn(Part):
    """The patient is at home again from `on`."""

    patient: Id
    on: Day


class PatientChanged(Incoming[PatientFacts]):
    """A patient is new, or their facts changed."""

    type: Literal["rounds.patient.changed.v1"]

    def addresses(self) -> tuple[str, ...]:
        return self.data.home.addresses

    def to_command(self, _: Known) -> ChangePatient:
        said = self.data
        facts = Patient(
            id=PatientId(said.id),
            branch=self.base()["branch"],
            name=said.name,
            home=said.home.place(f"{said.id}/home"),
            languages=said.languages,
            gender_wanted=said.gender_wanted,
            primary=CaseManagerId(said.primary) if said.primary else None,
            required=_ids(said.required),
            preferred=_ids(said.preferred),
            barred=_ids(said.barred),
            phone=said.phone,
            version=self.version,
        )
        return ChangePatient(**self.base(), facts=facts)


class PatientOnHold(Incoming[PatientHold]):
    """A patient is away, in hospital for instance: visits wait."""

    type: Literal["rounds.patient.on_hold.v1"]

    def to_command(self, _: Known) -> PutPatientOnHold:
        said = self.data
        hold = Hold(starts=said.starts, ends=said.ends, reason=said.reason)
        return PutPatientOnHold(**self.base(), patient=PatientId(said.patient), hold=hold)


class PatientReturned(Incoming[PatientReturn]):
    """A patient is back; after a stay of 24 hours or more a resumption of care is requested by itself."""

    type: Literal["rounds.patient.returned.v1"]

    def to_command(self, _: Known) -> ReturnPatient:
        return ReturnPatient(**self.base(), patient=PatientId(self.data.patient), on=self.data.on)


def _ids(said: tuple[str, ...]) -> tuple[CaseManagerId, ...]:
    return tuple(CaseManagerId(each) for each in said)
