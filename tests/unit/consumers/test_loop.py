"""The ingest loop goes on whatever happens, and loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from consumers.bus import BusReader, BusUnavailable, NotAuthenticated, Outgoing, ReaderLost, Record
from consumers.contracts import Problem
from consumers.dead_topic import DeadTopic
from consumers.intake import Intake
from consumers.loop import MOST_TRIES, IngestLoop
from consumers.memory_bus import MemoryBus
from consumers.receipt import Receipt, Status
from scheduler.domain.errors import Unavailable
from scheduler.ports.refused_records import RecordPlace
from tests.office import Office, a_request, an_event

TOPIC, GROUP = "in", "rounds"
AT_ONCE, WAIT = timedelta(0), timedelta(seconds=1)
STRAY = an_event("visit.requested", a_request(patient="P-9"), id="e-stray")
NEWCOMER = {"id": "P-9", "name": "Ben", "home": {"latitude": 39.9, "longitude": -83.1}}
"""The patient whom the stray event is about."""


@dataclass
class Naps:
    """Sleeps that take no time, and what happens meanwhile."""

    taken: list[timedelta] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def __call__(self, span: timedelta) -> None:
        self.taken.append(span)
        self.meanwhile()


@dataclass
class StopAfter:
    """Told to stop after so many questions."""

    turns: int

    def is_set(self) -> bool:
        self.turns -= 1
        return self.turns < 0


@dataclass
class Troubled:
    """An intake that fails for some events as often as told."""

    intake: Intake
    fails: dict[bytes, list[Exception]] = field(default_factory=dict)

    def take_in(self, raw: bytes | None, *, door: str, place: RecordPlace | None = None) -> Receipt:
        if raw and self.fails.get(raw):
            raise self.fails[raw].pop(0)
        return self.intake.take_in(raw, door=door, place=place)

    def take_in_all(
        self, raws: Sequence[bytes | None], *, door: str, places: Sequence[RecordPlace] = ()
    ) -> Iterator[Receipt]:
        """Whoever is in trouble alone brings trouble to those who share a transaction."""
        if trouble := next((self.fails[raw] for raw in raws if raw and self.fails.get(raw)), None):
            raise trouble[0]
        return self.intake.take_in_all(raws, door=door, places=places)

    def park(self, raw: bytes | None, problem: Problem, *, door: str, place: RecordPlace | None = None) -> Receipt:
        return self.intake.park(raw, problem, door=door, place=place)


class _Uncommitted:
    """A reader whose process dies before it commits."""

    def __init__(self, inner: BusReader) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, _: object) -> bool:
        self._inner.close()
        return False


def a_loop(bus: MemoryBus, intake: Intake | Troubled, naps: Naps | None = None) -> IngestLoop:
    return IngestLoop(
        open_reader=lambda: bus.reader(GROUP, [TOPIC]),
        intake=cast(Intake, intake),
        sleep=naps or Naps(),
        poll=AT_ONCE,
    )


def a_bus(*events: bytes | None, key: str = "north") -> MemoryBus:
    bus = MemoryBus(partitions=2)
    bus.writer().send_all([Outgoing(topic=TOPIC, key=key, value=raw or b"") for raw in events], WAIT)
    return bus


def committed(bus: MemoryBus) -> int:
    """How many records a new reader of the group does not get any more."""
    left = bus.reader(GROUP, [TOPIC]).poll(AT_ONCE)
    return len(bus.records(TOPIC)) - len(left)


def test_what_was_taken_in_is_committed_and_does_not_come_again(office: Office) -> None:
    bus = a_bus(*(an_event("visit.requested", a_request(f"V-{n}")) for n in range(5)))

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.rows("SELECT count(*) FROM visit") == [(5,)]
    assert committed(bus) == 5


def test_events_that_come_again_after_a_crash_change_nothing(office: Office) -> None:
    bus = a_bus(an_event("visit.requested", a_request()))
    for record in bus.records(TOPIC):
        office.take_in(record.value)  # taken in, but never committed
    before = office.digest()

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.digest() == before
    assert committed(bus) == 1


def test_a_record_that_was_refused_stays_so_when_it_is_delivered_again_to_a_later_state(office: Office) -> None:
    bus = a_bus(STRAY)
    a_loop(bus, office.intake).turn(_Uncommitted(bus.reader(GROUP, [TOPIC])))
    office.hear("patient.changed", NEWCOMER)

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.rows("SELECT count(*) FROM visit") == [(0,)]
    assert [letter.times for letter in office.letters()] == [1]
    assert committed(bus) == 1


def test_the_same_event_in_a_new_record_is_a_new_try(office: Office) -> None:
    bus = a_bus(STRAY)
    a_loop(bus, office.intake).turn(_Uncommitted(bus.reader(GROUP, [TOPIC])))
    office.hear("patient.changed", NEWCOMER)
    bus.append(Outgoing(topic=TOPIC, key="north", value=STRAY))

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.visit("V-1").is_open


def test_a_topic_made_anew_counts_from_nought_and_its_records_are_new(office: Office) -> None:
    bus = a_bus(STRAY)
    a_loop(bus, office.intake).run(StopAfter(2))
    office.hear("patient.changed", NEWCOMER)
    anew = a_bus(STRAY)
    for log in anew.logs.values():
        log[:] = [replace(record, stamp=1_772_000_000_000) for record in log]

    a_loop(anew, office.intake).run(StopAfter(2))

    assert office.visit("V-1").is_open


def test_a_refused_record_is_known_again_even_where_its_letter_is_only_counted(office: Office) -> None:
    office.most_letters = 0
    bus = a_bus(STRAY)
    a_loop(bus, office.intake).turn(_Uncommitted(bus.reader(GROUP, [TOPIC])))
    office.hear("patient.changed", NEWCOMER)

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.rows("SELECT count(*) FROM visit") == [(0,)]
    assert [letter.times for letter in office.letters()] == [1]


def test_a_repeat_of_a_refused_record_is_told_again_and_counted_as_a_duplicate(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody knows whether the dead topic heard of it before the crash."""
    caplog.set_level(logging.INFO)
    bus = a_bus(STRAY, b"{")
    first, again = a_loop(bus, office.intake), a_loop(bus, office.intake)
    first.dead_topic = again.dead_topic = DeadTopic(topic="dead", open_writer=bus.writer)
    first.turn(_Uncommitted(bus.reader(GROUP, [TOPIC])))

    again.turn(bus.reader(GROUP, [TOPIC]))

    told = [record.value for record in bus.records("dead")]
    assert (len(told), len(set(told))) == (4, 2)
    words = [record.message for record in caplog.records if record.message.startswith("event.")]
    assert words == ["event.refused", "event.refused", "event.duplicate", "event.duplicate"]


def test_bad_events_never_stop_the_good_ones_behind_them(office: Office) -> None:
    bus = a_bus(b"\xff", None, b"[" * 100, an_event("visit.requested", a_request(patient="P-9")))
    bus.writer().send_all([Outgoing(topic=TOPIC, key="north", value=an_event("visit.requested", a_request()))], WAIT)

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.visit("V-1").is_open
    assert len(office.letters()) == 4
    assert committed(bus) == 5


def test_while_the_store_is_away_nothing_is_committed_and_nothing_lost(office: Office) -> None:
    events = [an_event("visit.requested", a_request(f"V-{n}")) for n in range(4)]
    bus, naps = a_bus(*events), Naps()
    troubled = Troubled(office.intake, {events[2]: [Unavailable("away")] * 6})

    a_loop(bus, troubled, naps).run(StopAfter(9))

    assert [nap.total_seconds() for nap in naps.taken] == [1, 2, 4, 8, 16, 30]
    assert office.rows("SELECT count(*) FROM visit") == [(4,)]
    assert committed(bus) == 4


def test_events_before_the_trouble_are_committed(office: Office) -> None:
    events = [an_event("visit.requested", a_request(f"V-{n}")) for n in range(4)]
    bus = a_bus(*events)
    troubled = Troubled(office.intake, {events[2]: [Unavailable("away")]})
    reader = bus.reader(GROUP, [TOPIC])

    assert a_loop(bus, troubled).turn(reader) == 2

    reader.close()
    assert committed(bus) == 2


def test_the_reader_stays_paused_while_it_waits(office: Office) -> None:
    event = an_event("visit.requested", a_request())
    bus, naps = a_bus(event), Naps()
    reader = bus.reader(GROUP, [TOPIC])
    naps.meanwhile = lambda: seen.extend(reader.poll(AT_ONCE))
    seen: list[object] = []

    a_loop(bus, Troubled(office.intake, {event: [Unavailable("away")]}), naps).turn(reader)

    assert seen == []
    assert len(reader.poll(AT_ONCE)) == 1


def test_a_partition_that_moved_on_meanwhile_is_left_to_its_new_reader(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = an_event("visit.requested", a_request())
    bus = a_bus(event)
    reader = bus.reader(GROUP, [TOPIC])
    monkeypatch.setattr(reader, "assigned", frozenset)

    assert a_loop(bus, Troubled(office.intake, {event: [Unavailable("away")]})).turn(reader) == 0

    reader.close()
    assert committed(bus) == 0


def test_an_event_that_fails_for_a_reason_of_ours_is_put_aside(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    events = [an_event("visit.requested", a_request(f"V-{n}")) for n in range(3)]
    bus = a_bus(*events)
    troubled = Troubled(office.intake, {events[1]: [ValueError("Zyxwana Canary")] * MOST_TRIES})

    a_loop(bus, troubled).run(StopAfter(MOST_TRIES + 3))

    (letter,) = office.letters()
    assert (letter.code, letter.raw) == ("event.failed", events[1])
    assert office.rows("SELECT count(*) FROM visit") == [(2,)]
    assert "Canary" not in caplog.text + letter.sentence
    assert committed(bus) == 3


def test_an_event_that_fails_once_is_tried_again(office: Office) -> None:
    event = an_event("visit.requested", a_request())
    bus = a_bus(event)

    a_loop(bus, Troubled(office.intake, {event: [ValueError("once")]})).run(StopAfter(4))

    assert office.visit("V-1").is_open
    assert office.letters() == []


def test_a_lost_reader_is_replaced_after_a_while(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    bus, naps = a_bus(an_event("visit.requested", a_request())), Naps()
    lost = bus.reader(GROUP, [TOPIC])
    readers: list[BusReader] = [bus.reader(GROUP, [TOPIC]), lost]

    def stand_still(_: timedelta) -> Sequence[Record]:
        raise ReaderLost("stalled")

    monkeypatch.setattr(lost, "poll", stand_still)
    loop = a_loop(bus, office.intake, naps)
    loop.open_reader = readers.pop
    loop.run(StopAfter(4))

    assert readers == []
    assert naps.taken == [timedelta(seconds=1)]
    assert office.visit("V-1").is_open


def test_a_broker_that_is_away_is_a_warning_and_one_that_refuses_us_an_error_with_a_remedy(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [NotAuthenticated("wrong password"), BusUnavailable("nobody there")]

    def refused() -> BusReader:
        raise errors.pop()

    loop = replace(a_loop(a_bus(), office.intake), open_reader=refused)
    loop.run(StopAfter(2))

    away, wrong = [vars(record) for record in caplog.records if record.message == "bus.lost"]
    assert (away["levelname"], away["code"], "remedy" in away) == ("WARNING", "bus.unavailable", False)
    assert (wrong["levelname"], wrong["code"]) == ("ERROR", "bus.not_authenticated")
    assert "ROUNDS_KAFKA_PASSWORD" in wrong["remedy"]


def test_binary_events_come_in_as_well(office: Office) -> None:
    bus = MemoryBus(partitions=1)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": "b-1",
        "ce_source": "/ehr",
        "ce_type": "rounds.patient.returned.v1",
        "ce_time": "2026-03-02T10:00:00Z",
        "ce_branch": "north",
        "content-type": "application/json",
    }
    value = b'{"patient": "P-1", "on": "2026-03-02"}'
    bus.writer().send_all([Outgoing(topic=TOPIC, key="north", value=value, headers=headers)], WAIT)

    a_loop(bus, office.intake).run(StopAfter(2))

    assert office.letters() == []
    assert office.rows("SELECT status FROM inbox WHERE event = 'b-1'") == [(Status.IGNORED.value,)]
