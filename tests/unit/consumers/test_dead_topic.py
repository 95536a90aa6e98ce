"""Whoever sends on Kafka is told of refused events, by reference, and the good events never wait for that."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from consumers.bus import BusUnavailable, BusWriter, Outgoing, Refused
from consumers.dead_topic import DeadTopic
from consumers.loop import IngestLoop
from consumers.memory_bus import MemoryBus
from tests.office import Office, a_request, an_event

TOPIC, DEAD, GROUP = "in", "dead", "rounds"
AT_ONCE, WAIT = timedelta(0), timedelta(seconds=1)


def a_loop(bus: MemoryBus, office: Office, open_writer: Callable[[], BusWriter] | None = None) -> IngestLoop:
    return IngestLoop(
        open_reader=lambda: bus.reader(GROUP, [TOPIC]),
        intake=office.intake,
        sleep=lambda _: None,
        dead_topic=DeadTopic(topic=DEAD, open_writer=open_writer or bus.writer),
        poll=AT_ONCE,
    )


def a_bus(*events: bytes) -> MemoryBus:
    bus = MemoryBus()
    bus.writer().send_all([Outgoing(topic=TOPIC, key="north", value=event) for event in events], WAIT)
    return bus


def told(bus: MemoryBus) -> list[dict[str, Any]]:
    return [json.loads(record.value or b"") for record in bus.records(DEAD)]


BAD = an_event("visit.requested", a_request(patient="P-9", type="routine"), id="e-bad")
GOOD = an_event("visit.requested", a_request(), id="e-good")


def test_a_refused_event_is_told_by_number_code_and_place(office: Office) -> None:
    bus = a_bus(GOOD, BAD)
    (place,) = [record for record in bus.records(TOPIC) if record.value == BAD]

    a_loop(bus, office).turn(bus.reader(GROUP, [TOPIC]))

    assert told(bus) == [
        {
            "id": office.letters()[0].id,
            "source": "/ehr",
            "event": "e-bad",
            "code": "patient.unknown",
            "topic": TOPIC,
            "partition": place.partition,
            "offset": place.offset,
        }
    ]
    assert [record.key for record in bus.records(DEAD)] == ["north"]


def test_bytes_that_are_no_event_are_told_by_their_place(office: Office) -> None:
    bus = a_bus(b"{")

    a_loop(bus, office).turn(bus.reader(GROUP, [TOPIC]))

    (reference,) = told(bus)
    assert (reference["event"], reference["code"], reference["offset"]) == (None, "json.malformed", 0)


def test_nothing_is_told_of_events_that_took_effect(office: Office) -> None:
    bus = a_bus(GOOD, GOOD)

    a_loop(bus, office, open_writer=_no_broker).turn(bus.reader(GROUP, [TOPIC]))

    assert told(bus) == []


def test_a_crash_before_the_offset_followed_tells_again_and_keeps_one_letter(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = a_bus(BAD)
    for _ in range(2):
        reader = bus.reader(GROUP, [TOPIC])
        monkeypatch.setattr(reader, "commit", lambda _: False)
        a_loop(bus, office).turn(reader)
        reader.close()

    assert len(office.letters()) == 1
    assert len(told(bus)) == 2
    assert len({each["id"] for each in told(bus)}) == 1


@pytest.mark.parametrize("reason", ["no broker", "refused"])
def test_what_cannot_be_told_keeps_no_event_waiting(
    office: Office, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    bus = a_bus(BAD, GOOD)
    bus.rehearse(Refused(reason="bus.not_sent", may_pass=True))

    done = a_loop(bus, office, _no_broker if reason == "no broker" else None).turn(bus.reader(GROUP, [TOPIC]))

    assert done == 2
    assert office.visit("V-1").is_open
    assert len(office.letters()) == 1
    assert "dead_letters.not_told" in caplog.text


def test_a_writer_that_was_lost_is_replaced(office: Office) -> None:
    bus = a_bus(BAD)
    loop, reader = a_loop(bus, office), bus.reader(GROUP, [TOPIC])
    bus.rehearse(Refused(reason="bus.no_answer", may_pass=True))
    loop.turn(reader)
    bus.writer().send_all([Outgoing(topic=TOPIC, key="north", value=b"{")], WAIT)

    loop.turn(reader)

    assert [each["code"] for each in told(bus)] == ["json.malformed"]


def _no_broker() -> BusWriter:
    raise BusUnavailable("away")
