"""What a unit of work keeps and takes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.domain.ids import EventId, VisitId
from scheduler.domain.visit import VisitNotOpen, VisitStatus
from scheduler.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from scheduler.store.engine import Store
from scheduler.store.errors import StoreReadOnly, TransactionOver
from tests.builders import BRANCH, DAY, a_branch, a_patient, a_visit
from tests.contracts.store.given import AN_EVENT, NOW, met, revision


def take_in_something(uow: UnitOfWork) -> None:
    """One write through each door that one event may use."""
    met(uow)
    uow.branches.save(a_branch())
    uow.patients.save(a_patient("ada"))
    uow.visits.save(a_visit("ada"))
    uow.work.mark_dirty(BRANCH, DAY, because=EventId("e1"), now=NOW, quiet=timedelta(0), patience=timedelta(0))
    uow.plans.add(revision(1))
    uow.outbox.add(AN_EVENT)
    uow.audit.record(at=NOW, actor="dana", action="pin", object="visit/ada", branch=BRANCH)


def is_empty(open_unit: OpenUnitOfWork) -> bool:
    with open_unit() as uow:
        found = (
            uow.branches.all(),
            uow.patients.of(BRANCH, [a_patient("ada").id]),
            uow.visits.on(BRANCH, DAY),
            uow.outbox.unsent(10),
            uow.plans.head(BRANCH, DAY),
            uow.work.next_due(),
        )
        return not any(found)


def test_leaving_without_a_commit_leaves_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        take_in_something(uow)
    assert is_empty(store.unit_of_work)


def test_an_error_on_the_way_leaves_nothing(store: Store) -> None:
    def fails() -> None:
        with store.unit_of_work() as uow:
            take_in_something(uow)
            raise VisitNotOpen(VisitId("ada"), VisitStatus.DONE, "cancelled")

    with pytest.raises(VisitNotOpen):
        fails()
    assert is_empty(store.unit_of_work)


def test_what_was_committed_is_there_for_the_next(store: Store) -> None:
    with store.unit_of_work() as uow:
        take_in_something(uow)
        uow.commit()
    assert not is_empty(store.unit_of_work)


def test_others_do_not_see_what_is_not_committed(store: Store) -> None:
    with store.unit_of_work() as writing:
        writing.visits.save(a_visit("ada"))
        with store.unit_of_work(read_only=True) as reading:
            assert reading.visits.on(BRANCH, DAY) == []


def test_a_reader_sees_one_state_however_much_is_written_meanwhile(store: Store) -> None:
    with store.unit_of_work(read_only=True) as reading:
        assert reading.visits.on(BRANCH, DAY) == []
        with store.unit_of_work() as writing:
            writing.visits.save(a_visit("ada"))
            writing.patients.save(a_patient("ada"))
            writing.commit()
        assert reading.visits.on(BRANCH, DAY) == []
        assert reading.patients.find(BRANCH, a_patient("ada").id) is None


def test_a_read_only_unit_of_work_cannot_write(store: Store) -> None:
    with store.unit_of_work(read_only=True) as uow, pytest.raises(StoreReadOnly):
        uow.visits.save(a_visit("ada"))


def test_nothing_can_be_read_or_written_after_the_commit(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.commit()
        with pytest.raises(TransactionOver):
            uow.visits.find(BRANCH, VisitId("ada"))
        with pytest.raises(TransactionOver):
            uow.commit()


def test_a_unit_of_work_that_was_left_cannot_be_committed(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.visits.save(a_visit("ada"))
    with pytest.raises(TransactionOver):
        uow.commit()
    assert is_empty(store.unit_of_work)


def test_the_store_fits_the_port(store: Store) -> None:
    opens: OpenUnitOfWork = store.unit_of_work
    with opens(read_only=True) as uow:
        typed: UnitOfWork = uow
        assert typed.branches.all() == []
