"""Credentials and the day they run out."""

from __future__ import annotations

from datetime import date

from scheduler.domain.people import Credential
from scheduler.planning import rules
from scheduler.planning.rules import credentials
from tests.builders import a_case_manager, a_day, a_plan, a_shift, a_visit
from tests.unit.rules.asking import begun, forbidden, said

WOUND = a_visit("ada", credentials=("wound_care",))


def test_only_who_holds_the_credential_is_allowed() -> None:
    skilled = a_case_manager("kim", credentials=(Credential(code="wound_care"),))
    day = a_day(visits=[WOUND, "ben"], shifts=[a_shift(skilled), "lee"])

    assert forbidden(credentials, day) == {("ada", "lee"): ["credential.missing"]}


def test_a_credential_holds_through_the_local_day_it_expires_on() -> None:
    last_day = a_case_manager("kim", credentials=(Credential(code="wound_care", expires=date(2026, 3, 3)),))
    gone = a_case_manager("lee", credentials=(Credential(code="wound_care", expires=date(2026, 3, 2)),))
    day = a_day(visits=[WOUND], shifts=[a_shift(last_day), a_shift(gone)])

    assert forbidden(credentials, day) == {("ada", "lee"): ["credential.missing"]}


def test_a_plan_without_the_credential_is_told_what_is_missing() -> None:
    day = a_day(visits=[a_visit("ada", credentials=("wound_care", "palliative"))])

    assert said(credentials, day, a_plan(day, kim="09:00 ada")) == [
        "Kim lacks palliative and wound care for visit ada on 3 Mar."
    ]


def test_an_expired_credential_is_told_with_its_last_day() -> None:
    gone = a_case_manager("kim", credentials=(Credential(code="wound_care", expires=date(2026, 3, 2)),))
    day = a_day(visits=[WOUND], shifts=[a_shift(gone)])

    assert said(credentials, day, a_plan(day, kim="09:00 ada")) == [
        "Kim lacks wound care (expired on 2 Mar) for visit ada on 3 Mar."
    ]
    assert rules.reason("credential.missing", day, WOUND, day.shifts[0]) == (
        "Kim lacks wound care (expired on 2 Mar) for visit ada on 3 Mar."
    )


def test_a_plan_with_the_credential_is_fine() -> None:
    skilled = a_case_manager("kim", credentials=(Credential(code="wound_care"),))
    day = a_day(visits=[WOUND], shifts=[a_shift(skilled)])

    assert said(credentials, day, a_plan(day, kim="09:00 ada")) == []


def test_a_visit_that_has_begun_is_a_fact() -> None:
    day = a_day(visits=[begun("ada", by="kim", starts="09:00", credentials=("wound_care",))])

    assert said(credentials, day, a_plan(day, kim="09:00 ada")) == []
