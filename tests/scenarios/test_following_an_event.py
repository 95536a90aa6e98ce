"""One event can be followed through the log: taken in, a day dirty, a revision, told to people, sent to the world.

Read as an operator reads it: the lines the process writes, after the list of allowed fields.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest

from config.logs import start_logging
from consumers.memory_bus import MemoryBus
from consumers.relay import Relay
from optimizer.travel.straight_line import StraightLine
from scheduler.domain.ids import MOST_NAMED
from scheduler.jobs.clock import JobClock
from scheduler.planning.outcome import Outcome
from scheduler.planning.service import PlanningDesk, plan_next
from tests.builders import a_policy
from tests.office import BRANCH, VISIT_TYPES, Office, a_request, empty_database, in_days, office

__all__ = ["empty_database", "office"]

TOPIC = "out"
POLICY = a_policy(effort=0.1)
SECRETS = ("Ada Example", "Kim Example", "39.96", "-83.0")
TOMORROW = {"branch": BRANCH, "day": in_days(1).isoformat()}


@dataclass
class Log:
    stream: StringIO

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def of(self, event: str, **facts: object) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == event and facts.items() <= line.items()]

    def one(self, event: str, **facts: object) -> dict[str, Any]:
        (line,) = self.of(event, **facts)
        return line


@pytest.fixture
def log() -> Iterator[Log]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = StringIO()
    start_logging(level="INFO", form="json", stream=stream)
    try:
        yield Log(stream)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def bus() -> MemoryBus:
    return MemoryBus()


def plan(office: Office) -> Outcome:
    office.clock.advance(seconds=POLICY.planning.patience_seconds)
    desk = PlanningDesk(owner="p", policy=POLICY, visit_types=VISIT_TYPES, travel_provider=StraightLine())
    return plan_next(office.store.unit_of_work, office.clock, desk)


def in_the_evening(office: Office) -> None:
    office.clock.advance(hours=POLICY.planning.publish_hour.hour - office.clock.now().hour + 1)
    JobClock(open_uow=office.store.unit_of_work, clock=office.clock, policy=POLICY, owner="c").tick()


def relay(office: Office, bus: MemoryBus) -> None:
    Relay(
        open_unit_of_work=office.store.unit_of_work,
        open_writer=bus.writer,
        clock=office.clock,
        owner="r",
        topic=TOPIC,
        sleep=lambda _: None,
    ).turn()


def sent_ids(bus: MemoryBus, revision: int) -> set[str]:
    said = [json.loads(record.value or b"") for record in bus.records(TOPIC)]
    return {each["id"] for each in said if each["data"]["revision"] == revision}


def test_from_a_request_to_what_the_world_is_told_the_next_evening(office: Office, bus: MemoryBus, log: Log) -> None:
    office.hear("visit.requested", a_request("V-1"), id="e-asked")
    plan(office)
    in_the_evening(office)
    relay(office, bus)

    assert log.one("event.applied", event_id="e-asked")["branch"] == BRANCH
    assert log.one("day.dirty", event_id="e-asked").items() >= TOMORROW.items()
    revised = log.one("plan.revised", **TOMORROW)
    assert (revised["caused"], revised["count"], revised["revision"], revised["told"]) == (["e-asked"], 1, 1, False)
    published = log.one("plan.published", **TOMORROW)
    assert (published["caused"], published["revision"]) == (["e-asked"], 1)
    sent = log.one("relay.sent", **TOMORROW, revision=1)
    assert set(sent["event_ids"]) == sent_ids(bus, 1)
    assert sent["sent"] == len(sent["event_ids"]) == len(bus.records(TOPIC))
    order = [line["event"] for line in log.lines()]
    chain = ["event.applied", "day.dirty", "plan.revised", "plan.published", "relay.sent"]
    assert sorted(chain, key=order.index) == chain


def test_a_cancellation_of_a_day_that_is_told_is_followed_to_the_next_revision(
    office: Office, bus: MemoryBus, log: Log
) -> None:
    for visit in ("V-1", "V-2"):
        office.hear("visit.requested", a_request(visit))
    plan(office)
    in_the_evening(office)
    relay(office, bus)

    office.hear("visit.cancelled", {"visit": "V-2", "reason": "patient_declined"}, id="e-off")
    plan(office)
    relay(office, bus)

    assert log.one("day.dirty", event_id="e-off").items() >= TOMORROW.items()
    (revised,) = (line for line in log.of("plan.revised", **TOMORROW) if "e-off" in line["caused"])
    assert (revised["revision"], revised["told"]) == (2, True)
    assert log.one("plan.published", **TOMORROW, revision=2)["caused"] == ["e-off"]
    assert set(log.one("relay.sent", **TOMORROW, revision=2)["event_ids"]) == sent_ids(bus, 2)


def test_no_line_on_the_way_tells_anything_about_anybody(office: Office, bus: MemoryBus, log: Log) -> None:
    office.hear("visit.requested", a_request("V-1"))
    office.hear(
        "patient.changed", {"id": "P-1", "name": "Ada Example", "home": {"latitude": 39.96, "longitude": -83.0}}
    )
    plan(office)
    in_the_evening(office)
    relay(office, bus)

    assert log.of("relay.sent")
    assert [secret for secret in SECRETS if secret in log.stream.getvalue()] == []


def test_a_burst_of_events_is_named_in_part_and_counted_in_full(office: Office, log: Log) -> None:
    names = [f"V-{number}" for number in range(MOST_NAMED + 5)]
    for name in names:
        office.hear("visit.requested", a_request(name), id=f"of-{name}")
    plan(office)

    (line,) = [line for line in log.lines() if line["event"].startswith("plan.")]

    assert line["caused"] == [f"of-{name}" for name in names[:MOST_NAMED]]
    assert line["count"] == len(names)


def test_a_refused_event_makes_no_day_dirty_in_the_log_either(office: Office, log: Log) -> None:
    office.refuse("visit.requested", a_request(patient="P-9"), id="e-bad")

    assert log.one("event.refused", event_id="e-bad")["code"] == "patient.unknown"
    assert log.of("day.dirty") == []
