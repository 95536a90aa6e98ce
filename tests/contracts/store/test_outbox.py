"""Events on their way out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

from scheduler.domain.events import VisitUnassigned
from scheduler.domain.ids import BranchId, VisitId
from scheduler.ports.outbox import OutboxItem
from scheduler.store.engine import Store
from tests.builders import BRANCH
from tests.contracts.store.given import AN_EVENT, NOW


def about(visit: str, *, branch: BranchId = BRANCH, revision: int = 1) -> VisitUnassigned:
    return replace(AN_EVENT, visit=VisitId(visit), branch=branch, revision=revision)


def emitted(store: Store, *events: VisitUnassigned) -> None:
    with store.unit_of_work() as uow:
        for event in events:
            uow.outbox.add(event)
        uow.commit()


def unsent(store: Store, limit: int = 100) -> list[OutboxItem]:
    with store.unit_of_work(read_only=True) as uow:
        return list(uow.outbox.unsent(limit))


def test_an_event_waits_in_the_outbox_with_its_data_and_the_branch_as_its_key(store: Store) -> None:
    emitted(store, AN_EVENT)
    (item,) = unsent(store)
    assert (item.type, item.key, item.subject, item.at) == ("visit.unassigned", BRANCH, "ada", NOW)
    data = json.loads(item.data)
    assert data["reasons"] == [{"case_manager": None, "code": "shift.none", "sentence": "Nobody works."}]
    assert data["at"] == "2026-03-03T06:00:00-05:00"


def test_events_leave_oldest_first_up_to_a_limit(store: Store) -> None:
    emitted(store, about("cyd"), about("ada"))
    emitted(store, about("ben"))
    assert [item.subject for item in unsent(store)] == ["cyd", "ada", "ben"]
    assert [item.subject for item in unsent(store, limit=2)] == ["cyd", "ada"]


def test_an_event_has_the_same_id_whenever_and_wherever_it_is_made(store: Store) -> None:
    emitted(store, AN_EVENT)
    (item,) = unsent(store)
    assert item.id == "e935edd6-2a7a-569f-a85f-a48d8c98bf8d"


def test_events_about_different_things_have_different_ids(store: Store) -> None:
    emitted(store, about("ada"), about("ben"), about("ada", revision=2), about("ada", branch=BranchId("b")))
    assert len({item.id for item in unsent(store)}) == 4


def test_an_event_made_again_is_kept_once(store: Store) -> None:
    emitted(store, AN_EVENT)
    emitted(store, replace(AN_EVENT, at=NOW + timedelta(hours=1)), about("ben"))
    assert [item.subject for item in unsent(store)] == ["ada", "ben"]


def test_what_was_sent_is_not_offered_again(store: Store) -> None:
    emitted(store, about("ada"), about("ben"))
    with store.unit_of_work() as uow:
        uow.outbox.mark_sent(uow.outbox.unsent(1), NOW)
        uow.commit()
    assert [item.subject for item in unsent(store)] == ["ben"]


def test_more_can_be_marked_sent_than_fits_one_statement(store: Store) -> None:
    emitted(store, *(about(f"visit-{n}") for n in range(1201)))
    with store.unit_of_work() as uow:
        uow.outbox.mark_sent(uow.outbox.unsent(2000), NOW)
        uow.commit()
    assert unsent(store) == []


def test_purging_takes_only_what_was_sent_before(store: Store) -> None:
    emitted(store, about("ada"), about("ben"), about("cyd"))
    with store.unit_of_work() as uow:
        ada, ben, _ = uow.outbox.unsent(3)
        uow.outbox.mark_sent([ada], NOW)
        uow.outbox.mark_sent([ben], NOW + timedelta(days=1))
        assert uow.outbox.purge(NOW + timedelta(hours=1)) == 1
        uow.commit()
    assert [item.subject for item in unsent(store)] == ["cyd"]


def test_a_number_is_not_given_out_again_after_a_purge(store: Store) -> None:
    emitted(store, about("ada"))
    (first,) = unsent(store)
    with store.unit_of_work() as uow:
        uow.outbox.mark_sent([first], NOW)
        uow.outbox.purge(NOW + timedelta(seconds=1))
        uow.commit()
    emitted(store, about("ben"))
    assert unsent(store)[0].seq > first.seq


def test_within_a_branch_a_later_commit_never_has_an_earlier_number(store: Store) -> None:
    """The second writer waits for the first, so a relay that saw number n has seen all below it."""
    has_added, second_began = Event(), Event()

    def second() -> None:
        has_added.wait()
        with store.unit_of_work() as uow:
            second_began.set()
            uow.outbox.add(about("later"))
            uow.commit()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(second)
        with store.unit_of_work() as uow:
            uow.outbox.add(about("earlier"))
            has_added.set()
            if uow_can_begin_meanwhile(store):
                second_began.wait()
            assert unsent(store) == []
            uow.commit()
        running.result()
    assert [item.subject for item in unsent(store)] == ["earlier", "later"]


def uow_can_begin_meanwhile(store: Store) -> bool:
    """On SQLite the second writer waits to begin; on PostgreSQL, to add."""
    return store.writer.dialect.name == "postgresql"
