"""Barred, required, preferred and primary clinicians, and who the patient knows."""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.domain.day import Day, PastVisit
from scheduler.domain.ids import CaseManagerId, PatientId
from scheduler.planning import rules
from scheduler.planning.rules import barred, continuity, preferred, primary, required
from tests.builders import a_day, a_patient, a_plan, a_policy, a_visit
from tests.unit.rules.asking import forbidden, pair_prices, said

KIM, LEE, MAX = CaseManagerId("kim"), CaseManagerId("lee"), CaseManagerId("max")


def day_of(patient: dict[str, Any], **facts: Any) -> Day:
    """Ada is visited; kim, lee and max work."""
    return a_day(visits=["ada"], shifts=["kim", "lee", "max"], patients=[a_patient("ada", **patient)], **facts)


def visited(*people: CaseManagerId) -> tuple[PastVisit, ...]:
    """Ada's history, newest first."""
    return tuple(PastVisit(patient=PatientId("ada"), case_manager=p, date=date(2026, 3, 1)) for p in people)


def test_a_barred_clinician_is_never_sent() -> None:
    day = day_of({"barred": (LEE,)})

    assert forbidden(barred, day) == {("ada", "lee"): ["clinician.barred"]}
    assert said(barred, day, a_plan(day, kim="09:00 ada")) == []
    assert said(barred, day, a_plan(day, lee="09:00 ada")) == [
        "Lee is on the do-not-send list of the patient of visit ada."
    ]


def test_nobody_but_a_required_clinician_is_sent() -> None:
    day = day_of({"required": (KIM, MAX)})

    assert forbidden(required, day) == {("ada", "lee"): ["clinician.required"]}
    assert said(required, day, a_plan(day, max="09:00 ada")) == []
    assert said(required, day, a_plan(day, lee="09:00 ada")) == ["Visit ada requires Kim or Max, not Lee."]


def test_a_required_clinician_who_is_off_is_named_by_id() -> None:
    day = day_of({"required": (CaseManagerId("nia"),)})

    assert rules.reason("clinician.required", day, day.visits[0], day.shifts[0]) == ("Visit ada requires nia, not Kim.")


def test_others_than_the_preferred_clinicians_have_a_price() -> None:
    day = day_of({"preferred": (KIM,)}, policy=a_policy(prices={"not_preferred": 700}))

    assert pair_prices(preferred, day) == {("ada", "lee"): 700, ("ada", "max"): 700}
    assert said(preferred, day, a_plan(day, kim="09:00 ada")) == []
    assert said(preferred, day, a_plan(day, lee="09:00 ada")) == ["Visit ada prefers Kim, not Lee."]


def test_a_visits_own_preferred_list_goes_before_the_patients() -> None:
    visit = a_visit("ada", preferred=(LEE,))
    day = a_day(visits=[visit], shifts=["kim", "lee"], patients=[a_patient("ada", preferred=(KIM,))])

    assert set(pair_prices(preferred, day)) == {("ada", "kim")}


def test_others_than_the_primary_case_manager_have_a_price() -> None:
    day = day_of({"primary": MAX}, policy=a_policy(prices={"not_primary": 400}))

    assert pair_prices(primary, day) == {("ada", "kim"): 400, ("ada", "lee"): 400}
    assert said(primary, day, a_plan(day, max="09:00 ada")) == []
    assert said(primary, day, a_plan(day, kim="09:00 ada")) == [
        "Visit ada goes to Kim; the primary case manager is Max."
    ]


def test_a_stranger_has_a_price() -> None:
    day = day_of({}, history=visited(KIM, LEE), policy=a_policy(prices={"stranger": 1050, "second_stranger": 0}))

    assert pair_prices(continuity, day) == {("ada", "max"): 1050}
    assert said(continuity, day, a_plan(day, kim="09:00 ada")) == []
    assert said(continuity, day, a_plan(day, max="09:00 ada")) == [
        "Max made none of the last 2 visits to the patient of visit ada."
    ]


def test_only_so_many_past_visits_count_as_lately() -> None:
    day = day_of({}, history=visited(KIM, KIM, LEE), policy=a_policy(limits={"continuity_visits": 2}))

    assert set(pair_prices(continuity, day)) == {("ada", "lee"), ("ada", "max")}


def test_a_patient_nobody_has_visited_yet_costs_nothing_more() -> None:
    assert pair_prices(continuity, day_of({})) == {}


def test_a_second_stranger_within_two_weeks_costs_more() -> None:
    past = [(KIM, date(2026, 1, 5)), (LEE, date(2026, 2, 25))]
    history = tuple(
        PastVisit(patient=PatientId("ada"), case_manager=person, date=when) for person, when in reversed(past)
    )
    policy = a_policy(prices={"stranger": 1000, "second_stranger": 600})
    day = day_of({}, history=history, policy=policy)  # 3 March: lee was new six days ago

    assert pair_prices(continuity, day) == {("ada", "max"): 1600}
    long_ago = a_policy(prices={"stranger": 1000, "second_stranger": 600}, limits={"stranger_days": 5})
    assert pair_prices(continuity, day_of({}, history=history, policy=long_ago)) == {("ada", "max"): 1000}
    only_lee = day_of({}, history=history[:1], policy=policy)
    assert pair_prices(continuity, only_lee) == {("ada", "kim"): 1000, ("ada", "max"): 1000}
