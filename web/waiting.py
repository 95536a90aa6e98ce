"""What waits in the store, as numbers with names: ages in seconds, by the clock that is given. Knows no library.

Every process that is asked says the same, since all look at one store.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from scheduler.domain.backlog import Backlog
from scheduler.domain.errors import RoundsError
from scheduler.domain.time import seconds_between
from scheduler.ports.clock import Clock
from scheduler.ports.unit_of_work import OpenUnitOfWork

RELAY = "relay"


class Gauge(NamedTuple):
    name: str
    sentence: str
    value: float


def gauges(open_uow: OpenUnitOfWork, clock: Clock) -> Iterator[Gauge]:
    """While the store cannot be read that is all there is to say."""
    try:
        with open_uow(read_only=True) as uow:
            backlog = uow.backlogs.look()
    except RoundsError:
        yield Gauge("rounds_store_up", STORE, 0)
        return
    yield Gauge("rounds_store_up", STORE, 1)
    yield from _arriving(backlog, clock.now())
    yield from _planning(backlog, clock.now())
    yield from _leaving(backlog, clock.now())


def _arriving(backlog: Backlog, now: datetime) -> Iterator[Gauge]:
    if backlog.last_event_at is not None:
        sentence = "Seconds since the last event of any branch was taken in, by any process."
        yield Gauge("rounds_inbox_age_seconds", sentence, _age(backlog.last_event_at, now))
    yield Gauge("rounds_dead_letters_waiting", "Dead letters that wait for a person.", backlog.letters)
    sentence = "Seconds the oldest of them has been waiting; 0 without any."
    yield Gauge("rounds_dead_letters_age_seconds", sentence, _age(backlog.letters_since, now))


def _planning(backlog: Backlog, now: datetime) -> Iterator[Gauge]:
    yield Gauge("rounds_dirty_days", "Branch-days with news that no plan answers yet.", backlog.dirty_days)
    yield Gauge("rounds_dirty_days_held", "Those of them that a planner works on.", backlog.held_days)
    yield Gauge("rounds_dirty_days_failed", "Those of them whose last attempt failed.", backlog.failed_days)
    sentence = "Seconds the most overdue of them has been waiting for a planner; 0 while none is due."
    yield Gauge("rounds_dirty_days_late_seconds", sentence, _age(backlog.due_at, now))
    sentence = "Seconds since the oldest unanswered news, parked days included; 0 without any."
    yield Gauge("rounds_dirty_days_age_seconds", sentence, _age(backlog.oldest_news_at, now))


def _leaving(backlog: Backlog, now: datetime) -> Iterator[Gauge]:
    yield Gauge("rounds_outbox_unsent_events", "Events that wait for the relay.", backlog.unsent)
    sentence = "Seconds the oldest of them has been waiting; 0 without any."
    yield Gauge("rounds_outbox_age_seconds", sentence, _age(backlog.unsent_since, now))
    held_until = backlog.leases.get(RELAY)
    left = max(0, seconds_between(now, held_until)) if held_until else 0
    yield Gauge("rounds_relay_lease_seconds", "Seconds the lease of the relay at work runs on; 0 without one.", left)


def _age(since: datetime | None, now: datetime) -> int:
    """A moment ahead of us has no age."""
    return max(0, seconds_between(since, now)) if since else 0


STORE = "1 while the store can be read; while it is 0, what waits in it is not told."
