"""Why this case manager, why not the others, and why nobody."""

from __future__ import annotations

import pytest

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId, VisitId
from scheduler.domain.people import Licence
from scheduler.domain.plan import Plan
from scheduler.planning.explain import Candidate, Explanation, UnknownVisitOfDay, explain
from scheduler.planning.planner import plan_day
from tests.builders import (
    a_case_manager,
    a_day,
    a_patient,
    a_place,
    a_plan,
    a_policy,
    a_shift,
    a_visit,
    at,
    clock_of,
    given_travel,
    window,
)


def asked(day: Day, plan: Plan, visit: str) -> Explanation:
    return explain(day, plan, VisitId(visit))


def by_person(answer: Explanation) -> dict[str, Candidate]:
    return {str(candidate.case_manager): candidate for candidate in answer.candidates}


def a_team() -> Day:
    """Lee may not come to Ada; Max would have to drive far."""
    lpn = a_shift(a_case_manager("lee", licence=Licence.LPN))
    far = given_travel({("max", "ada"): 60})
    return a_day(visits=[a_visit("ada", licences=(Licence.RN,))], shifts=["kim", lpn, "max"], travel=far)


def test_the_chosen_one_comes_first_then_the_others_by_price_then_who_cannot() -> None:
    day = a_team()
    answer = asked(day, a_plan(day, kim="09:00 ada"), "ada")

    assert (answer.case_manager, answer.starts) == ("kim", at("09:00"))
    assert [candidate.case_manager for candidate in answer.candidates] == ["kim", "max", "lee"]
    assert [candidate.is_chosen for candidate in answer.candidates] == [True, False, False]


def test_who_cannot_is_told_the_rule() -> None:
    day = a_team()
    lee = by_person(asked(day, a_plan(day, kim="09:00 ada"), "ada"))["lee"]

    assert [reason.code for reason in lee.blocked_by] == ["licence.level"]
    assert lee.price_cents is None


def test_a_longer_drive_costs_what_it_takes() -> None:
    day = a_team()
    found = by_person(asked(day, a_plan(day, kim="09:00 ada"), "ada"))
    prices = day.policy.prices
    longer = 2 * 50  # minutes, and kilometres: one a minute

    assert found["max"].price_cents is not None
    assert found["kim"].price_cents is not None
    difference = found["max"].price_cents - found["kim"].price_cents
    assert difference == longer * prices.drive_hour // 60 + longer * prices.kilometre


def test_each_rule_that_has_a_price_names_it() -> None:
    day = a_day(
        visits=["ada"],
        shifts=["kim", "lee"],
        patients=[a_patient("ada", primary=CaseManagerId("kim"))],
        policy=a_policy(prices={"not_primary": 777}),
    )
    found = by_person(asked(day, a_plan(day, kim="09:00 ada"), "ada"))

    assert 777 in [item.cents for item in found["lee"].items]
    assert 777 not in [item.cents for item in found["kim"].items]


def test_a_limit_of_the_route_is_told_as_it_stands() -> None:
    day = a_day(visits=["ada", "ben"], shifts=["kim", "lee"], policy=a_policy(limits={"daily_visits": 1}))
    found = by_person(asked(day, a_plan(day, kim="09:00 ada", lee="09:00 ben"), "ben"))

    assert [reason.code for reason in found["kim"].blocked_by] == ["route.cap"]


def test_a_visit_nobody_serves_is_explained_for_everybody() -> None:
    day = a_day(visits=[a_visit("ada", windows=(window("08:00", "08:05"),))], shifts=["kim", "lee"])
    plan = plan_day(day).plan
    answer = asked(day, plan, "ada")

    assert answer.case_manager is None
    assert {c.case_manager for c in answer.candidates if c.blocked_by} == {"kim", "lee"}
    assert answer.lines()[0] == "Visit ada is with nobody."


def test_a_visit_without_an_address_says_so() -> None:
    day = a_day(visits=["ada"], patients=[a_patient("ada", home=a_place("ada", is_found=False))])
    note = asked(day, plan_day(day).plan, "ada").note

    assert note is not None
    assert note.code == "place.needs_address"


def test_an_imminent_visit_is_not_up_for_choice() -> None:
    day = a_day(visits=["ada"])
    plan = a_plan(day, kim="09:00 ada")
    note = asked(a_day(visits=["ada"], current=plan, now=at("08:30")), plan, "ada").note

    assert note is not None
    assert note.code == "visit.frozen"


def test_a_visit_the_day_does_not_know_is_refused() -> None:
    day = a_day(visits=["ada"])

    with pytest.raises(UnknownVisitOfDay, match="no visit zoe"):
        asked(day, a_plan(day), "zoe")


def test_the_answer_can_be_read_and_sent() -> None:
    day = a_team()
    answer = asked(day, a_plan(day, kim="09:00 ada"), "ada")

    assert answer.lines()[0] == "Visit ada is with kim at 09:00."
    assert answer.lines()[1].startswith(f"  * Kim at {clock_of(answer.candidates[0].starts or at('00:00'))}: $")
    assert answer.said()["case_manager"] == "kim"


def test_a_plan_that_breaks_a_rule_by_now_can_still_be_explained() -> None:
    day = a_day(visits=["ada", a_visit("ben", windows=(window("08:00", "09:00"),))], shifts=["kim", "lee"])
    answer = asked(day, a_plan(day, kim="10:00 ben, 12:00 ada"), "ada")

    assert by_person(answer)["lee"].price_cents is not None
