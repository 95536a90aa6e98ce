"""Events that say something become commands."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from consumers.contracts import INCOMING, ParsedEvent, UnfitEvent, parse
from consumers.contracts.examples import EXAMPLES, envelope_of
from scheduler.domain import commands
from scheduler.domain.people import WorkingHours
from scheduler.handlers.bus import HANDLERS
from tests.office import an_event
from tests.unit.consumers.contracts.answers import KNOWN, command

KIM = {"id": "CM-1", "name": "Kim", "licence": "RN", "begins_from": {"latitude": 1, "longitude": 2}}
PLAN = {"id": "CP-1", "patient": "P-1", "starts": "2026-03-02"}
ORDER = {"key": "sn", "notation": "1w1", "type": "routine"}


@pytest.mark.parametrize("wire_type", INCOMING)
def test_every_example_is_an_event_with_a_command(wire_type: str) -> None:
    parsed = parse(json.dumps(envelope_of(wire_type, EXAMPLES[wire_type])).encode())

    assert isinstance(parsed, ParsedEvent)
    assert isinstance(parsed.command(KNOWN), commands.Command)


def test_every_command_that_an_event_may_give_has_an_event() -> None:
    late = "2026-11-22T16:00:00-05:00"
    made = {type(command(wire_type[7:-3], data, time=late)) for wire_type, data in EXAMPLES.items()}

    assert len(made) == len(INCOMING)
    assert made == set(HANDLERS)


def test_what_depends_on_the_branch_is_told_at_once_too() -> None:
    parsed = parse(an_event("care_plan.created", PLAN | {"orders": [ORDER | {"type": "a"}, ORDER | {"key": "k"}]}))
    assert isinstance(parsed, ParsedEvent)

    with pytest.raises(UnfitEvent) as caught:
        parsed.command(KNOWN)

    assert [p.path for p in caught.value.problems] == ["data.orders[0].type"]


def test_a_moment_keeps_its_offset_and_its_microseconds() -> None:
    made = command("visit.started", {"visit": "V-1", "case_manager": "CM-1"}, time="2026-03-02t10:00:00.25z")

    assert made.at.isoformat() == "2026-03-02T10:00:00.250000+00:00"


def test_a_shift_pattern_is_in_local_clock_times() -> None:
    hours = [{"weekday": "sun", "starts": "08:00", "ends": "12:30"}]

    made = command("case_manager.changed", KIM | {"hours": hours, "finishes_at": {"address": "Elm 1"}})

    (shift,) = made.facts.hours
    assert isinstance(shift, WorkingHours)
    assert (shift.weekday, f"{shift.starts:%H:%M}", f"{shift.ends:%H:%M}") == (6, "08:00", "12:30")
    assert made.facts.finishes_at.needs_address


def test_a_branch_brings_its_zone_and_work_week() -> None:
    made = command("branch.changed", {"name": "N", "zone": "America/Denver", "week_starts_on": "mon"})

    assert (made.facts.zone, made.facts.week_starts_on) == (ZoneInfo("America/Denver"), 0)
