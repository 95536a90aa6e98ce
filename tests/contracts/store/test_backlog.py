"""What waits is counted where it lies: news, events on their way out, letters, leases. Both databases say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.domain.backlog import Backlog
from scheduler.domain.ids import BranchId, EventId
from scheduler.ports.planning_work import Claim
from scheduler.store.engine import Store
from tests.builders import BRANCH, DAY, a_branch, at
from tests.contracts.store.given import AN_EVENT, NOW, SOURCE, met, revision, unfit

QUIET, PATIENCE, LEASE = timedelta(seconds=20), timedelta(seconds=180), timedelta(seconds=30)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def look(store: Store) -> Backlog:
    with store.unit_of_work(read_only=True) as uow:
        return uow.backlogs.look()


def news(store: Store, *days: int, at: float = 0) -> None:
    with store.unit_of_work() as uow:
        for day in days:
            uow.work.mark_dirty(
                BRANCH, DAY + timedelta(days=day), because=None, now=later(at), quiet=QUIET, patience=PATIENCE
            )
        uow.commit()


def claimed(store: Store, *, at: float) -> Claim:
    with store.unit_of_work() as uow:
        claim = uow.work.claim(owner="planner", now=later(at), lease=LEASE)
        uow.commit()
    assert claim is not None
    return claim


def test_where_nothing_waits_nothing_is_counted(store: Store) -> None:
    assert look(store) == Backlog()


def test_days_with_news_wait_until_a_plan_answers_them(store: Store) -> None:
    news(store, 0)
    news(store, 1, at=10)

    waiting = look(store)

    assert (waiting.dirty_days, waiting.held_days, waiting.failed_days) == (2, 0, 0)
    assert (waiting.oldest_news_at, waiting.due_at) == (NOW, later(20))

    claim = claimed(store, at=21)
    assert (look(store).held_days, look(store).due_at) == (1, later(30))
    with store.unit_of_work() as uow:
        uow.work.finish(claim)
        uow.commit()
    assert (look(store).dirty_days, look(store).held_days, look(store).oldest_news_at) == (1, 0, later(10))


def test_a_day_that_failed_counts_as_failed_until_a_plan_answers_it(store: Store) -> None:
    news(store, 0)
    claim = claimed(store, at=21)
    with store.unit_of_work() as uow:
        uow.work.release(claim, not_before=later(60), error="engine.no_plan")
        uow.commit()

    assert (look(store).failed_days, look(store).held_days, look(store).due_at) == (1, 0, later(60))

    claim = claimed(store, at=61)
    with store.unit_of_work() as uow:
        uow.work.finish(claim)
        uow.commit()
    assert look(store).failed_days == 0


def test_events_on_their_way_out_wait_since_the_first_of_them(store: Store) -> None:
    with store.unit_of_work() as uow:
        for number in (1, 2, 3):
            uow.outbox.add(replace(AN_EVENT, revision=number, at=later(number)))
        uow.commit()
    assert (look(store).unsent, look(store).unsent_since) == (3, later(1))

    with store.unit_of_work() as uow:
        uow.outbox.mark_sent(uow.outbox.unsent(2), NOW)
        uow.commit()
    assert (look(store).unsent, look(store).unsent_since) == (1, later(3))


def test_a_letter_waits_until_it_is_replayed(store: Store) -> None:
    with store.unit_of_work() as uow:
        first, _ = (uow.dead_letters.add(unfit(bytes([number]), late=later(number) - NOW)) for number in (1, 2))
        uow.commit()
    assert (look(store).letters, look(store).letters_since) == (2, later(1))

    with store.unit_of_work() as uow:
        uow.dead_letters.mark_replayed(first.id, NOW)
        uow.commit()
    assert (look(store).letters, look(store).letters_since) == (1, later(2))


@pytest.mark.parametrize("branches", [1, 3])
def test_the_last_event_is_the_newest_of_any_branch(store: Store, branches: int) -> None:
    with store.unit_of_work() as uow:
        for number in range(branches):
            uow.branches.save(a_branch(id=BranchId(f"b{number}")))
            uow.inbox.claim(
                source=SOURCE,
                event=EventId(f"of-{number}"),
                digest="d",
                type="visit.requested",
                branch=BranchId(f"b{number}"),
                occurred_at=NOW,
                received_at=later(number),
                payload=b"{}",
            )
        met(uow)
        uow.commit()

    assert look(store).last_event_at == later(branches - 1)


def test_a_lease_is_named_with_its_end(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.leases.acquire("relay", owner="one", now=NOW, lease=LEASE)
        uow.commit()

    assert look(store).leases == {"relay": NOW + LEASE}


def test_plans_and_events_that_are_behind_us_count_for_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.plans.add(revision(1))
        uow.outbox.add(AN_EVENT)
        uow.outbox.mark_sent(uow.outbox.unsent(10), at("07:00"))
        uow.commit()

    assert look(store) == Backlog()
