"""What Rounds publishes: its domain events as CloudEvents, byte for byte the same each time they are sent.

`id` is the outbox's, stable over replays. Values are ids, times, numbers and reasons, never a patient's name,
address or coordinates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from consumers.contracts.envelope import PREFIX, VERSION
from scheduler.ports.outbox import OutboxItem

CONTENT_TYPE: Final = "application/cloudevents+json; charset=UTF-8"
SCHEMAS: Final = "/schemas/events"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfRevision(_Part):
    """What every published event says: which branch-day, which revision of its plan, decided when."""

    branch: str
    date: date
    revision: Annotated[int, Field(ge=1, description="Rises by one; ignore what is older than what you know.")]
    at: Annotated[AwareDatetime, Field(description="When it was decided.")]


class Sums(_Part):
    """Sums over the routes: seconds, metres, cents; continuity is a share of stops in per mille."""

    served: int
    unassigned: int
    drive_seconds: int
    drive_metres: int
    wait_seconds: int
    overtime_seconds: int
    late_seconds: int
    continuity_per_mille: int
    price_cents: int


class Solve(_Part):
    """How the plan came about, and how good it is proven to be; what it costs is in `totals`.

    Numbers by priority are in the order urgent, high, normal, optional. What was not proven is null.
    """

    engine: str
    seed: int
    effort_rounds: Annotated[int | None, Field(description="Rounds of search asked for; null: only time was limited.")]
    bound_rounds: Annotated[int, Field(description="Rounds of proving asked for.")]
    threads: int
    gap_asked_percent: Annotated[float, Field(description="The search ends within so much of the best possible.")]
    rounds: Annotated[int, Field(description="Rounds of search done.")]
    stopped_by: Annotated[str, Field(description="effort, optimal, gap, stalled, time or cancelled.")]
    unserved: Annotated[tuple[int, ...], Field(description="Visits nobody serves, by priority.")]
    unserved_bound: Annotated[tuple[int, ...] | None, Field(description="No plan leaves fewer unserved, by priority.")]
    bound_cents: Annotated[int | None, Field(description="No plan that serves as many costs less.")]
    gap_percent: Annotated[float | None, Field(description="The price above that bound, rounded up to a hundredth.")]
    travel: str
    input_digest: Annotated[str, Field(description="Equal for plans made from equal facts.")]


class Why(_Part):
    """Why a visit could not be given to a case manager or, with none named, to anybody."""

    code: str
    sentence: str
    case_manager: str | None


class Change(_Part):
    """What a revision did to one visit."""

    visit: str
    kind: Annotated[str, Field(description="assigned, moved_time, moved_person, unassigned, removed or added.")]
    case_manager_before: str | None
    case_manager_after: str | None
    starts_before: AwareDatetime | None
    starts_after: AwareDatetime | None


class StopOfDay(_Part):
    """One stop, in driving order."""

    visit: str
    patient: str
    arrives: AwareDatetime
    starts: AwareDatetime
    ends: AwareDatetime
    drive_seconds: int
    drive_metres: int


class _Plan(OfRevision):
    caused_by: Annotated[tuple[str, ...], Field(description="Ids of the events since the revision before.")]
    case_managers: tuple[str, ...]
    unassigned: tuple[str, ...]
    totals: Sums
    travel: Annotated[str, Field(description="Where travel times come from.")]
    engine: str
    solve: Annotated[Solve | None, Field(description="Missing in what an older version decided.")] = None


class SchedulePublishedData(_Plan):
    """The first revision of a branch-day that people are told."""

    visits: tuple[str, ...]


class ScheduleRevisedData(_Plan):
    """A later revision: only what changed, for whom, and which events caused it."""

    replaces: int
    changes: tuple[Change, ...]


class ItineraryPublishedData(OfRevision):
    """One case manager's whole day, told anew; sent only when theirs changed. No stops: the day is free."""

    case_manager: str
    leaves: AwareDatetime | None
    returns: AwareDatetime | None
    stops: tuple[StopOfDay, ...]


class VisitAssignedData(OfRevision):
    """A visit got a case manager and a time, or another one."""

    visit: str
    patient: str
    case_manager: str
    starts: AwareDatetime
    ends: AwareDatetime
    starts_before: AwareDatetime | None
    case_manager_before: str | None


class VisitUnassignedData(OfRevision):
    """Nobody serves the visit on that day, and why. A dispatcher must look."""

    visit: str
    patient: str
    reasons: tuple[Why, ...]


OUTGOING: Final[Mapping[str, type[OfRevision]]] = {
    "schedule.published": SchedulePublishedData,
    "schedule.revised": ScheduleRevisedData,
    "itinerary.published": ItineraryPublishedData,
    "visit.assigned": VisitAssignedData,
    "visit.unassigned": VisitUnassignedData,
}
"""Data by the domain event's type."""


class OutgoingEnvelope(_Part):
    """CloudEvents 1.0, structured mode."""

    specversion: Literal["1.0"]
    id: Annotated[str, Field(description="The same however often it is sent: drop what you have seen.")]
    source: Annotated[str, Field(description="`/rounds/<branch>`.")]
    type: str
    subject: Annotated[str, Field(description="What it is about.")]
    time: AwareDatetime
    datacontenttype: Literal["application/json"]
    dataschema: str
    branch: Annotated[str, Field(description="Also the key of the Kafka record: order holds per branch.")]


def wire_type_of(domain_type: str) -> str:
    return f"{PREFIX}.{domain_type}.{VERSION}"


def cloud_event(item: OutboxItem) -> dict[str, Any]:
    """The event as it goes out."""
    wire_type = wire_type_of(item.type)
    return {
        "specversion": "1.0",
        "id": item.id,
        "source": f"/{PREFIX}/{item.key}",
        "type": wire_type,
        "subject": item.subject,
        "time": _utc(item.at),
        "datacontenttype": "application/json",
        "dataschema": f"{SCHEMAS}/{wire_type}.json",
        "branch": item.key,
        "data": json.loads(item.data),
    }


def in_bytes(event: dict[str, Any]) -> bytes:
    """Canonical JSON, so that sending it again sends the same bytes."""
    return json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
