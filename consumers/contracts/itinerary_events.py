"""Events about itineraries: what case managers answer to what they were told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from consumers.contracts.envelope import MOST_VERSION, Incoming, Known
from consumers.contracts.fields import Day, Id, Part, Reason, VisitRef
from scheduler.domain.commands import AcknowledgeItinerary, DeclineItinerary
from scheduler.domain.ids import CaseManagerId, VisitId


class ItineraryAnswer(Part):
    """Which itinerary: whose, of which day, in which revision."""

    case_manager: Id
    date: Day
    revision: Annotated[int, Field(ge=1, le=MOST_VERSION)]


class ItineraryRefusal(ItineraryAnswer):
    """Why it cannot be done as told, and which visit it is about, if it is about one."""

    reason: Reason
    visit: VisitRef | None = None


class ItineraryAcknowledged(Incoming[ItineraryAnswer]):
    """A case manager has seen their day."""

    type: Literal["rounds.itinerary.acknowledged.v1"]

    def to_command(self, _: Known) -> AcknowledgeItinerary:
        said = self.data
        return AcknowledgeItinerary(
            **self.base(),
            case_manager=CaseManagerId(said.case_manager),
            date=said.date,
            revision=said.revision,
        )


class ItineraryDeclined(Incoming[ItineraryRefusal]):
    """A case manager cannot do their day as told: a dispatcher must look."""

    type: Literal["rounds.itinerary.declined.v1"]

    def to_command(self, _: Known) -> DeclineItinerary:
        said = self.data
        return DeclineItinerary(
            **self.base(),
            case_manager=CaseManagerId(said.case_manager),
            date=said.date,
            revision=said.revision,
            reason=said.reason,
            visit=VisitId(said.visit) if said.visit else None,
        )
