"""What several tests of the store begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from scheduler.domain.events import VisitUnassigned
from scheduler.domain.ids import BranchId, EventId, PatientId, VisitId
from scheduler.domain.plan import Reason, Revision
from scheduler.handlers.putting_aside import undeliverable
from scheduler.ports.dead_letters import Undeliverable
from scheduler.ports.inbox import InboxStatus
from scheduler.ports.refused_records import RecordPlace
from scheduler.ports.unit_of_work import UnitOfWork
from tests.builders import BRANCH, DAY, a_day, a_plan, at

NOW = at("06:00")
SOURCE = "urn:example:intake"
AN_EVENT = VisitUnassigned(
    branch=BRANCH, date=DAY, revision=1, at=NOW, visit=VisitId("ada"), patient=PatientId("ada"),
    reasons=(Reason(code="shift.none", sentence="Nobody works."),),
)  # fmt: skip
PLAN = a_plan(a_day(visits=["ada", "ben"]), kim="09:00 ada, 10:30 ben")


def revision(number: int, *, day: date = DAY, branch: BranchId = BRANCH, **facts: object) -> Revision:
    plan = replace(PLAN, date=day, branch=branch)
    known = {"number": number, "plan": plan, "caused_by": (EventId(f"e{number}"),), "made_at": NOW}
    return Revision(**(known | facts))  # type: ignore[arg-type]


def met(uow: UnitOfWork, event: str = "e1", *, digest: str = "d1", source: str = SOURCE, payload: bytes = b"{}"
        ) -> InboxStatus:  # fmt: skip
    return uow.inbox.claim(
        source=source,
        event=EventId(event),
        digest=digest,
        type="visit.requested",
        branch=BRANCH,
        occurred_at=NOW,
        received_at=NOW + timedelta(seconds=1),
        payload=payload,
    )


def unfit(raw: bytes = b"\xff{", *, event: str | None = "e1", source: str = SOURCE, code: str = "json.malformed",
          late: timedelta = timedelta(0)) -> Undeliverable:  # fmt: skip
    """An event that cannot take effect, seen `late`."""
    return undeliverable(
        source=source,
        event=EventId(event) if event else None,
        door="kafka",
        code=code,
        sentence=f"Refused: {code}.",
        remedy="Send it again.",
        raw=raw,
        seen_at=NOW + late,
    )


def a_place(offset: int = 7, *, topic: str = "visits", partition: int = 0, digest: str = "d1") -> RecordPlace:
    return RecordPlace(topic=topic, partition=partition, offset=offset, digest=digest)
