"""Takes events in from the bus: poll, take each in, then remember how far. Runs until told to stop.

The database is the truth, so the offset follows the effect: after a crash records come again and change nothing,
whether they took effect or were refused.
While the store is away the loop keeps its partitions by polling paused, and goes on where it was. An event that
fails for a reason of ours is tried a few times and then put aside, so that it never blocks the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final

from consumers.bus import BusReader, Partition, ReaderLost, Record, next_offsets, urgency, waiting_for
from consumers.contracts import Problem, structured
from consumers.dead_topic import DeadTopic, RefusedRecord
from consumers.intake import Intake
from consumers.measures import UNCOUNTED, ReadingMeasures
from consumers.receipt import Receipt
from scheduler.domain.errors import Unavailable
from scheduler.domain.waiting import UNHEARD, Backoff, Heartbeat, Stop
from scheduler.ports.refused_records import RecordPlace

log = logging.getLogger(__name__)

DOOR: Final = "kafka"
POLL: Final = timedelta(milliseconds=500)
MOST_TRIES: Final = 5
MOST_TOGETHER: Final = 50
"""So many events share a transaction at most: it holds their branches, and others wait meanwhile."""
AT_ONCE: Final = timedelta(0)


@dataclass(kw_only=True)
class IngestLoop:
    """`open_reader` is called again when a reader is lost. `sleep` may return early when told to stop.

    Senders are told of refused events on `dead_topic`, where there is one, before the offset follows.
    """

    open_reader: Callable[[], BusReader]
    intake: Intake
    sleep: Callable[[timedelta], object]
    dead_topic: DeadTopic | None = None
    poll: timedelta = POLL
    backoff: Backoff = field(default_factory=Backoff)
    heartbeat: Heartbeat = UNHEARD
    measures: ReadingMeasures = UNCOUNTED
    _tries: dict[tuple[Partition, int], int] = field(default_factory=dict)
    _refused: list[RefusedRecord] = field(default_factory=list)

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            try:
                self._read_until_lost(stop)
            except Unavailable as error:
                self._lost(error)

    def _lost(self, error: Unavailable) -> None:
        self.heartbeat.waits(error.code)
        if isinstance(error, ReaderLost):
            self.measures.reader_replaced()
        wait = self.backoff.next()
        log.log(urgency(error), "bus.lost", extra=waiting_for(error, wait))
        self.sleep(wait)

    def turn(self, reader: BusReader) -> int:
        """Take in what one poll brings; how many events were dealt with."""
        records = reader.poll(self.poll)
        done = self._take_in(records)
        self._tell_of_refused()
        if done:
            self._commit(reader, records[:done])
            self.backoff.reset()
        if done < len(records):
            self._go_back(reader, records[done:])
        self._report_lag(reader)
        if done < len(records):
            self._wait(reader)
        else:
            self.heartbeat.beat()
        return done

    def _read_until_lost(self, stop: Stop) -> None:
        reader = self.open_reader()
        try:
            while not stop.is_set():
                self.turn(reader)
        finally:
            self.measures.lag({})
            reader.close()

    def _commit(self, reader: BusReader, done: Sequence[Record]) -> None:
        if not reader.commit(next_offsets(done)):
            self.measures.commit_refused()

    def _report_lag(self, reader: BusReader) -> None:
        self.measures.lag({(lane.topic, lane.number): waiting for lane, waiting in reader.lag().items()})

    def _take_in(self, records: Sequence[Record]) -> int:
        """How many of them, from the first, are dealt with for good."""
        done = 0
        while done < len(records):
            some = records[done : done + MOST_TOGETHER]
            together = self._take_in_together(some)
            alone = self._take_in_alone(some[together:])
            done += together + alone
            if together + alone < len(some):
                break
        return done

    def _take_in_together(self, records: Sequence[Record]) -> int:
        """How many of them, from the first. Whatever went wrong, those left are as they were: try them alone."""
        done = 0
        try:
            raws, places = [_raw(record) for record in records], [place_of(record) for record in records]
            for receipt in self.intake.take_in_all(raws, door=DOOR, places=places):
                self._note(records[done], receipt)
                done += 1
        except Exception as error:  # noqa: BLE001 - alone it shows whose fault it is
            facts = {"kind": type(error).__name__, "count": len(records) - done, **_where(records[done])}
            log.warning("events.one_by_one", extra=facts)
        return done

    def _take_in_alone(self, records: Sequence[Record]) -> int:
        for number, record in enumerate(records):
            try:
                if not self._is_dealt_with(record):
                    self.heartbeat.waits("event.failed")
                    return number
            except Unavailable as error:
                self.heartbeat.waits(error.code)
                log.warning("store.unavailable", extra={"code": error.code, **_where(record)})
                return number
        return len(records)

    def _note(self, record: Record, receipt: Receipt) -> None:
        self.heartbeat.beat()
        self._tries.pop((record.lane, record.offset), None)
        if receipt.is_refused:
            self._refused.append((record, receipt))

    def _is_dealt_with(self, record: Record) -> bool:
        raw = _raw(record)
        mark, place = (record.lane, record.offset), place_of(record)
        try:
            receipt = self.intake.take_in(raw, door=DOOR, place=place)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the loop must outlive any event; its name is kept, not its values
            tries = self._tries[mark] = self._tries.get(mark, 0) + 1
            facts = {"kind": type(error).__name__, "attempts": tries, **_where(record)}
            log.error("event.failed", extra=facts)
            if tries < MOST_TRIES:
                return False
            receipt = self.intake.park(raw, _ours(error), door=DOOR, place=place)
        self._note(record, receipt)
        return True

    def _tell_of_refused(self) -> None:
        refused, self._refused = self._refused, []
        if self.dead_topic is not None:
            self.dead_topic.tell(refused)

    def _go_back(self, reader: BusReader, undone: Sequence[Record]) -> None:
        first: dict[Partition, int] = {}
        for record in undone:
            first.setdefault(record.lane, record.offset)
        for lane, offset in first.items():
            if lane in reader.assigned():  # else another reader has it now, and starts at the committed offset
                reader.seek(lane, offset)

    def _wait(self, reader: BusReader) -> None:
        """A paused poll brings nothing, but tells the broker that we live."""
        self.measures.paused()
        reader.pause_all()
        self.sleep(self.backoff.next())
        reader.poll(AT_ONCE)
        reader.resume_all()


def place_of(record: Record) -> RecordPlace:
    """The same for the same record only, however often it is delivered."""
    digest = sha256(record.stamp.to_bytes(8, signed=True) + (record.value or b"")).hexdigest()
    return RecordPlace(topic=record.topic, partition=record.partition, offset=record.offset, digest=digest)


def _ours(error: Exception) -> Problem:
    return Problem(
        path="",
        code="event.failed",
        sentence=f"Taking the event in failed {MOST_TRIES} times ({type(error).__name__}).",
        remedy="Report this; replay the letter after an update.",
    )


def _raw(record: Record) -> bytes | None:
    return structured(record.value, record.headers)


def _where(record: Record) -> dict[str, object]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}
