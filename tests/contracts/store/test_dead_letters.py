"""Dead letters: kept once however often they come, listed without their bytes, purged only after they took effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from scheduler.domain.missing import UnknownDeadLetter
from scheduler.handlers.dead_letters import summary_of
from scheduler.handlers.putting_aside import DrawerLimits, put_aside
from scheduler.ports.dead_letters import LetterSummary
from scheduler.store.engine import Store
from tests.contracts.store.given import NOW, unfit

A_DAY = timedelta(days=1)
LITTLE = DrawerLimits(most_waiting=3, most_bytes=10, glimpse_bytes=4)


def buried(store: Store, raw: bytes = b"\xff{", **facts: Any) -> LetterSummary:
    with store.unit_of_work() as uow:
        letter = put_aside(uow, unfit(raw, **facts), LITTLE)
        uow.commit()
    return letter


def replayed(store: Store, letter: LetterSummary, late: timedelta = timedelta(0)) -> None:
    with store.unit_of_work() as uow:
        uow.dead_letters.mark_replayed(letter.id, NOW + late)
        uow.commit()


def waiting(store: Store, **asked: Any) -> list[int]:
    with store.unit_of_work(read_only=True) as uow:
        return [letter.id for letter in uow.dead_letters.newest(100, **asked)]


def test_a_dead_letter_keeps_its_bytes_and_its_reason(store: Store) -> None:
    letter = buried(store, event=None)

    with store.unit_of_work(read_only=True) as uow:
        kept = uow.dead_letters.get(letter.id)
        assert uow.dead_letters.get(letter.id + 1) is None
    assert kept is not None
    assert summary_of(kept) == letter
    assert (kept.raw, kept.code, kept.seen_at, kept.replayed_at) == (b"\xff{", "json.malformed", NOW, None)
    assert (letter.event, letter.size, letter.is_whole, letter.times) == (None, 2, True, 1)


def test_the_same_bytes_of_one_source_wait_once_and_are_counted(store: Store) -> None:
    first = buried(store)

    last = [buried(store, code="json.too_deep", late=A_DAY * number) for number in range(1, 5)][-1]

    assert (last.id, last.times, last.seen_at, last.last_seen_at) == (first.id, 5, NOW, NOW + A_DAY * 4)
    assert (last.code, last.sentence) == ("json.too_deep", "Refused: json.too_deep.")
    assert waiting(store) == [first.id]


def test_the_same_bytes_of_another_source_are_another_letter(store: Store) -> None:
    assert buried(store).id != buried(store, source="urn:example:other").id


def test_what_was_replayed_and_comes_again_is_a_new_letter(store: Store) -> None:
    first = buried(store)
    replayed(store, first)

    again = buried(store)

    assert again.id > first.id
    assert waiting(store) == [again.id]
    assert waiting(store, waiting=False) == [again.id, first.id]


def test_trying_a_letter_again_is_no_arrival(store: Store) -> None:
    letter = buried(store)

    with store.unit_of_work() as uow:
        tried = put_aside(uow, unfit(code="patient.unknown", late=A_DAY), LITTLE, is_arrival=False)

    assert (tried.id, tried.times, tried.last_seen_at, tried.code) == (letter.id, 1, NOW, "patient.unknown")


def test_of_two_who_refuse_the_same_at_once_both_count_one_letter(store: Store) -> None:
    together = Barrier(2)

    def refuses() -> int:
        together.wait()
        with store.unit_of_work() as uow:
            letter = uow.dead_letters.add(unfit())
            uow.commit()
        return letter.id

    with ThreadPoolExecutor(2) as pool:
        letters = {future.result() for future in [pool.submit(refuses) for _ in range(2)]}

    assert len(letters) == 1
    with store.unit_of_work(read_only=True) as uow:
        assert [letter.times for letter in uow.dead_letters.newest(9)] == [2]


def test_of_an_event_that_is_too_large_only_the_beginning_is_kept(store: Store) -> None:
    whole, cut = buried(store, b"0123456789"), buried(store, b"0123456789+")

    assert (whole.size, whole.is_whole, cut.size, cut.is_whole) == (10, True, 11, False)
    assert buried(store, b"0123456789+").id == cut.id
    assert buried(store, b"0123456789-").id != cut.id
    with store.unit_of_work(read_only=True) as uow:
        kept = uow.dead_letters.get(cut.id)
        assert kept is not None
        assert kept.raw == b"0123"


def test_when_the_drawer_is_full_events_are_counted_by_reason_and_those_that_wait_stay(store: Store) -> None:
    kept = [buried(store, bytes([number])) for number in range(3)]

    counted = [buried(store, bytes([number]), source=f"urn:{number}") for number in range(100, 150)]
    other = buried(store, b"x", code="patient.unknown")

    assert {letter.id for letter in counted} == {counted[0].id}
    assert (counted[-1].times, counted[-1].is_whole, counted[-1].source) == (50, False, "")
    assert (other.times, other.code) == (1, "patient.unknown")
    assert waiting(store) == [other.id, counted[0].id, *reversed([letter.id for letter in kept])]
    assert buried(store, bytes([0])).id == kept[0].id, "one that waits is met again all the same"


def test_once_there_is_room_again_events_are_kept_again(store: Store) -> None:
    kept = [buried(store, bytes([number])) for number in range(3)]
    counted = buried(store, b"x")
    with store.unit_of_work() as uow:
        uow.dead_letters.drop(counted.id)
        uow.dead_letters.drop(kept[1].id)
        uow.commit()

    assert buried(store, b"x").is_whole


def test_letters_are_listed_newest_first_page_by_page_and_by_code(store: Store) -> None:
    codes = ["patient.unknown", "json.malformed"] * 3
    with store.unit_of_work() as uow:
        letters = [uow.dead_letters.add(unfit(bytes([n]), code=code)).id for n, code in enumerate(codes)]
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        page = [letter.id for letter in uow.dead_letters.newest(4)]
    assert page == letters[::-1][:4]
    assert waiting(store, after=page[-1]) == letters[::-1][4:]
    assert waiting(store, code="patient.unknown") == letters[::2][::-1]
    assert waiting(store, code="patient.unknown", after=letters[2]) == letters[:1]
    with store.unit_of_work(read_only=True) as uow:
        until = letters[4]
        assert uow.dead_letters.oldest(9, after=letters[0], until=until) == letters[1:5]
        assert uow.dead_letters.oldest(9, after=0, until=until, code="json.malformed") == letters[1:4:2]
        assert uow.dead_letters.oldest(2, after=0, until=until) == letters[:2]


def test_what_took_effect_is_purged_after_its_time_and_what_waits_never(store: Store) -> None:
    early, late, waits = (buried(store, raw) for raw in (b"a", b"b", b"c"))
    replayed(store, early)
    replayed(store, late, A_DAY)

    with store.unit_of_work() as uow:
        purged = [uow.dead_letters.purge(NOW + timedelta(seconds=1)), uow.dead_letters.purge(NOW + A_DAY)]
        uow.commit()

    assert purged == [1, 0]
    assert waiting(store, waiting=False) == [waits.id, late.id]


def test_a_letter_that_is_not_there_cannot_be_replayed_or_dropped(store: Store) -> None:
    with store.unit_of_work() as uow:
        with pytest.raises(UnknownDeadLetter):
            uow.dead_letters.mark_replayed(17, NOW)
        with pytest.raises(UnknownDeadLetter):
            uow.dead_letters.drop(17)
