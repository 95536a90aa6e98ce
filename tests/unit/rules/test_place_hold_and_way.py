"""A place to go to, a patient who is there, and a way."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.people import Hold
from scheduler.planning import rules
from scheduler.planning.rules import hold, place, reachable
from tests.builders import a_day, a_patient, a_place, a_plan, a_visit, given_travel
from tests.unit.rules.asking import forbidden, said


def test_a_visit_without_a_point_is_told() -> None:
    day = a_day(visits=["ada"], patients=[a_patient("ada", home=a_place("ada", is_found=False))])

    assert said(place, day, a_plan(day, kim="09:00 ada")) == ["The address of visit ada has not been found yet."]


def test_a_remote_visit_needs_no_point() -> None:
    lost = a_patient("ada", home=a_place("ada", is_found=False))
    day = a_day(visits=[a_visit("ada", is_remote=True)], patients=[lost])

    assert forbidden(place, day) == {}
    assert said(place, day, a_plan(day, kim="09:00 ada")) == []


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (date(2026, 3, 3), None, "from 3 Mar until further notice"),
        (date(2026, 3, 1), date(2026, 3, 4), "from 1 Mar until 4 Mar"),
    ],
)
def test_a_patient_on_hold_is_not_visited(starts: date, ends: date | None, words: str) -> None:
    day = a_day(visits=["ada"], patients=[a_patient("ada", holds=(Hold(starts=starts, ends=ends),))])

    assert said(hold, day, a_plan(day, kim="09:00 ada")) == [f"The patient of visit ada is on hold {words}."]


@pytest.mark.parametrize(("starts", "ends"), [(date(2026, 3, 4), None), (date(2026, 3, 1), date(2026, 3, 3))])
def test_a_hold_begins_with_its_first_day_and_is_over_on_its_last(starts: date, ends: date | None) -> None:
    day = a_day(visits=["ada"], patients=[a_patient("ada", holds=(Hold(starts=starts, ends=ends),))])

    assert forbidden(hold, day) == {}
    assert said(hold, day, a_plan(day, kim="09:00 ada")) == []


def test_nobody_is_sent_where_there_is_no_way() -> None:
    day = a_day(visits=["ada", "ben"], shifts=["kim", "lee"], travel=given_travel({("lee", "ada"): None}))

    assert forbidden(reachable, day) == {("ada", "lee"): ["travel.no_way"]}
    assert said(reachable, day, a_plan(day, kim="09:00 ada", lee="09:00 ben")) == []
    assert said(reachable, day, a_plan(day, lee="09:00 ada")) == [
        "There is no way by car for Lee to visit ada and back."
    ]


def test_a_remote_visit_needs_no_way() -> None:
    day = a_day(visits=[a_visit("ada", is_remote=True)], travel=given_travel({("kim", "ada"): None}))

    assert forbidden(reachable, day) == {}


def test_what_keeps_a_visit_from_the_draft_has_a_reason_too() -> None:
    lost = a_patient("ada", home=a_place("ada", is_found=False), holds=(Hold(starts=date(2026, 3, 3)),))
    day = a_day(visits=["ada"], patients=[lost])

    assert rules.reason(place.CODE, day, day.visits[0], day.shifts[0]).startswith("The address of visit ada")
    assert rules.reason(hold.CODE, day, day.visits[0], day.shifts[0]).startswith("The patient of visit ada")
