"""Sends what the outbox holds, in order for each branch, and marks it sent once the bus has it.

One process relays at a time, by lease, and hands the lease over when it ends. After a crash between the bus's answer
and the mark, events go out again: same bytes, same id. An event the bus will never take becomes a dead letter, so
that its branch goes on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from consumers.bus import Acked, BusWriter, Delivery, Outgoing, Refused, urgency, urgency_of, waiting_for
from consumers.contracts.outgoing import CONTENT_TYPE, cloud_event
from consumers.measures import UNCOUNTED, SendingMeasures
from scheduler.domain.errors import Unavailable
from scheduler.domain.ids import MOST_NAMED
from scheduler.domain.waiting import UNHEARD, Backoff, Heartbeat, Stop
from scheduler.handlers.putting_aside import undeliverable
from scheduler.ports import Clock, OpenUnitOfWork, OutboxItem, Undeliverable

log = logging.getLogger(__name__)

LEASE: Final = "relay"
DOOR: Final = "relay"
AT_ONCE: Final = timedelta(0)


@dataclass(kw_only=True)
class Relay:
    """`send` must be longer than the writer's own patience, and shorter than `lease`."""

    open_unit_of_work: OpenUnitOfWork
    open_writer: Callable[[], BusWriter]
    clock: Clock
    owner: str
    topic: str
    sleep: Callable[[timedelta], object]
    batch: int = 200
    send: timedelta = timedelta(seconds=25)
    lease: timedelta = timedelta(seconds=60)
    idle: timedelta = timedelta(seconds=1)
    backoff: Backoff = field(default_factory=Backoff)
    heartbeat: Heartbeat = UNHEARD
    measures: SendingMeasures = UNCOUNTED
    _writer: BusWriter | None = None

    def run(self, stop: Stop) -> None:
        try:
            while not stop.is_set():
                self._turn_or_wait()
        finally:
            self.close()
            self._hand_over()

    def turn(self) -> int:
        """How many events are behind us now: sent, or put aside. 0 when somebody else relays."""
        items = self._unsent() if self._holds_lease() else ()
        if not items:
            self.heartbeat.beat()
            return 0
        return self._settle(items, self._send(items))

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
            wait = self.backoff.next()
            log.log(urgency(error), "relay.waits", extra=waiting_for(error, wait))
            self.sleep(wait)

    def _holds_lease(self) -> bool:
        with self.open_unit_of_work() as uow:
            fence = uow.leases.acquire(LEASE, owner=self.owner, now=self.clock.now(), lease=self.lease)
            uow.commit()
        return fence is not None

    def _unsent(self) -> Sequence[OutboxItem]:
        with self.open_unit_of_work(read_only=True) as uow:
            return uow.outbox.unsent(self.batch)

    def _hand_over(self) -> None:
        """The next one need not wait until the lease runs out. Without effect when the lease is another's."""
        try:
            with self.open_unit_of_work() as uow:
                uow.leases.acquire(LEASE, owner=self.owner, now=self.clock.now(), lease=AT_ONCE)
                uow.commit()
        except Unavailable as error:
            log.warning("relay.lease_kept", extra={"code": error.code})

    def _send(self, items: Sequence[OutboxItem]) -> Sequence[Delivery]:
        if self._writer is None or self._writer.is_lost:
            self.close()
            self._writer = self.open_writer()
        return self._writer.send_all([outgoing(item, self.topic) for item in items], self.send)

    def _settle(self, items: Sequence[OutboxItem], deliveries: Sequence[Delivery]) -> int:
        pairs = list(zip(items, deliveries, strict=True))
        sent = [item for item, delivery in pairs if isinstance(delivery, Acked)]
        hopeless = [(i, d.reason) for i, d in pairs if isinstance(d, Refused) and not d.may_pass]
        held_up = [d.reason for d in deliveries if isinstance(d, Refused) and d.may_pass]
        behind = [*sent, *(item for item, _ in hopeless)]
        self.measures.refused(len(held_up))
        if not behind:
            self.heartbeat.waits(held_up[0])
            log.log(urgency_of(held_up[0]), "relay.refused", extra={"count": len(items), "code": held_up[0]})
            return 0
        now = self.clock.now()
        with self.open_unit_of_work() as uow:
            for item, reason in hopeless:
                uow.dead_letters.add(_undelivered(item, reason, now))
            uow.outbox.mark_sent(behind, now)
            uow.commit()
        self._tell(sent, hopeless)
        return len(behind)

    def _tell(self, sent: Sequence[OutboxItem], hopeless: Sequence[tuple[OutboxItem, str]]) -> None:
        """Branch-day by branch-day, so that each event can be followed from the plan it tells of."""
        self.heartbeat.beat()
        self.measures.sent(self.topic, len(sent))
        for item, reason in hopeless:
            self.measures.put_aside(reason)
            log.error("relay.put_aside", extra={"event_id": item.id, "branch": item.key, "code": reason})
        for (branch, day, revision), ids in by_revision(sent).items():
            about = {"branch": branch, "day": day, "revision": revision}
            log.info("relay.sent", extra={**about, "sent": len(ids), "event_ids": ids[:MOST_NAMED]})


def by_revision(items: Sequence[OutboxItem]) -> dict[tuple[str, str, int], list[str]]:
    """Ids of the events, in the order they have, under the branch-day and the revision that each tells of."""
    found: dict[tuple[str, str, int], list[str]] = {}
    for item in items:
        data = json.loads(item.data)
        found.setdefault((item.key, data["date"], data["revision"]), []).append(item.id)
    return found


def _undelivered(item: OutboxItem, reason: str, now: datetime) -> Undeliverable:
    """Kept whole, however large: nobody else has it."""
    return undeliverable(
        source=LEASE,
        event=item.id,
        door=DOOR,
        code=reason,
        sentence="The bus does not take this event.",
        remedy="Raise the topic's limits and send the letter's bytes to it, or tell the readers another way.",
        raw=cloud_event(item),
        seen_at=now,
    )


def outgoing(item: OutboxItem, topic: str) -> Outgoing:
    return Outgoing(topic=topic, key=item.key, value=cloud_event(item), headers={"content-type": CONTENT_TYPE})
