"""The relay sends what the outbox holds, in order for each branch, and marks only what the bus has."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consumers.bus import TOO_LARGE, BusUnavailable, BusWriter, Delivery, OnAcked, Outgoing, Refused
from consumers.memory_bus import MemoryBus
from consumers.relay import Relay
from scheduler.domain.events import VisitUnassigned
from scheduler.domain.ids import BranchId, PatientId, VisitId
from scheduler.handlers.dead_letters import NotAnIncomingEvent
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.errors import StoreUnavailable
from tests.office import ManualClock, Office, a_drawer

TOPIC = "out"
MAY_PASS = Refused(reason="bus.busy", may_pass=True)
NO_ANSWER = Refused(reason="bus.no_answer", may_pass=True)
NEVER = Refused(reason=TOO_LARGE, may_pass=False)


def report(office: Office, *names: str) -> None:
    """`north/1` is revision 1 of a visit in branch north."""
    with office.open() as uow:
        for name in names:
            branch, _, revision = name.partition("/")
            uow.outbox.add(
                VisitUnassigned(
                    branch=BranchId(branch),
                    date=date(2026, 3, 3),
                    revision=int(revision),
                    at=datetime(2026, 3, 2, tzinfo=UTC),
                    visit=VisitId("V-1"),
                    patient=PatientId("P-1"),
                    reasons=(),
                )
            )
        uow.commit()


def a_relay(
    office: Office, bus: MemoryBus, owner: str = "one", open_writer: Callable[[], BusWriter] | None = None
) -> Relay:
    return Relay(
        open_unit_of_work=office.store.unit_of_work,
        open_writer=open_writer or bus.writer,
        clock=office.clock,
        owner=owner,
        topic=TOPIC,
        sleep=lambda span: office.clock.advance(seconds=span.total_seconds()),
    )


def lines(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    return [vars(record) for record in caplog.records if record.message == message]


def on_the_wire(bus: MemoryBus, branch: str = "north") -> list[int]:
    return [json.loads(r.value or b"")["data"]["revision"] for r in bus.records(TOPIC) if r.key == branch]


def test_events_go_out_in_order_under_their_branch(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1", "south/1", "north/2", "north/3")

    assert a_relay(office, bus).turn() == 4

    assert (on_the_wire(bus), on_the_wire(bus, "south")) == ([1, 2, 3], [1])
    assert {record.headers["content-type"] for record in bus.records(TOPIC)} == {
        "application/cloudevents+json; charset=UTF-8"
    }


class SlowAtTimes:
    """A writer whose answers take as long as told, by the office's clock; then none."""

    is_lost = False

    def __init__(self, bus: MemoryBus, clock: ManualClock, seconds: list[float]) -> None:
        self.sizes: list[int] = []
        self._writer, self._clock, self._seconds = bus.writer(), clock, seconds

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        self.sizes.append(len(items))
        self._clock.advance(seconds=self._seconds.pop(0) if self._seconds else 0)
        return self._writer.send_all(items, timeout, on_acked)

    def close(self) -> None:
        self._writer.close()


def test_few_events_are_under_way_until_answers_come_quickly(office: Office) -> None:
    """What is under way when a relay dies goes out twice."""
    bus = MemoryBus()
    report(office, *(f"north/{number}" for number in range(1, 61)))
    writer = SlowAtTimes(bus, office.clock, [0.1, 0.1, 9.0])
    relay = a_relay(office, bus, open_writer=lambda: writer)

    while relay.turn():
        pass

    assert writer.sizes == [4, 8, 16, 4, 8, 16, 4]
    assert on_the_wire(bus) == list(range(1, 61))


def test_after_a_refusal_the_others_are_not_held_up_by_the_few_that_wait(office: Office) -> None:
    bus = MemoryBus()
    report(office, *(f"north/{number}" for number in range(1, 6)), "south/1")
    bus.rehearse(MAY_PASS)
    relay = a_relay(office, bus)

    relay.turn()
    bus.rehearse(MAY_PASS)
    relay.turn()

    assert on_the_wire(bus, "south") == [1]


def test_what_is_sent_is_not_sent_again(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1")
    relay = a_relay(office, bus)

    assert (relay.turn(), relay.turn()) == (1, 0)
    assert on_the_wire(bus) == [1]


def test_a_refusal_holds_up_its_branch_and_no_other(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1", "north/2", "south/1")
    bus.rehearse(MAY_PASS)
    relay = a_relay(office, bus)

    assert relay.turn() == 1
    assert relay.turn() == 2

    assert on_the_wire(bus, "south") == [1]
    assert on_the_wire(bus)[-2:] == [1, 2]  # the order is right in the end; the one that overtook came again


def test_a_writer_without_an_answer_is_replaced(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1")
    bus.rehearse(NO_ANSWER)
    relay = a_relay(office, bus)

    assert (relay.turn(), relay.turn()) == (0, 1)


def test_an_event_the_bus_never_takes_is_put_aside_so_that_its_branch_goes_on(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1", "north/2")
    bus.rehearse(NEVER)
    relay = a_relay(office, bus)

    relay.turn()
    relay.turn()

    (letter,) = office.letters()
    assert (letter.door, letter.code, json.loads(letter.raw)["data"]["revision"]) == ("relay", TOO_LARGE, 1)
    assert on_the_wire(bus)[-1] == 2
    assert relay.turn() == 0


def test_a_letter_on_its_way_out_is_never_taken_in(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1")
    bus.rehearse(NEVER)
    a_relay(office, bus).turn()
    drawer = a_drawer(office)

    with pytest.raises(NotAnIncomingEvent):
        drawer.replay(office.letters()[0].id)


def test_one_process_relays_at_a_time_until_its_lease_runs_out(office: Office) -> None:
    bus = MemoryBus()
    first, second = a_relay(office, bus, "one"), a_relay(office, bus, "two")
    report(office, "north/1")
    assert first.turn() == 1
    report(office, "north/2")

    assert second.turn() == 0
    office.clock.advance(seconds=61)
    assert second.turn() == 1
    assert first.turn() == 0


def test_a_crash_between_the_answer_and_the_mark_sends_the_same_bytes_again(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1")
    with pytest.raises(_Killed):
        a_relay(office, bus, open_writer=lambda: _Fatal(bus.writer())).turn()

    a_relay(office, bus).turn()

    first, again = (record.value for record in bus.records(TOPIC))
    assert first == again


def test_acks_are_marked_while_others_are_waited_for(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1", "south/1", "north/2")
    with pytest.raises(_Killed):
        a_relay(office, bus, open_writer=lambda: _Fatal(bus.writer(), heard=[0, 2])).turn()

    a_relay(office, bus).turn()

    assert (on_the_wire(bus), on_the_wire(bus, "south")) == ([1, 2], [1, 1])


def test_what_is_told_while_others_are_waited_for_is_marked_and_told_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    bus = MemoryBus()
    report(office, "north/1", "south/1", "north/2")

    assert a_relay(office, bus, open_writer=lambda: _Talkative(bus.writer())).turn() == 3

    told = [(line["branch"], line["revision"], line["sent"]) for line in lines(caplog, "relay.sent")]
    assert sorted(told) == [("north", 1, 1), ("north", 2, 1), ("south", 1, 1)]


def test_an_ack_that_could_not_be_marked_is_marked_later_and_not_sent_again(office: Office) -> None:
    bus, naps = MemoryBus(), list[float]()
    report(office, "north/1", "north/2")
    relay = a_relay(office, bus)
    relay.open_unit_of_work = _Failing(office, after=1, times=3)
    relay.sleep = lambda span: naps.append(span.total_seconds())

    relay.run(_AfterNaps(naps, 4))

    assert on_the_wire(bus) == [1, 2]
    assert naps == [1, 1, 1, 1]  # it asks often: another relay would send them again
    assert office.rows("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == [(0,)]


def test_a_relay_that_stood_still_does_not_send_what_another_may_be_sending(office: Office) -> None:
    bus = MemoryBus()
    report(office, "north/1")

    def open_writer() -> BusWriter:
        office.clock.advance(seconds=50)
        return bus.writer()

    relay = a_relay(office, bus, open_writer=open_writer)

    assert (relay.turn(), on_the_wire(bus)) == (0, [])
    assert (relay.turn(), on_the_wire(bus)) == (1, [1])


@pytest.mark.parametrize(("reports", "seconds"), [([], 10), (["north/1"], 40)])
def test_a_relay_that_died_is_soon_followed_by_another(office: Office, reports: list[str], seconds: float) -> None:
    bus = MemoryBus()
    report(office, *reports)
    if reports:
        with pytest.raises(_Killed):
            a_relay(office, bus, open_writer=lambda: _Fatal(bus.writer())).turn()
    else:
        a_relay(office, bus).turn()
    report(office, "north/2")
    second = a_relay(office, bus, "two")

    office.clock.advance(seconds=seconds - 1)
    assert second.turn() == 0
    office.clock.advance(seconds=1)
    assert second.turn() == 1 + len(reports)


def test_while_the_bus_is_away_the_relay_waits_longer_each_time(office: Office) -> None:
    report(office, "north/1")
    bus, waits = MemoryBus(), list[float]()
    failures = 3

    def open_writer() -> BusWriter:
        if len(waits) < failures:
            raise BusUnavailable("away")
        return bus.writer()

    def sleep(span: timedelta) -> None:
        waits.append(span.total_seconds())

    relay = a_relay(office, bus, open_writer=open_writer)
    relay.sleep = sleep

    class Stop:
        def is_set(self) -> bool:
            return len(waits) > failures

    relay.run(Stop())

    assert waits == [1, 2, 4, 1]  # the last one is for want of news
    assert on_the_wire(bus) == [1]


@pytest.mark.parametrize(
    ("reason", "level"), [("bus.not_allowed", "ERROR"), ("bus.busy", "WARNING"), ("bus.no_answer", "WARNING")]
)
def test_a_right_that_is_missing_is_an_error_in_the_log(
    reason: str, level: str, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    report(office, "north/1")
    bus = MemoryBus()
    bus.rehearse(Refused(reason=reason, may_pass=True))

    assert a_relay(office, bus).turn() == 0

    (line,) = lines(caplog, "relay.refused")
    assert (line["levelname"], line["code"]) == (level, reason)


def test_a_relay_that_ends_hands_over_at_once(office: Office) -> None:
    bus = MemoryBus()
    first, second = a_relay(office, bus, "one"), a_relay(office, bus, "two")
    report(office, "north/1")
    first.run(_UntilSent(bus))
    report(office, "north/2")

    assert second.turn() == 1


def test_a_relay_that_only_waited_leaves_the_lease_to_its_holder(office: Office) -> None:
    bus = MemoryBus()
    holder, waiting = a_relay(office, bus, "one"), a_relay(office, bus, "two")
    report(office, "north/1")
    assert holder.turn() == 1

    waiting.run(_UntilSent(bus))

    report(office, "north/2")
    assert waiting.turn() == 0
    assert holder.turn() == 1


class _UntilSent:
    """Told to stop as soon as something was sent."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

    def is_set(self) -> bool:
        return bool(on_the_wire(self._bus))


class _Killed(BaseException):
    """As by `kill -9`."""


@dataclass
class _Fatal:
    """All is written and some of it heard of; then the process dies."""

    inner: BusWriter
    heard: Sequence[int] = ()
    is_lost = False

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        self.inner.send_all(items, timeout)
        if on_acked and self.heard:
            on_acked(self.heard)
        raise _Killed

    def close(self) -> None: ...


@dataclass
class _Talkative:
    """Tells of each ack by itself."""

    inner: BusWriter
    is_lost = False

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        answers = self.inner.send_all(items, timeout)
        assert on_acked is not None
        for place in range(len(items)):
            on_acked([place])
        return answers

    def close(self) -> None: ...


@dataclass
class _Failing:
    """A store that is away for some transactions."""

    office: Office
    after: int
    times: int

    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        self.after -= 1
        if -self.times <= self.after < 0:
            raise StoreUnavailable("away")
        return self.office.store.unit_of_work(read_only=read_only)


@dataclass
class _AfterNaps:
    naps: list[float]
    count: int

    def is_set(self) -> bool:
        return len(self.naps) >= self.count
