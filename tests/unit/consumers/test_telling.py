"""Ingest loop and relay say that they live and what they did, and what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from consumers.bus import TOO_LARGE, BusUnavailable, ReaderLost, Record, Refused
from consumers.loop import IngestLoop
from consumers.memory_bus import MemoryBus
from consumers.relay import Relay
from scheduler.store.errors import StoreUnavailable
from tests.office import Office, a_request, an_event
from tests.told import Told
from tests.unit.consumers.test_loop import GROUP, TOPIC, Naps, StopAfter, Troubled, a_bus, a_loop
from tests.unit.consumers.test_relay import TOPIC as OUT
from tests.unit.consumers.test_relay import a_relay, report

LANES = {(TOPIC, 0), (TOPIC, 1)}
AWAY = StoreUnavailable("away")


def a_telling_loop(bus: MemoryBus, office: Office, told: Told, **fails: Exception) -> IngestLoop:
    """`fails` names visits whose request fails once."""
    raws = {r.value: fails[name] for r in bus.records(TOPIC) for name in fails if r.value and name.encode() in r.value}
    intake = replace(office.intake, measures=told)
    loop = a_loop(bus, Troubled(intake, {raw: [error] for raw, error in raws.items() if raw}), Naps())
    loop.heartbeat, loop.measures = told, told
    return loop


def away() -> NoReturn:
    raise BusUnavailable("away")


def requests(*names: str) -> MemoryBus:
    return a_bus(*(an_event("visit.requested", a_request(name)) for name in names))


def test_each_event_is_counted_by_what_became_of_it_and_is_a_beat(office: Office) -> None:
    event = an_event("visit.requested", a_request())
    bus, told = a_bus(event, event, an_event("visit.requested", a_request(patient="P-9"))), Told()

    a_telling_loop(bus, office, told).turn(bus.reader(GROUP, [TOPIC]))

    assert told.counted == {"applied": 1, "duplicate": 1, "refused patient.unknown": 1}
    assert told.said == ["beat"] * 4  # one for each event, one for the turn


def test_what_waits_is_told_after_each_turn_and_forgotten_with_the_reader(office: Office) -> None:
    bus, told = requests("V-1", "V-2", "V-3"), Told()
    loop = a_telling_loop(bus, office, told)
    loop.open_reader = lambda: bus.reader(GROUP, [TOPIC], max_poll_records=2)

    loop.run(StopAfter(3))

    assert [sum(lag.values()) for lag in told.lags] == [1, 0, 0]
    assert [set(lag) for lag in told.lags] == [LANES, LANES, set()]


def test_while_the_store_is_away_events_count_as_waiting_and_the_code_is_told(office: Office) -> None:
    bus, told = requests("V-1", "V-2", "V-3"), Told()

    a_telling_loop(bus, office, told, **{"V-2": AWAY}).turn(bus.reader(GROUP, [TOPIC]))

    assert (told.said, told.counted["paused"]) == (["beat", "store.unavailable"], 1)
    assert sum(told.lags[-1].values()) == 2


def test_an_event_that_fails_for_a_reason_of_ours_is_told_until_it_is_dealt_with(office: Office) -> None:
    bus, told = requests("V-1"), Told()

    a_telling_loop(bus, office, told, **{"V-1": ValueError("once")}).run(StopAfter(3))

    assert told.said == ["event.failed", "beat", "beat"]


def test_a_commit_that_is_refused_and_a_reader_that_is_lost_are_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus, told = requests("V-1"), Told()
    reader = bus.reader(GROUP, [TOPIC])
    monkeypatch.setattr(reader, "commit", lambda _: False)
    loop = a_telling_loop(bus, office, told)
    loop.turn(reader)
    assert told.counted["commit refused"] == 1

    def stand_still(_: timedelta) -> Sequence[Record]:
        raise ReaderLost("stalled")

    monkeypatch.setattr(reader, "poll", stand_still)
    loop.open_reader = lambda: reader
    loop.run(StopAfter(2))
    assert (told.counted["reader replaced"], told.said[-1]) == (1, "bus.reader_lost")


def test_a_broker_that_cannot_be_reached_is_no_reader_replaced(office: Office) -> None:
    told = Told()

    loop = a_telling_loop(MemoryBus(), office, told)
    loop.open_reader = away
    loop.run(StopAfter(1))

    assert (told.said, told.counted) == (["bus.unavailable"], {})


def test_the_relay_counts_what_the_bus_has_and_what_it_never_takes(office: Office) -> None:
    bus, told = MemoryBus(), Told()
    report(office, "north/1", "north/2", "south/1")
    bus.rehearse(None, Refused(reason=TOO_LARGE, may_pass=False), None)

    a_telling_relay(office, bus, told).turn()

    assert told.counted == {f"sent to {OUT}": 2, f"put aside {TOO_LARGE}": 1, "refused": 0}
    assert told.said == ["beat"]


def test_a_relay_whose_events_are_all_refused_says_what_it_waits_for(office: Office) -> None:
    bus, told = MemoryBus(), Told()
    report(office, "north/1", "north/2")
    bus.rehearse(*[Refused(reason="bus.busy", may_pass=True)] * 2)

    assert a_telling_relay(office, bus, told).turn() == 0

    assert (told.said, told.counted["refused"]) == (["bus.busy"], 2)


def test_a_relay_with_nothing_to_send_or_without_the_lease_lives(office: Office) -> None:
    bus, told = MemoryBus(), Told()
    report(office, "north/1")
    a_relay(office, bus, "other").turn()

    a_telling_relay(office, bus, told).turn()

    assert (told.said, told.counted) == (["beat"], {})


def test_a_relay_says_that_the_bus_is_away(office: Office) -> None:
    told = Told()
    report(office, "north/1")

    relay = a_telling_relay(office, MemoryBus(), told)
    relay.open_writer = away
    relay.run(StopAfter(1))

    assert told.said == ["bus.unavailable"]


def a_telling_relay(office: Office, bus: MemoryBus, told: Told) -> Relay:
    relay = a_relay(office, bus)
    relay.heartbeat, relay.measures = told, told
    return relay
