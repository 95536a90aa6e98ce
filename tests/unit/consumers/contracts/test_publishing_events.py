"""What goes out keeps its contract, and what is written down about both directions is current."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from config.settings import Settings
from consumers.contracts import INCOMING, ParsedEvent, parse
from consumers.contracts.asyncapi import EVENTS_TOPIC, SCHEDULE_TOPIC
from consumers.contracts.outgoing import OUTGOING, cloud_event, in_bytes, wire_type_of
from consumers.contracts.publish import DOCS, documents, write
from consumers.contracts.refusals import refusals
from consumers.contracts.schemas import all_schemas
from scheduler.domain import events
from scheduler.domain.ids import BranchId, CaseManagerId, EventId, PatientId, VisitId
from scheduler.domain.plan import Reason, Totals
from scheduler.ports.outbox import OutboxItem
from tests.builders import NO_RECORD
from tests.office import Office

NORTH, KIM, ADA, BEN = BranchId("north"), CaseManagerId("CM-1"), PatientId("P-1"), VisitId("V-1")
NINE, TEN = datetime(2026, 3, 3, 14, tzinfo=UTC), datetime(2026, 3, 3, 15, tzinfo=UTC)
ABOUT: dict[str, Any] = {"branch": NORTH, "date": date(2026, 3, 3), "revision": 1, "at": NINE}
TOTALS = Totals(
    served=1,
    unassigned=0,
    drive_seconds=600,
    drive_metres=9000,
    wait_seconds=0,
    overtime_seconds=0,
    late_seconds=0,
    continuity_per_mille=1000,
    price_cents=700,
)
PLAN: dict[str, Any] = {
    "caused_by": (EventId("e-1"),),
    "case_managers": (KIM,),
    "unassigned": (),
    "totals": TOTALS,
    "travel": "straight_line",
    "engine": "1",
    "solve": NO_RECORD,
}
STOP = events.StopTold(
    visit=BEN, patient=ADA, arrives=NINE, starts=NINE, ends=TEN, drive_seconds=600, drive_metres=9000
)
EVENTS = (
    events.SchedulePublished(**ABOUT, **PLAN, visits=(BEN,)),
    events.ScheduleRevised(
        **ABOUT, **PLAN, replaces=0, changes=(events.VisitChange(visit=BEN, kind="assigned", starts_after=NINE),)
    ),
    events.ItineraryPublished(**ABOUT, case_manager=KIM, leaves=NINE, returns=None, stops=(STOP,)),
    events.VisitAssigned(**ABOUT, visit=BEN, patient=ADA, case_manager=KIM, starts=NINE, ends=TEN),
    events.VisitUnassigned(
        **ABOUT, visit=BEN, patient=ADA, reasons=(Reason(code="credential.missing", sentence="Nobody."),)
    ),
)


def sent(office: Office, event: events.DomainEvent) -> OutboxItem:
    with office.open() as uow:
        uow.outbox.add(event)
        (item,) = uow.outbox.unsent(1)
    return item


def test_every_event_of_the_domain_goes_out() -> None:
    assert {event.type for event in EVENTS} == set(OUTGOING)
    assert {kind.type for kind in events.DomainEvent.__subclasses__()} == set(OUTGOING)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_what_goes_out_holds_its_published_schema(office: Office, event: events.DomainEvent) -> None:
    schema = all_schemas()[wire_type_of(event.type)]

    out = json.loads(in_bytes(cloud_event(sent(office, event))))

    assert list(Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(out)) == []
    assert (out["source"], out["branch"], out["subject"]) == ("/rounds/north", "north", event.subject)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_goes_out_in_the_same_bytes_each_time(office: Office, event: events.DomainEvent) -> None:
    assert in_bytes(cloud_event(sent(office, event))) == in_bytes(cloud_event(sent(office, event)))


def test_what_goes_out_is_canonical(office: Office) -> None:
    raw = in_bytes(cloud_event(sent(office, EVENTS[3])))

    assert raw == json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":")).encode()
    assert b'"time":"2026-03-03T14:00:00.000000Z"' in raw


@pytest.mark.parametrize(("name", "text"), documents().items(), ids=lambda each: str(each)[:60])
def test_what_is_written_down_is_current(name: str, text: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")

    assert written == text, "run `python -m consumers.contracts.publish`"


def test_no_schema_is_left_over_from_a_type_nobody_speaks() -> None:
    written = {f"schemas/events/{path.name}" for path in (DOCS / "schemas" / "events").iterdir()}

    assert written <= set(documents())


def test_writing_removes_what_is_spoken_no_longer(tmp_path: Path) -> None:
    old = tmp_path / "schemas" / "events" / "rounds.visit.asked.v1.json"
    old.parent.mkdir(parents=True)
    old.touch()

    write(tmp_path)

    assert not old.exists()
    assert (tmp_path / "events.md").exists()


def test_every_example_of_the_handbook_is_an_event() -> None:
    handbook = (DOCS / "events.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in handbook.split("```json\n")[1:]]

    assert len(examples) == len(INCOMING)
    assert all(isinstance(parse(example.encode()), ParsedEvent) for example in examples)


@pytest.mark.parametrize("wire_type", INCOMING)
def test_every_schema_takes_its_own_example(wire_type: str) -> None:
    schema = all_schemas()[wire_type]
    Draft202012Validator.check_schema(schema)

    assert list(Draft202012Validator(schema).iter_errors(schema["examples"][0])) == []


def test_every_field_and_every_refusal_is_in_the_handbook() -> None:
    handbook = (DOCS / "events.md").read_text(encoding="utf-8")

    assert all(f"`{code}`" in handbook for code in refusals())
    assert {"event.conflict", "visit.exists", "json.too_deep", "order.syntax", "event.failed"} <= set(refusals())


def test_the_documented_topics_are_the_configured_ones() -> None:
    settings = Settings.model_fields

    assert (settings["kafka_events_topic"].default, settings["kafka_schedule_topic"].default) == (
        EVENTS_TOPIC,
        SCHEDULE_TOPIC,
    )


def test_every_reference_of_the_asyncapi_file_leads_somewhere() -> None:
    text = documents()["asyncapi.json"]
    whole = json.loads(text)

    for reference in {line.split('"')[3] for line in text.splitlines() if '"$ref"' in line}:
        if reference.startswith("./"):
            assert (DOCS / reference).exists()
            continue
        found: Any = whole
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
