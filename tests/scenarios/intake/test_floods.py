"""A flood of events that cannot take effect fills neither disk nor list, and nothing of it is lost in silence."""

from __future__ import annotations

import logging

import pytest

from consumers.contracts.reading import MOST_BYTES
from consumers.receipt import Status
from scheduler.handlers.dead_letters import NotWhole
from tests.office import Office, a_drawer, a_request, an_event

HOME = {"latitude": 39.9, "longitude": -83.1}
FLOOD = 300


def a_stray(number: int) -> bytes:
    return an_event("visit.requested", a_request(patient="P-9"), id=f"stray-{number}")


def test_the_same_bytes_over_and_over_are_one_letter_that_counts(office: Office) -> None:
    for number in range(25):
        office.take_in(a_stray(number))  # so many others in between do not matter
    raw = a_stray(0)

    receipts = [office.take_in(raw) for _ in range(FLOOD)]

    (letter,) = {receipt.letter for receipt in receipts}
    assert len(office.letters()) == 25
    assert [each.times for each in office.letters() if each.id == letter] == [FLOOD + 1]


def test_different_ones_are_kept_up_to_the_limit_and_then_counted(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.most_letters = 20
    caplog.set_level(logging.ERROR)

    receipts = [office.take_in(a_stray(number)) for number in range(FLOOD)]

    assert all(receipt.is_refused and receipt.problems for receipt in receipts), "the sender is told of each"
    counted, *kept = office.letters()
    assert len(kept) == 20
    assert (counted.times, counted.raw, counted.code) == (FLOOD - 20, b"", "patient.unknown")
    assert sum(letter.times for letter in office.letters()) == FLOOD
    assert office.rows("SELECT count(*), sum(length(payload)) FROM inbox WHERE status = 'dead'") == [(20, 0)]
    assert [record.message for record in caplog.records].count("dead_letters.full") == 1


def test_one_that_was_only_counted_takes_effect_when_it_is_sent_again(office: Office) -> None:
    office.most_letters = 1
    for number in range(3):
        office.take_in(a_stray(number))
    office.hear("patient.changed", {"id": "P-9", "name": "Ben", "home": HOME})

    assert office.take_in(a_stray(2)).status is Status.APPLIED
    with pytest.raises(NotWhole):
        a_drawer(office).replay(office.letters()[0].id)


def test_of_an_event_too_large_to_take_effect_only_the_beginning_is_kept(office: Office) -> None:
    receipt = office.take_in(b'{"id": "e-1", "data": "' + b"x" * (4 * MOST_BYTES))

    (letter,) = office.letters()
    assert [problem.code for problem in receipt.problems] == ["event.too_large"]
    assert (len(letter.raw), letter.size > 4 * MOST_BYTES, letter.is_whole) == (4096, True, False)
    with pytest.raises(NotWhole):
        a_drawer(office).replay(letter.id)


def test_a_letter_that_is_tried_in_vain_stays_once_with_its_newest_reason(office: Office) -> None:
    raw = an_event("visit.requested", a_request(patient="P-9"), branch="south")
    letter = office.take_in(raw).letter
    assert letter is not None
    office.hear("branch.changed", {"name": "South", "zone": "America/New_York"}, branch="south")

    tried = a_drawer(office).replay(letter)

    assert tried.is_refused
    (kept,) = office.letters()
    assert (kept.id, kept.code, kept.times) == (letter, "patient.unknown", 1)


def test_many_are_replayed_in_the_order_they_came_and_each_says_how_it_ended(office: Office) -> None:
    office.most_letters = 4
    visit = a_request(patient="P-2")
    names = [
        office.take_in(an_event("visit.requested", visit)).letter,
        office.take_in(an_event("visit.cancelled", {"visit": "V-1", "reason": "x"})).letter,
        office.take_in(b"{").letter,
        office.take_in(a_stray(1)).letter,
        office.take_in(a_stray(2)).letter,
    ]
    office.hear("patient.changed", {"id": "P-2", "name": "Ben", "home": HOME})

    tried = list(a_drawer(office).replay_each())

    ended = [(each.letter, each.outcome.status.value if each.outcome else each.code) for each in tried]
    words = ["applied", "applied", "refused", "refused", "dead_letter.not_whole"]
    assert ended == list(zip(names, words, strict=True))
    assert [letter.id for letter in office.letters() if not letter.replayed_at] == names[:1:-1]


def test_only_those_refused_for_one_reason_are_replayed_when_asked(office: Office) -> None:
    office.take_in(b"{")
    letter = office.take_in(a_stray(1)).letter

    assert [each.letter for each in a_drawer(office).replay_each(code="patient.unknown")] == [letter]


def test_a_letter_that_is_dropped_is_gone_and_the_audit_knows_why(office: Office) -> None:
    letter = office.take_in(b"{").letter
    assert letter is not None

    a_drawer(office).drop(letter, reason="sent again")

    assert office.letters() == []
    (row,) = office.rows("SELECT actor, object, reason FROM audit WHERE action = 'dead_letter.dropped'")
    assert row == ("dora", str(letter), "sent again")
