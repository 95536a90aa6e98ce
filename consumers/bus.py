"""The bus: what Rounds asks of a log of messages, and nothing more.

A topic is split into partitions. Records of one key land in one partition, in the order they were sent; a
group of readers shares the partitions and remembers, per partition, the next offset to read. There are two
implementations, held to one contract by `tests/contracts/test_bus.py`: `consumers.broker` (Kafka) and
`consumers.memory_bus`.

Never decides what a message means, never retries by itself, never promises exactly-once: a record may come
again. Keys and headers carry opaque ids and event attributes only, never patients' data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeAlias

from scheduler.domain.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Partition:
    """One ordered lane of a topic. Numbered from 0."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A message as it was read. `value` is None for a tombstone; header text that is not UTF-8 is escaped.

    `stamp` is when it was written, in milliseconds, by the clock that the topic goes by; 0 on a bus without one.
    """

    topic: str
    partition: int
    offset: int
    key: str | None
    value: bytes | None
    headers: Mapping[str, str] = field(default_factory=dict)
    stamp: int = 0

    @property
    def lane(self) -> Partition:
        return Partition(topic=self.topic, number=self.partition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to send. One without a key goes to any partition and has no order."""

    topic: str
    key: str | None
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acked:
    """The log holds the message, and every earlier one of its key that was sent with it."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The message is not known to be held. `may_pass` says whether sending the same again can succeed."""

    reason: str
    may_pass: bool


Delivery = Acked | Refused

OnAcked: TypeAlias = Callable[[Sequence[int]], object]
"""Hears which of the items sent, by their place, the log holds with every earlier one of their key. Must not raise."""

NO_ANSWER = "bus.no_answer"  # may have been written
NOT_SENT = "bus.not_sent"  # certainly not written: no time was left, or nobody knows the topic
TOO_LARGE = "bus.too_large"
OVERTOOK = "bus.overtook_a_refused_one"


class BusUnavailable(Unavailable):
    """The broker could not be reached, or did not answer in time."""

    code = "bus.unavailable"
    remedy = (
        "Check that the broker runs, that ROUNDS_KAFKA_BOOTSTRAP names it, and that ROUNDS_KAFKA_SECURITY is what it "
        "speaks there; then try again."
    )
    _sentence = "The broker cannot be used"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{self._sentence} ({reason}).")


class BusRefused(BusUnavailable):
    """A broker answers, and we cannot come together: somebody has to do something."""

    code = "bus.refused"
    remedy = "Compare the settings ROUNDS_KAFKA_… with those of the broker."
    _sentence = "The broker and we do not come together"


class NotAuthenticated(BusRefused):
    """The broker does not believe us who we are."""

    code = "bus.not_authenticated"
    remedy = (
        "Check ROUNDS_KAFKA_USER, ROUNDS_KAFKA_PASSWORD or its file and ROUNDS_KAFKA_SASL_MECHANISM, or with client "
        "certificates ROUNDS_KAFKA_CERTIFICATE_FILE and who signed it; and that the broker knows this account."
    )
    _sentence = "The broker does not let us in"


class NotTrusted(BusRefused):
    """What answers cannot show that it is the broker we mean."""

    code = "bus.not_trusted"
    remedy = (
        "Check that ROUNDS_KAFKA_CA_FILE holds who signed the broker's certificate, that this has not run out, and "
        "that it names the host in ROUNDS_KAFKA_BOOTSTRAP."
    )
    _sentence = "The broker's certificate does not satisfy"


class WithoutTls(BusRefused):
    """TLS is demanded, and what answers speaks none, or none that is new enough."""

    code = "bus.no_tls"
    remedy = "Name the broker's TLS port in ROUNDS_KAFKA_BOOTSTRAP, or set ROUNDS_KAFKA_SECURITY to what it speaks."
    _sentence = "What answers at this port and we do not agree on TLS"


class HungUp(BusRefused):
    """The broker takes the call and hangs up, each time: it tells a stranger nothing, and its last word may be lost."""

    code = "bus.hangs_up"
    remedy = (
        "Check that ROUNDS_KAFKA_SECURITY is what the broker speaks at this port, then ROUNDS_KAFKA_USER, "
        "ROUNDS_KAFKA_PASSWORD or its file and ROUNDS_KAFKA_SASL_MECHANISM; the broker's own log says which."
    )
    _sentence = "The broker takes the call and hangs up"


class NotAllowed(BusRefused):
    """The broker knows us, and does not allow this."""

    code = "bus.not_allowed"
    remedy = "Grant this account what docs/operations.md lists for its role."
    _sentence = "The broker does not allow this"


class WriterLost(Unavailable):
    """This writer can no longer be trusted to send."""

    code = "bus.writer_lost"
    remedy = "Close it, open a new one and send again whatever was not acked."

    def __init__(self) -> None:
        super().__init__("The writer was closed, or got no answer in time and was given up.")


class ReaderLost(Unavailable):
    """This reader no longer makes progress."""

    code = "bus.reader_lost"
    remedy = "Close it and open a new one; it goes on at the last committed offsets."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The reader cannot go on ({reason}).")


class BusReader(Protocol):
    """One member of a group. Belongs to the thread that made it."""

    def poll(self, timeout: timedelta) -> Sequence[Record]:
        """Wait at most `timeout` for records: in order within a partition, possibly none.

        Must be called often, paused or not: a member that stays away loses its partitions.
        Raises `ReaderLost` when only a new reader can go on.
        """

    def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        """Remember where the group goes on. False when refused: a partition moved on, or the broker is away.

        A refusal loses nothing; the records come again, to this reader or another.
        """

    def seek(self, partition: Partition, offset: int) -> None:
        """Go on at `offset`. Raises `KeyError` for a partition that this reader does not hold."""

    def assigned(self) -> frozenset[Partition]:
        """The partitions held since the last poll."""

    def lag(self) -> Mapping[Partition, int]:
        """How many records wait in each partition held, as far as the last poll told. Asks nobody."""

    def pause_all(self) -> None:
        """Return no records until resumed, from partitions that arrive meanwhile neither."""

    def resume_all(self) -> None: ...

    def close(self) -> None:
        """Leave the group, committing nothing."""


class BusWriter(Protocol):
    """Sends in the order given. Safe to share between threads."""

    @property
    def is_lost(self) -> bool: ...

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        """Send and wait at most `timeout` for the answers, one for each item in the order given.

        `on_acked` may hear of some sooner, in this thread, while others are still waited for.
        After a refusal that may pass the writer is lost, and whatever it had not delivered it never will.
        Raises `WriterLost` when it was lost before the call.
        """

    def close(self) -> None: ...


def is_trustworthy_after(deliveries: Iterable[Delivery]) -> bool:
    """Whether a writer may go on. One that could not deliver may be stuck, so a new one takes over."""
    return not any(isinstance(each, Refused) and each.may_pass for each in deliveries)


def urgency(error: Unavailable) -> int:
    """The level of a log line about it: what heals by itself is a warning."""
    return logging.ERROR if isinstance(error, BusRefused) else logging.WARNING


def urgency_of(reason: str) -> int:
    """The same for the reason of a refused message."""
    return logging.ERROR if reason in {each.code for each in BusRefused.__subclasses__()} else logging.WARNING


def waiting_for(error: Unavailable, wait: timedelta) -> dict[str, object]:
    """What a log line says while it is waited for."""
    facts: dict[str, object] = {"code": error.code, "waited_ms": wait // timedelta(milliseconds=1)}
    return facts | ({"remedy": error.remedy} if isinstance(error, BusRefused) else {})


def next_offsets(records: Iterable[Record]) -> dict[Partition, int]:
    """Where a group goes on once it has dealt with these records."""
    following: dict[Partition, int] = {}
    for record in records:
        following[record.lane] = max(following.get(record.lane, 0), record.offset + 1)
    return following


def in_order(items: Sequence[Outgoing], deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Take back the ack of an item that overtook an earlier one of its key.

    Whoever sends again what was not acked then restores the order, at the price of a repeated message.
    """
    held_up: set[tuple[str, str]] = set()
    answers: list[Delivery] = []
    for item, delivery in zip(items, deliveries, strict=True):
        lane = (item.topic, item.key) if item.key is not None else None
        if lane in held_up and isinstance(delivery, Acked):
            answers.append(Refused(reason=OVERTOOK, may_pass=True))
            continue
        if lane is not None and isinstance(delivery, Refused):
            held_up.add(lane)
        answers.append(delivery)
    return answers
