"""The bus on Kafka. The only file that knows kafka-python (3.0.x).

Never commits by itself, never sends again what the library gave up, never creates a topic by writing to it.
The library wants milliseconds; everything else is seconds or a timedelta. Its ways that shaped this file:

- `flush` waits the whole timeout once per batch and hides failed sends, so each send is asked for its answer;
- a producer's `close` raises while something is unanswered and leaves its thread sending, so that thread is
  ended by force: a writer given up must not deliver old messages behind its successor's back;
- a producer whose message expired can be stuck when the broker is back, so any refusal that may pass ends it;
- a consumer can stand still without an error, so one that does while records wait is given up;
- a consumer forgets a join that outlives one poll when new metadata asked for it, and then never gets its
  partitions, so after each poll it is reminded;
- partitions that arrive in a rebalance arrive unpaused, so a pause is renewed at each poll.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from threading import Lock
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.errors import (
    InvalidTopicError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
from kafka.structs import MemberState

from consumers.broker_acks import tell_of_acks
from consumers.broker_opening import NEVER_BY_ITSELF, in_our_words, opened
from consumers.broker_settings import BrokerSettings
from consumers.bus import (
    NO_ANSWER,
    NOT_SENT,
    TOO_LARGE,
    Acked,
    Delivery,
    OnAcked,
    Outgoing,
    Partition,
    ReaderLost,
    Record,
    Refused,
    WriterLost,
    in_order,
    is_trustworthy_after,
)
from consumers.stall import StallWatch

log = logging.getLogger(__name__)

Clock = Callable[[], float]

LINGER_MS = 5
CLOSE_SECONDS = 5

NEVER_PASSES: Mapping[type[KafkaError], str] = {
    MessageSizeTooLargeError: TOO_LARGE,
    RecordListTooLargeError: TOO_LARGE,
    InvalidTopicError: "bus.invalid_topic",
}


class KafkaWriter:
    """Acked by all in-sync replicas, idempotent within its life. See `consumers.bus.BusWriter`."""

    def __init__(self, settings: BrokerSettings, *, monotonic: Clock = time.monotonic) -> None:
        self._monotonic = monotonic
        self._one_at_a_time = Lock()
        self._is_lost = False
        self._producer = opened(
            KafkaProducer,
            settings,
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            max_block_ms=settings.metadata_seconds * 1000,
            delivery_timeout_ms=settings.delivery_seconds * 1000,
        )

    @property
    def is_lost(self) -> bool:
        return self._is_lost

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        with self._one_at_a_time:
            if self._is_lost:
                raise WriterLost
            deadline = self._monotonic() + timeout.total_seconds()
            sent = self._send_each(items, deadline)
            if on_acked is not None:
                tell_of_acks(items, sent, on_acked, lambda: deadline - self._monotonic())
            deliveries = [self._answer(each, deadline) for each in sent]
            if not is_trustworthy_after(deliveries):
                self._give_up()
            return in_order(items, deliveries)

    def close(self) -> None:
        with self._one_at_a_time:
            if not self._is_lost:
                self._give_up()

    def _send_each(self, items: Sequence[Outgoing], deadline: float) -> list[Any]:
        """A future for each item, or its refusal. A topic nobody answers for is asked for only once."""
        unknown: set[str] = set()
        sent: list[Any] = []
        for item in items:
            if item.topic in unknown or self._monotonic() >= deadline:
                sent.append(Refused(reason=NOT_SENT, may_pass=True))
                continue
            try:
                sent.append(self._send(item))
            except KafkaTimeoutError:
                unknown.add(item.topic)
                sent.append(Refused(reason=NOT_SENT, may_pass=True))
            except KafkaError as error:
                sent.append(_refusal(error))
        return sent

    def _send(self, item: Outgoing) -> Any:  # the library's future has no type
        return self._producer.send(
            item.topic,
            key=None if item.key is None else item.key.encode(),
            value=item.value,
            headers=[(name, text.encode()) for name, text in item.headers.items()],
        )

    def _answer(self, sent: Any, deadline: float) -> Delivery:
        if isinstance(sent, Refused):
            return sent
        try:
            written = sent.get(timeout=max(0.0, deadline - self._monotonic()))
        except KafkaError as error:
            return _refusal(error) if sent.is_done else Refused(reason=NO_ANSWER, may_pass=True)
        return Acked(partition=written.partition, offset=written.offset)

    def _give_up(self) -> None:
        self._is_lost = True
        sender = self._producer._sender  # noqa: SLF001 - the library has no public way to stop sending at once
        sender.force_close()
        sender.join(CLOSE_SECONDS)
        try:
            self._producer.close(timeout=CLOSE_SECONDS)
        except KafkaTimeoutError:
            log.error("bus.writer_still_running", extra={"remedy": "restart this process"})


class KafkaReader:
    """A member of the settings' group, subscribed to some topics. See `consumers.bus.BusReader`."""

    def __init__(self, settings: BrokerSettings, topics: Iterable[str], *, monotonic: Clock = time.monotonic) -> None:
        self._is_paused = False
        self._stall = StallWatch(settings.stall_seconds, self._behind, monotonic)
        self._request_ms = settings.request_seconds * 1000
        self._consumer = opened(
            KafkaConsumer,
            settings,
            *topics,
            group_id=settings.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_poll_records=settings.max_poll_records,
            max_poll_interval_ms=settings.max_poll_interval_seconds * 1000,
            session_timeout_ms=settings.session_seconds * 1000,
            heartbeat_interval_ms=min(3_000, settings.session_seconds * 1000 // 3),
        )

    def poll(self, timeout: timedelta) -> Sequence[Record]:
        try:
            self._renew_pause()
            found = self._consumer.poll(timeout_ms=timeout // timedelta(milliseconds=1))
            self._keep_joining()
            if self._is_paused:
                self._put_back(found)
                return []
            self._watch_progress(is_moving=bool(found))
        except NEVER_BY_ITSELF as error:
            raise in_our_words(error) from error
        except KafkaError as error:
            raise ReaderLost(type(error).__name__) from error
        return [_record(each) for lane in sorted(found) for each in found[lane]]

    def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        if not next_offsets.keys() <= self.assigned():
            return False
        offsets = {_lane(each): OffsetAndMetadata(offset, "", -1) for each, offset in next_offsets.items()}
        try:
            self._consumer.commit(offsets, timeout_ms=self._request_ms)
        except KafkaError as error:
            log.warning("bus.commit_refused", extra={"code": type(error).__name__})
            return False
        return True

    def seek(self, partition: Partition, offset: int) -> None:
        if partition not in self.assigned():
            raise KeyError(partition)
        self._consumer.seek(_lane(partition), offset)

    def assigned(self) -> frozenset[Partition]:
        held = self._consumer.assignment()
        return frozenset(Partition(topic=topic, number=number) for topic, number in held)

    def lag(self) -> Mapping[Partition, int]:
        held = dict(self._consumer._subscription.assignment)  # noqa: SLF001 - public ways to a position ask the broker
        known = {lane: at for lane, at in held.items() if at.position is not None and at.highwater is not None}
        return {
            Partition(topic=lane.topic, number=lane.partition): max(0, at.highwater - at.position.offset)
            for lane, at in known.items()
        }

    def pause_all(self) -> None:
        self._is_paused = True
        self._renew_pause()

    def resume_all(self) -> None:
        self._is_paused = False
        self._consumer.resume(*self._consumer.paused())

    def close(self) -> None:
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_SECONDS * 1000)

    def _keep_joining(self) -> None:
        if self._consumer.group_metadata().state == MemberState.REBALANCING:
            self._consumer._coordinator.request_rejoin()  # noqa: SLF001 - nothing public asks for it

    def _renew_pause(self) -> None:
        if self._is_paused:
            self._consumer.pause(*(self._consumer.assignment() - self._consumer.paused()))

    def _put_back(self, found: Mapping[Any, Sequence[Any]]) -> None:
        """A partition that arrived during the poll may have handed out records already."""
        for lane, records in found.items():
            self._consumer.seek(lane, records[0].offset)
        self._renew_pause()
        self._stall.moved()

    def _watch_progress(self, *, is_moving: bool) -> None:
        if is_moving:
            self._stall.moved()
        elif self._stall.is_stalled():
            raise ReaderLost("records wait, but none arrive")

    def _behind(self) -> dict[Hashable, int]:
        held = self._consumer.assignment()
        try:
            ends = self._consumer.end_offsets(held, timeout_ms=self._request_ms) if held else {}
            at = {lane: self._consumer.position(lane, timeout_ms=self._request_ms) or 0 for lane in ends}
        except KafkaTimeoutError:
            return {}  # the broker is away, which is no fault of the reader
        return {lane: at[lane] for lane in ends if at[lane] < ends[lane]}


def _refusal(error: KafkaError) -> Refused:
    """A right that is missing may be granted meanwhile."""
    if isinstance(error, NEVER_BY_ITSELF):
        return Refused(reason=in_our_words(error).code, may_pass=True)
    reason = NEVER_PASSES.get(type(error))
    return Refused(reason=reason or f"kafka.{type(error).__name__}", may_pass=reason is None)


def _lane(partition: Partition) -> TopicPartition:
    return TopicPartition(partition.topic, partition.number)


def _record(found: Any) -> Record:  # the library's record has no type
    return Record(
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        key=None if found.key is None else _text(found.key),
        value=found.value,
        headers={name: _text(text or b"") for name, text in found.headers},
        stamp=found.timestamp or 0,
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
