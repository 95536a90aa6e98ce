"""Every event takes effect once: the inbox."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownEvent
from scheduler.ports.inbox import InboxStatus
from scheduler.store.engine import Store
from scheduler.store.tables import inbox
from tests.builders import BRANCH, a_visit
from tests.contracts.store.given import NOW, SOURCE, met


def meets(store: Store, **facts: Any) -> InboxStatus:
    with store.unit_of_work() as uow:
        status = met(uow, **facts)
        uow.commit()
    return status


def settles(store: Store, status: str, code: str | None = None) -> None:
    with store.unit_of_work() as uow:
        uow.inbox.settle(source=SOURCE, event=EventId("e1"), status=status, code=code)
        uow.commit()


def test_an_event_is_new_once_and_then_a_duplicate(store: Store) -> None:
    assert meets(store) is InboxStatus.NEW
    assert meets(store) is InboxStatus.DUPLICATE
    assert meets(store, event="e2") is InboxStatus.NEW
    assert meets(store, source="urn:example:other") is InboxStatus.NEW


def test_the_same_id_with_other_content_is_a_conflict(store: Store) -> None:
    meets(store)
    assert meets(store, digest="d2") is InboxStatus.CONFLICT
    assert meets(store) is InboxStatus.DUPLICATE


@pytest.mark.parametrize("status", ["applied", "ignored"])
def test_a_settled_event_stays_a_duplicate(store: Store, status: str) -> None:
    meets(store)
    settles(store, status)
    assert meets(store) is InboxStatus.DUPLICATE


def test_an_event_whose_claim_was_taken_back_is_new_again(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert met(uow) is InboxStatus.NEW
    assert meets(store) is InboxStatus.NEW


def test_a_dead_event_had_no_effect_so_the_same_content_is_a_new_try(store: Store) -> None:
    meets(store)
    settles(store, "dead", "patient.unknown")
    assert meets(store, digest="d2") is InboxStatus.CONFLICT
    assert meets(store) is InboxStatus.NEW
    assert meets(store) is InboxStatus.DUPLICATE


def test_an_event_that_was_never_claimed_cannot_be_settled(store: Store) -> None:
    with store.unit_of_work() as uow, pytest.raises(UnknownEvent):
        uow.inbox.settle(source=SOURCE, event=EventId("e9"), status="applied")


def test_of_two_who_meet_an_event_at_once_one_applies_it(store: Store) -> None:
    together = Barrier(2)

    def meets_it() -> InboxStatus:
        together.wait()
        return meets(store)

    with ThreadPoolExecutor(2) as pool:
        statuses = [future.result() for future in [pool.submit(meets_it) for _ in range(2)]]
    assert sorted(statuses) == [InboxStatus.DUPLICATE, InboxStatus.NEW]


def test_a_dead_event_that_takes_effect_later_is_kept_with_what_it_came_with(store: Store) -> None:
    meets(store, payload=b"")
    settles(store, "dead", "patient.unknown")

    assert meets(store, payload=b"{1}") is InboxStatus.NEW

    with store.reader.connect() as connection:
        assert connection.scalar(select(inbox.c.payload)) == b"{1}"


def test_old_contents_are_forgotten_but_the_event_is_still_known(store: Store) -> None:
    meets(store)
    settles(store, "applied")
    meets(store, event="e2")
    with store.unit_of_work() as uow:
        uow.inbox.settle(source=SOURCE, event=EventId("e2"), status="dead", code="patient.unknown")
        forgotten = [uow.inbox.forget_payloads(NOW + timedelta(seconds=late)) for late in (1, 2, 2)]
        uow.commit()

    assert forgotten == [0, 1, 0]
    assert meets(store) is InboxStatus.DUPLICATE


def test_events_that_were_expected_together_are_kept_with_the_commit(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.inbox.expect(keys("e1", "e2")) == frozenset()
        assert [met(uow, event) for event in ("e1", "e2")] == [InboxStatus.NEW] * 2
        assert [met(uow, "e1"), met(uow, "e1", digest="d2")] == [InboxStatus.DUPLICATE, InboxStatus.CONFLICT]
        uow.inbox.settle(source=SOURCE, event=EventId("e1"), status="applied")
        uow.commit()

    with store.reader.connect() as connection:
        kept = connection.execute(select(inbox.c.event, inbox.c.status).order_by(inbox.c.event)).all()
    assert [tuple(row) for row in kept] == [("e1", "applied"), ("e2", "claimed")]
    assert meets(store) is InboxStatus.DUPLICATE


def test_what_was_met_before_is_known_when_it_is_expected(store: Store) -> None:
    meets(store)
    settles(store, "applied")
    with store.unit_of_work() as uow:
        assert uow.inbox.expect(keys("e1", "e2")) == frozenset()
        assert [met(uow, "e1"), met(uow, "e1", digest="d2")] == [InboxStatus.DUPLICATE, InboxStatus.CONFLICT]
        assert met(uow, "e2") is InboxStatus.NEW


def test_dead_events_are_told_apart_when_they_are_expected(store: Store) -> None:
    meets(store)
    settles(store, "dead", "patient.unknown")
    with store.unit_of_work() as uow:
        assert uow.inbox.expect(keys("e1", "e2")) == frozenset({(SOURCE, EventId("e1"))})


def test_an_expected_event_that_is_unclaimed_leaves_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.inbox.expect(keys("e1", "e2"))
        assert met(uow, "e1") is InboxStatus.NEW
        assert met(uow, "e2") is InboxStatus.NEW
        assert uow.inbox.unclaim(source=SOURCE, event=EventId("e2"))
        uow.commit()
    assert [meets(store, event=event) for event in ("e1", "e2")] == [InboxStatus.DUPLICATE, InboxStatus.NEW]


def test_what_changed_something_cannot_be_unclaimed(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.inbox.expect(keys("e1"))
        assert met(uow) is InboxStatus.NEW
        uow.visits.save(a_visit("ada"))
        assert not uow.inbox.unclaim(source=SOURCE, event=EventId("e1"))


def keys(*events: str) -> list[tuple[str, EventId, BranchId]]:
    return [(SOURCE, EventId(event), BRANCH) for event in events]
