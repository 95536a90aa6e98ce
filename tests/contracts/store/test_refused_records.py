"""Refused records are known again by their place, as far back as a reader may go."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from scheduler.ports.refused_records import RecordPlace, Refusal
from scheduler.store.engine import Store
from scheduler.store.refused_records import SLOTS
from scheduler.store.tables import refused_record
from tests.contracts.store.given import a_place

REFUSAL = Refusal(letter=3, code="patient.unknown")


def remembered(store: Store, place: RecordPlace, refusal: Refusal = REFUSAL) -> None:
    with store.unit_of_work() as uow:
        uow.refused_records.remember(place, refusal)
        uow.commit()


def found(store: Store, place: RecordPlace) -> Refusal | None:
    with store.unit_of_work(read_only=True) as uow:
        return uow.refused_records.find(place)


def test_a_record_is_known_again_by_its_place(store: Store) -> None:
    assert found(store, a_place()) is None
    remembered(store, a_place())
    assert found(store, a_place()) == REFUSAL


@pytest.mark.parametrize(
    "other", [a_place(8), a_place(partition=1), a_place(topic="care plans"), a_place(digest="d2"), a_place(7 + SLOTS)]
)
def test_another_record_is_not_taken_for_it(store: Store, other: RecordPlace) -> None:
    remembered(store, a_place())
    assert found(store, other) is None


def test_many_are_looked_up_at_once(store: Store) -> None:
    other_lane, newer = a_place(partition=1), a_place(7 + SLOTS)
    remembered(store, a_place())
    remembered(store, other_lane)
    with store.unit_of_work(read_only=True) as uow:
        among = uow.refused_records.among([newer, other_lane, a_place(), a_place(8)])
        assert among == {other_lane: REFUSAL, a_place(): REFUSAL}
        assert uow.refused_records.among([]) == {}


def test_one_that_is_refused_twice_keeps_the_newest_reason(store: Store) -> None:
    newest = Refusal(letter=4, code="visit.unknown")
    remembered(store, a_place())
    remembered(store, a_place(), newest)
    assert found(store, a_place()) == newest


def test_what_is_taken_back_is_not_remembered(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.refused_records.remember(a_place(), REFUSAL)
    assert found(store, a_place()) is None


def test_a_partition_takes_so_much_room_and_no_more(store: Store) -> None:
    last = 2**40
    with store.unit_of_work() as uow:
        for offset in range(last - SLOTS - 4, last + 1):
            uow.refused_records.remember(a_place(offset), REFUSAL)
        uow.commit()
    with store.reader.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(refused_record)) == SLOTS
    assert found(store, a_place(last - SLOTS + 1)) == REFUSAL
    assert found(store, a_place(last - SLOTS)) is None
