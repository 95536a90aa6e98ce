"""Sends what the outbox holds, in order for each branch, and marks it sent once the bus has it.

One process relays at a time, by lease, and hands the lease over when it ends. Acks are marked as they come, and what
could not be marked because the store was away is marked before anything else is sent. So an event goes out again only
after a crash, or an end of the lease, between the bus's answer and the mark: same bytes, same id
(`docs/decisions/0017-marked-as-acks-come.md`). An event the bus will never take becomes a dead letter, so that its
branch goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from consumers.bus import Acked, BusWriter, Delivery, Outgoing, Refused, urgency, urgency_of, waiting_for
from consumers.contracts.outgoing import CONTENT_TYPE, cloud_event, in_bytes
from consumers.measures import UNCOUNTED, SendingMeasures
from scheduler.domain.errors import Unavailable
from scheduler.domain.ids import MOST_NAMED
from scheduler.domain.waiting import UNHEARD, Backoff, Heartbeat, Stop
from scheduler.handlers.putting_aside import undeliverable
from scheduler.ports.clock import Clock
from scheduler.ports.dead_letters import Undeliverable
from scheduler.ports.outbox import OutboxItem
from scheduler.ports.unit_of_work import OpenUnitOfWork

log = logging.getLogger(__name__)

LEASE: Final = "relay"
DOOR: Final = "relay"
AT_ONCE: Final = timedelta(0)

About: TypeAlias = tuple[str, str, int]
"""Branch, day and revision that an event tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """An event of the outbox, packed once: for the bus, and for the line in the log."""

    item: OutboxItem
    about: About
    message: Outgoing


Hopeless: TypeAlias = tuple[Parcel, str]
"""What the bus will never take, and why."""


@dataclass(kw_only=True)
class Relay:
    """`send` must be longer than the writer's own patience, and shorter than `lease`.

    Whoever has nothing to send holds the lease for `idle_lease` only, so that after its death another takes over soon.
    At first `fewest` events are under way at once; twice as many, up to `batch`, after each sending that was `quick`.
    """

    open_unit_of_work: OpenUnitOfWork
    open_writer: Callable[[], BusWriter]
    clock: Clock
    owner: str
    topic: str
    sleep: Callable[[timedelta], object]
    fewest: int = 4
    batch: int = 100
    quick: timedelta = timedelta(seconds=1)
    send: timedelta = timedelta(seconds=25)
    lease: timedelta = timedelta(seconds=40)
    idle_lease: timedelta = timedelta(seconds=10)
    idle: timedelta = timedelta(seconds=1)
    backoff: Backoff = field(default_factory=Backoff)
    heartbeat: Heartbeat = UNHEARD
    measures: SendingMeasures = UNCOUNTED
    _writer: BusWriter | None = None
    _acked: list[Parcel] = field(default_factory=list)
    """The bus has them, and the outbox does not know yet."""
    _together: int = field(init=False)
    """How many may be under way at once; what a death would repeat while a broker is away."""

    def __post_init__(self) -> None:
        self._together = self.fewest

    def run(self, stop: Stop) -> None:
        try:
            while not stop.is_set():
                self._turn_or_wait()
        finally:
            self.close()
            self._hand_over()

    def turn(self) -> int:
        """How many events are behind us now: sent, or put aside. 0 when somebody else relays, or the lease is short."""
        self._mark()
        items, until = self._take_up()
        if not items:
            self.heartbeat.beat()
            return 0
        writer = self._writer_at_hand()
        # Opening took long, or this process stood still: by now another may be sending the same.
        if self.clock.now() + self.send > until:
            return 0
        return self._send(writer, [_packed(item, self.topic) for item in items])

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _turn_or_wait(self) -> None:
        try:
            if self.turn():
                self.backoff.reset()
            else:
                self.sleep(self.idle)
        except Unavailable as error:
            self.heartbeat.waits(error.code)
            # Whoever holds acks that are not marked asks often: another relay would send those events again.
            wait = self.idle if self._acked else self.backoff.next()
            log.log(urgency(error), "relay.waits", extra=waiting_for(error, wait))
            self.sleep(wait)

    def _take_up(self) -> tuple[Sequence[OutboxItem], datetime]:
        """What to send, and until when nobody else does. One transaction: what the last holder marked is seen."""
        now = self.clock.now()
        with self.open_unit_of_work() as uow:
            if uow.leases.acquire(LEASE, owner=self.owner, now=now, lease=self.idle_lease) is None:
                return (), now
            items = uow.outbox.unsent(self._together)
            if items:
                uow.leases.acquire(LEASE, owner=self.owner, now=now, lease=self.lease)
            uow.commit()
        return items, now + self.lease

    def _hand_over(self) -> None:
        """The next one need not wait until the lease runs out. Without effect when the lease is another's."""
        try:
            self._mark()
            with self.open_unit_of_work() as uow:
                uow.leases.acquire(LEASE, owner=self.owner, now=self.clock.now(), lease=AT_ONCE)
                uow.commit()
        except Unavailable as error:
            log.warning("relay.lease_kept", extra={"code": error.code})

    def _writer_at_hand(self) -> BusWriter:
        if self._writer is None or self._writer.is_lost:
            self.close()
            self._writer = self.open_writer()
        return self._writer

    def _send(self, writer: BusWriter, parcels: Sequence[Parcel]) -> int:
        heard: set[int] = set()

        def hear(places: Sequence[int]) -> None:
            heard.update(places)
            self._acked += [parcels[place] for place in places]
            self._mark_if_possible()

        begins = self.clock.now()
        deliveries = writer.send_all([parcel.message for parcel in parcels], self.send, hear)
        is_quick = self.clock.now() - begins <= self.quick
        self._together = self._after(deliveries, is_quick=is_quick)
        pairs = list(zip(parcels, deliveries, strict=True))
        self._acked += [p for place, (p, d) in enumerate(pairs) if isinstance(d, Acked) and place not in heard]
        return self._settle(pairs)

    def _after(self, deliveries: Sequence[Delivery], *, is_quick: bool) -> int:
        """Many after a refusal: what waits for its partition must not hold up the rest."""
        if not all(isinstance(delivery, Acked) for delivery in deliveries):
            return self.batch
        return min(2 * self._together, self.batch) if is_quick else self.fewest

    def _settle(self, pairs: Sequence[tuple[Parcel, Delivery]]) -> int:
        hopeless = [(p, d.reason) for p, d in pairs if isinstance(d, Refused) and not d.may_pass]
        held_up = [d.reason for _, d in pairs if isinstance(d, Refused) and d.may_pass]
        self.measures.refused(len(held_up))
        self._mark(hopeless)
        if len(held_up) == len(pairs):
            self.heartbeat.waits(held_up[0])
            log.log(urgency_of(held_up[0]), "relay.refused", extra={"count": len(pairs), "code": held_up[0]})
        return len(pairs) - len(held_up)

    def _mark_if_possible(self) -> None:
        """While a sending goes on. Otherwise the acks are kept, and marked when the store is back."""
        try:
            self._mark()
        except Unavailable as error:
            log.warning("relay.marks_later", extra={"code": error.code, "count": len(self._acked)})

    def _mark(self, hopeless: Sequence[Hopeless] = ()) -> None:
        """Whoever holds the lease meanwhile: what is on the wire is sent."""
        behind = [parcel.item for parcel in (*self._acked, *(parcel for parcel, _ in hopeless))]
        if not behind:
            return
        now = self.clock.now()
        with self.open_unit_of_work() as uow:
            for parcel, reason in hopeless:
                uow.dead_letters.add(_undelivered(parcel, reason, now))
            uow.outbox.mark_sent(behind, now)
            uow.commit()
        acked, self._acked = self._acked, []
        self._tell(acked, hopeless)

    def _tell(self, acked: Sequence[Parcel], hopeless: Sequence[Hopeless]) -> None:
        """Branch-day by branch-day, so that each event can be followed from the plan it tells of."""
        self.heartbeat.beat()
        self.measures.sent(self.topic, len(acked))
        for parcel, reason in hopeless:
            self.measures.put_aside(reason)
            facts = {"event_id": parcel.item.id, "branch": parcel.item.key, "code": reason}
            log.error("relay.put_aside", extra=facts)
        for (branch, day, revision), ids in by_revision(acked).items():
            about = {"branch": branch, "day": day, "revision": revision}
            log.info("relay.sent", extra={**about, "sent": len(ids), "event_ids": ids[:MOST_NAMED]})


def by_revision(parcels: Sequence[Parcel]) -> dict[About, list[str]]:
    """Ids of the events, in the order they have, under the branch-day and the revision that each tells of."""
    found: dict[About, list[str]] = {}
    for parcel in parcels:
        found.setdefault(parcel.about, []).append(parcel.item.id)
    return found


def _packed(item: OutboxItem, topic: str) -> Parcel:
    event = cloud_event(item)
    return Parcel(
        item=item,
        about=(item.key, event["data"]["date"], event["data"]["revision"]),
        message=Outgoing(topic=topic, key=item.key, value=in_bytes(event), headers={"content-type": CONTENT_TYPE}),
    )


def _undelivered(parcel: Parcel, reason: str, now: datetime) -> Undeliverable:
    """Kept whole, however large: nobody else has it."""
    return undeliverable(
        source=LEASE,
        event=parcel.item.id,
        door=DOOR,
        code=reason,
        sentence="The bus does not take this event.",
        remedy="Raise the topic's limits and send the letter's bytes to it, or tell the readers another way.",
        raw=parcel.message.value,
        seen_at=now,
    )
