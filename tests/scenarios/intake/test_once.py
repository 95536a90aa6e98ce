"""Every event takes effect once, and nothing disappears."""

from __future__ import annotations

import json
import logging

import pytest

from consumers.receipt import Status
from tests.office import Office, a_drawer, a_request, an_event, in_days

HOME = {"latitude": 39.9, "longitude": -83.1}


def test_the_same_event_twice_takes_effect_once(office: Office) -> None:
    event = an_event("visit.requested", a_request())

    first, again = office.take_in(event), office.take_in(event)

    assert (first.status, again.status) == (Status.APPLIED, Status.DUPLICATE)
    assert office.rows("SELECT count(*) FROM visit") == [(1,)]


def test_a_duplicate_changes_nothing_in_the_store(office: Office) -> None:
    event = an_event("visit.requested", a_request())
    office.take_in(event)
    before = office.digest()

    office.take_in(event)

    assert office.digest() == before


def test_spacing_and_the_order_of_fields_are_no_other_content(office: Office) -> None:
    event = an_event("visit.requested", a_request(), traceparent="00-1")
    office.take_in(event)
    parts = json.loads(event) | {"traceparent": "00-2"}
    resent = json.dumps(dict(reversed(parts.items())), indent=3).encode()

    assert office.take_in(resent).status is Status.DUPLICATE


def test_the_same_id_with_other_content_is_a_dead_letter(office: Office) -> None:
    office.hear("visit.requested", a_request(), id="e-same")

    code = office.refuse("visit.requested", a_request(minutes=50), id="e-same")

    assert code == "event.conflict"
    assert [letter.code for letter in office.letters()] == ["event.conflict"]
    assert office.visit("V-1").minutes == 45


def test_an_older_version_after_a_newer_one_is_recorded_and_not_applied(office: Office) -> None:
    office.hear("patient.changed", {"id": "P-2", "name": "Ada", "home": HOME}, entityversion=5)

    late = office.hear("patient.changed", {"id": "P-2", "name": "Bea", "home": HOME}, entityversion=4)

    assert late.status is Status.IGNORED
    assert "too old" in late.because
    assert office.rows("SELECT status FROM inbox ORDER BY rowid DESC LIMIT 1") == [("ignored",)]


def test_one_version_with_two_contents_is_refused(office: Office) -> None:
    office.hear("patient.changed", {"id": "P-2", "name": "Ada", "home": HOME}, entityversion=5)

    code = office.refuse("patient.changed", {"id": "P-2", "name": "Bea", "home": HOME}, entityversion=5)

    assert code == "version.reused"


def test_unnumbered_changes_count_as_they_arrive(office: Office) -> None:
    office.hear("patient.changed", {"id": "P-2", "name": "Ada", "home": HOME}, entityversion=5)

    assert office.hear("patient.changed", {"id": "P-2", "name": "Bea", "home": HOME}).status is Status.APPLIED
    assert office.rows("SELECT version FROM patient WHERE id = 'P-2'") == [(5,)]


def test_an_order_that_cannot_be_read_is_refused_with_the_place_of_the_slip(office: Office) -> None:
    order = {"key": "sn", "notation": "2x4", "type": "routine"}
    plan = {"id": "CP-1", "patient": "P-1", "starts": in_days(0).isoformat(), "orders": [order]}

    receipt = office.take_in(an_event("care_plan.created", plan))

    (problem,) = receipt.problems
    assert (problem.path, problem.code) == ("data.orders[0].notation", "order.syntax")
    assert "at character 2" in problem.sentence


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("visit.requested", a_request(patient="P-9"), "patient.unknown"),
        ("visit.cancelled", {"visit": "V-9", "reason": "x"}, "visit.unknown"),
        ("visit.requested", a_request(type="surgery"), "visit_type.unknown"),
        (
            "case_manager.absent",
            {"case_manager": "CM-9", "starts": "2026-03-03T08:00:00-05:00"},
            "case_manager.unknown",
        ),
        ("care_plan.ended", {"care_plan": "CP-9", "on": "2026-03-03", "reason": "x"}, "care_plan.unknown"),
        (
            "itinerary.acknowledged",
            {"case_manager": "CM-1", "date": "2026-03-03", "revision": 1},
            "plan.unknown_revision",
        ),
    ],
)
def test_what_names_something_unknown_is_refused(office: Office, kind: str, data: dict[str, object], code: str) -> None:
    assert office.refuse(kind, data) == code
    assert [letter.code for letter in office.letters()] == [code]


def test_an_event_of_a_branch_nobody_knows_is_refused(office: Office) -> None:
    assert office.refuse("visit.requested", a_request(), branch="south") == "branch.unknown"


def test_all_that_does_not_fit_is_told_at_once(office: Office) -> None:
    yesterday = {"opens": "2026-03-01T09:00:00-05:00", "closes": "2026-03-01T10:00:00-05:00"}

    receipt = office.take_in(an_event("visit.requested", a_request(type="surgery", windows=[yesterday])))

    assert {problem.path for problem in receipt.problems} == {"data.type", "data.windows[0]"}


def test_a_refused_event_leaves_nothing_but_its_letter(office: Office) -> None:
    raw = an_event("visit.requested", a_request(patient="P-9"))

    office.take_in(raw)

    (letter,) = office.letters()
    assert (letter.raw, letter.door, letter.source) == (raw, "test", "/ehr")
    assert office.rows("SELECT count(*) FROM visit") == [(0,)]
    assert office.dirty() == {}


def test_a_refused_event_that_comes_again_fills_no_second_letter(office: Office) -> None:
    raw = an_event("visit.requested", a_request(patient="P-9"))

    assert office.take_in(raw).letter == office.take_in(raw).letter
    assert len(office.letters()) == 1


def test_a_refused_event_takes_effect_when_the_reason_is_gone(office: Office) -> None:
    raw = an_event("visit.requested", a_request(patient="P-2"))
    office.take_in(raw)
    office.hear("patient.changed", {"id": "P-2", "name": "Ben", "home": HOME})

    assert office.take_in(raw).status is Status.APPLIED


def test_a_dead_letter_is_replayed_once_the_reason_is_gone(office: Office) -> None:
    drawer = a_drawer(office)
    letter = office.take_in(an_event("visit.requested", a_request(patient="P-2"))).letter
    assert letter is not None

    assert drawer.replay(letter).is_refused
    assert [each.id for each in drawer.waiting()] == [letter]
    office.hear("patient.changed", {"id": "P-2", "name": "Ben", "home": HOME})
    assert drawer.replay(letter).status is Status.APPLIED

    assert drawer.waiting() == []
    assert office.visit("V-1").patient == "P-2"


def test_bytes_that_are_no_event_become_a_letter(office: Office) -> None:
    receipt = office.take_in(b"\xff\xfe")

    assert receipt.is_refused
    assert office.letters()[0].raw == b"\xff\xfe"
    assert office.letters()[0].code == "json.not_utf8"


def test_a_tombstone_becomes_a_letter(office: Office) -> None:
    assert office.take_in(None).is_refused
    assert office.letters()[0].code == "event.empty"


def test_no_name_reaches_a_log_a_refusal_or_the_audit(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    canary = "Zyxwana Canary"
    facts = {"id": "P-7", "name": canary, "home": {"address": f"{canary} Street 1", **HOME}}
    told = [
        office.take_in(an_event("patient.changed", facts)),
        office.take_in(an_event("patient.changed", facts | {"id": canary, canary: canary, "phone": canary})),
        office.take_in(an_event("patient.changed", facts | {"languages": [canary], "gender_wanted": canary})),
        office.take_in(an_event("visit.requested", a_request(patient=canary, type=canary, priority=canary))),
        office.take_in(an_event("patient.changed", facts | {"home": canary}, entityversion=canary)),
        office.take_in(an_event("visit.requested", a_request(date=canary), **{canary: canary})),
        office.take_in(an_event(canary, facts)),
        office.take_in(json.dumps(facts)[:-9].encode()),
    ]

    assert [receipt.is_refused for receipt in told] == [False] + 7 * [True]
    for record in caplog.records:
        assert canary not in str(vars(record))
    assert canary not in str([(r.problems, r.because) for r in told])
    assert canary not in str([(letter.sentence, letter.remedy) for letter in office.letters()])
    assert canary not in str(office.rows("SELECT * FROM audit"))
