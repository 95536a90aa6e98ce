"""Every event Rounds understands, by its type on the wire: `rounds.<noun>.<verb>.v<version>`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from consumers.contracts.branch_events import BranchChanged
from consumers.contracts.care_plan_events import CarePlanChanged, CarePlanCreated, CarePlanEnded
from consumers.contracts.case_manager_events import (
    CaseManagerAbsent,
    CaseManagerBack,
    CaseManagerChanged,
    CredentialChanged,
)
from consumers.contracts.envelope import Incoming
from consumers.contracts.itinerary_events import ItineraryAcknowledged, ItineraryDeclined
from consumers.contracts.patient_events import PatientChanged, PatientOnHold, PatientReturned
from consumers.contracts.problems import Problem
from consumers.contracts.visit_events import (
    VisitCancelled,
    VisitChanged,
    VisitCompleted,
    VisitNotDone,
    VisitPinned,
    VisitRequested,
    VisitStarted,
)

IncomingEvent: TypeAlias = Incoming[Any]

INCOMING: Final[Mapping[str, type[IncomingEvent]]] = {
    model.wire_type(): model
    for model in (
        BranchChanged,
        PatientChanged,
        PatientOnHold,
        PatientReturned,
        CaseManagerChanged,
        CaseManagerAbsent,
        CaseManagerBack,
        CredentialChanged,
        CarePlanCreated,
        CarePlanChanged,
        CarePlanEnded,
        VisitRequested,
        VisitChanged,
        VisitPinned,
        VisitCancelled,
        VisitStarted,
        VisitCompleted,
        VisitNotDone,
        ItineraryAcknowledged,
        ItineraryDeclined,
    )
}

_TYPE = re.compile(r"(rounds\.[a-z_]{1,30}\.[a-z_]{1,30})\.v[0-9]{1,4}")


def model_of(said: object) -> type[IncomingEvent] | Problem:
    """The model of a `type`, or why there is none. The type itself is never repeated: it may be anything."""
    if not isinstance(said, str):
        return _problem("event.no_type", "The event has no type.", "Name one of the types in docs/events.md.")
    if model := INCOMING.get(said):
        return model
    family = _TYPE.fullmatch(said)
    spoken = [known for known in INCOMING if family and known.startswith(f"{family[1]}.")]
    if spoken:
        return _problem(
            "event.unknown_version",
            "This version of the type is not spoken here.",
            f"Send {' or '.join(spoken)}, or bring Rounds up to date first.",
        )
    return _problem("event.unknown_type", "There is no such type.", "Use one of the types in docs/events.md.")


def _problem(code: str, sentence: str, remedy: str) -> Problem:
    return Problem(path="type", code=code, sentence=sentence, remedy=remedy)
