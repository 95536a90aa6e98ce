"""Caps and targets of visits and points, by person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.problem import Measure
from scheduler.domain.day import Day
from scheduler.domain.ids import ShiftId
from scheduler.planning.rules import point_load, visit_load
from scheduler.planning.rules.rule import Rule
from tests.builders import a_case_manager, a_day, a_plan, a_policy, a_shift, a_visit, at
from tests.unit.rules.asking import begun, curves, engine_route, told

THREE = "09:00 ada, 10:00 ben, 11:00 cyd"


def day_of(limits: dict[str, Any], **kim: Any) -> Day:
    policy = a_policy(limits=limits, prices={"over_visit_target": 1500, "over_point_target": 2000})
    return a_day(visits=["ada", "ben", "cyd"], shifts=[a_shift(a_case_manager("kim", **kim))], policy=policy)


def caps(rule: Rule, day: Day, number: int = 0) -> dict[Measure, int]:
    return dict(engine_route(rule, day, number).caps)


def split_day(limits: dict[str, Any], *, first: str = "08:00-11:00", second: str = "12:00-17:00") -> Day:
    kim = a_case_manager("kim")
    shifts = [a_shift(kim, first), a_shift(kim, second, id=ShiftId("kim-2"))]
    return a_day(visits=["ada", "ben", "cyd"], shifts=shifts, policy=a_policy(limits=limits))


def test_the_engine_learns_cap_and_target_of_visits() -> None:
    day = day_of({"daily_visits": 8, "daily_visits_target": 6})

    assert caps(visit_load, day) == {Measure.VISITS: 8}
    assert [curves(visit_load, day)[Measure.VISITS](n) for n in (6, 7, 8)] == [0, 1500, 3000]


def test_the_engine_learns_cap_and_target_of_points() -> None:
    day = day_of({"daily_centipoints": 900, "daily_centipoints_target": 600})

    assert caps(point_load, day) == {Measure.POINTS: 900}
    assert [curves(point_load, day)[Measure.POINTS](n) for n in (600, 625, 700)] == [0, 500, 2000]


def test_a_case_managers_own_cap_goes_before_the_policys() -> None:
    assert caps(visit_load, day_of({}, max_visits_a_day=3)) == {Measure.VISITS: 3}
    assert caps(point_load, day_of({}, max_centipoints_a_day=0)) == {Measure.POINTS: 0}


def test_more_visits_than_target_or_cap_are_told() -> None:
    over_target, over_cap = day_of({"daily_visits_target": 2}), day_of({}, max_visits_a_day=2)

    assert told(visit_load, over_target, a_plan(over_target, kim="09:00 ada, 10:00 ben")) == []
    assert told(visit_load, over_target, a_plan(over_target, kim=THREE)) == [
        ("load.visits_target", "Kim has 3 visits; the target is 2.")
    ]
    assert told(visit_load, over_cap, a_plan(over_cap, kim=THREE)) == [
        ("load.visits_cap", "Kim has 3 visits; the cap is 2.")
    ]


def test_more_points_than_target_or_cap_are_told() -> None:
    heavy = a_visit("ada", centipoints=225)
    day = a_day(visits=[heavy, "ben"], policy=a_policy(limits={"daily_centipoints_target": 225}))
    capped = replace(day, policy=a_policy(limits={"daily_centipoints": 300}))

    assert told(point_load, day, a_plan(day, kim="09:00 ada")) == []
    assert told(point_load, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == [
        ("load.points_target", "Kim has 3.25 points; the target is 2.25 points.")
    ]
    assert told(point_load, capped, a_plan(capped, kim="09:00 ada, 10:00 ben")) == [
        ("load.points_cap", "Kim has 3.25 points; the cap is 3 points.")
    ]


def test_two_shifts_of_one_person_share_the_cap_by_their_length() -> None:
    day = split_day({"daily_visits": 8, "daily_visits_target": 6})

    assert [caps(visit_load, day, number)[Measure.VISITS] for number in (0, 1)] == [3, 5]


def test_what_a_shift_has_used_stays_with_it() -> None:
    day = split_day({"daily_visits": 3})
    began = [begun(name, by="kim", starts=start) for name, start in (("ada", "08:10"), ("ben", "09:10"))]
    later = replace(day, visits=(*began, day.visits[2]), now=at("11:30"))

    assert [caps(visit_load, later, number)[Measure.VISITS] for number in (0, 1)] == [2, 1]


def test_a_persons_shifts_are_checked_together() -> None:
    day = split_day({"daily_visits": 2})
    whole = a_plan(day, kim=THREE)  # the builder gives both shifts the same stops
    first = replace(whole.routes[0], stops=whole.routes[0].stops[:2])
    second = replace(whole.routes[1], stops=whole.routes[1].stops[2:])

    assert told(visit_load, day, replace(whole, routes=(first, second))) == [
        ("load.visits_cap", "Kim has 3 visits; the cap is 2.")
    ]


def test_a_cap_that_facts_have_passed_is_not_told() -> None:
    day = day_of({"daily_visits": 1, "daily_visits_target": 1})
    both = tuple(begun(name, by="kim", starts="09:00") for name in ("ada", "ben"))
    later = replace(day, visits=both)

    assert told(visit_load, later, a_plan(later, kim="09:00 ada, 10:00 ben")) == []
