"""Every event takes effect once: the inbox and the dead letters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from scheduler.domain.ids import EventId
from scheduler.domain.missing import UnknownDeadLetter, UnknownEvent
from scheduler.ports import DeadLetter, InboxStatus
from scheduler.store.engine import Store
from tests.contracts.store.given import NOW, SOURCE, met


def meets(store: Store, **facts: str) -> InboxStatus:
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


def buried(store: Store, event: str | None = "e1") -> DeadLetter:
    with store.unit_of_work() as uow:
        letter = uow.dead_letters.add(
            source=SOURCE,
            event=EventId(event) if event else None,
            door="kafka",
            code="json.broken",
            sentence="Not JSON.",
            remedy="Send it again.",
            raw=b"\xff{",
            seen_at=NOW,
        )
        uow.commit()
    return letter


def test_a_dead_letter_keeps_its_bytes_and_its_reason(store: Store) -> None:
    letter = buried(store, event=None)
    with store.unit_of_work(read_only=True) as uow:
        assert uow.dead_letters.get(letter.id) == letter
        assert uow.dead_letters.get(letter.id + 1) is None
    assert (letter.raw, letter.code, letter.seen_at, letter.replayed_at) == (b"\xff{", "json.broken", NOW, None)


def test_dead_letters_are_listed_newest_first_up_to_a_limit(store: Store) -> None:
    letters = [buried(store) for _ in range(3)]
    with store.unit_of_work(read_only=True) as uow:
        assert uow.dead_letters.all() == letters[::-1]
        assert uow.dead_letters.all(limit=1) == letters[-1:]


def test_a_replayed_dead_letter_says_when(store: Store) -> None:
    letter = buried(store)
    with store.unit_of_work() as uow:
        uow.dead_letters.mark_replayed(letter.id, NOW + timedelta(days=1))
        with pytest.raises(UnknownDeadLetter):
            uow.dead_letters.mark_replayed(letter.id + 1, NOW)
        uow.commit()
    with store.unit_of_work(read_only=True) as uow:
        assert [each.replayed_at for each in uow.dead_letters.all()] == [NOW + timedelta(days=1)]


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
