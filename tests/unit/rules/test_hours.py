"""Shift hours, overtime past their end, and absences."""

from __future__ import annotations

from optimizer.problem import Measure
from scheduler.domain.people import Absence
from scheduler.planning import rules
from scheduler.planning.rules import absence, hours
from tests.builders import a_case_manager, a_day, a_plan, a_policy, a_shift, a_visit, at, window
from tests.unit.rules.asking import begun, curves, engine_route, forbidden, seconds, told


def test_the_engine_learns_the_soft_and_the_hard_end_of_a_shift() -> None:
    day = a_day(visits=["ada"], policy=a_policy(limits={"most_overtime_minutes": 90}, prices={"overtime_hour": 6300}))

    route = engine_route(hours, day)

    assert (route.soft_closes, route.closes) == (seconds("16:00"), seconds("17:30"))
    assert curves(hours, day)[Measure.LATE_RETURN](1800) == 3150


def test_overtime_ends_where_an_absence_or_the_next_shift_begins() -> None:
    kim = a_case_manager("kim", absences=(Absence(starts=at("16:20"), ends=at("17:00")),))
    lee = a_case_manager("lee")
    second = a_shift(lee, "12:30-17:00", id="lee-2")
    day = a_day(visits=["ada"], shifts=[a_shift(kim), a_shift(lee, "08:00-12:00"), second])

    assert hours.latest_return(day, day.shifts[0]) == at("16:20")
    assert hours.latest_return(day, day.shifts[1]) == at("12:30")
    assert hours.latest_return(day, day.shifts[2]) == at("18:00")


def test_a_return_within_the_overtime_is_told_as_late() -> None:
    day = a_day(visits=["ada"])

    assert told(hours, day, a_plan(day, kim="15:25 ada")) == [
        ("shift.late_return", "Kim returns at 16:20, 20 min after the end of the shift.")
    ]
    assert told(hours, day, a_plan(day, kim="15:05 ada")) == []


def test_a_return_after_the_hard_end_is_a_breach() -> None:
    day = a_day(visits=["ada"])

    assert told(hours, day, a_plan(day, kim="16:06 ada")) == [
        ("shift.latest_return", "Kim returns at 17:01; the latest allowed is 17:00.")
    ]


def test_nobody_leaves_before_the_shift_begins() -> None:
    day = a_day(visits=["ada"])

    assert told(hours, day, a_plan(day, kim="08:05 ada")) == [
        ("shift.leaves_early", "Kim leaves at 07:55, before the shift begins at 08:00.")
    ]


def test_who_left_early_and_has_begun_cannot_be_called_back() -> None:
    day = a_day(visits=[begun("ada", by="kim", starts="08:05"), "ben"], now=at("08:10"))

    assert told(hours, day, a_plan(day, kim="08:05 ada, 10:00 ben")) == []


def test_a_route_with_nothing_left_to_plan_is_not_judged() -> None:
    day = a_day(visits=[begun("ada", by="kim", starts="16:30")], now=at("16:35"))

    assert told(hours, day, a_plan(day, kim="16:30 ada")) == []


def test_a_visit_that_can_only_be_outside_the_shift_is_not_for_it() -> None:
    evening = a_visit("ada", windows=(window("18:00", "20:00"),))
    day = a_day(visits=[evening, "ben"], shifts=["kim", a_shift("lee", "12:00-20:00")])

    assert forbidden(hours, day) == {("ada", "kim"): ["shift.outside_hours"]}
    assert rules.reason("shift.outside_hours", day, evening, day.shifts[0]) == (
        "Kim works 08:00 to 16:00; visit ada takes 45 min and can start 18:00 to 20:00."
    )


def test_a_visit_must_end_before_the_latest_return() -> None:
    at_the_edge = a_visit("ada", windows=(window("16:15", "20:00"),))
    too_late = a_visit("ben", windows=(window("16:16", "20:00"),))

    assert set(forbidden(hours, a_day(visits=[at_the_edge, too_late]))) == {("ben", "kim")}


def test_a_shift_that_begins_in_an_absence_carries_nothing() -> None:
    kim = a_case_manager("kim", absences=(Absence(starts=at("07:00"), ends=at("12:00")),))
    lee = a_case_manager("lee", absences=(Absence(starts=at("07:00"), ends=at("08:00")),))
    day = a_day(visits=["ada"], shifts=[a_shift(kim), a_shift(lee)])

    assert forbidden(absence, day) == {("ada", "kim"): ["shift.absent"]}
    assert rules.reason("shift.absent", day, day.visits[0], day.shifts[0]) == (
        "Kim is absent until 12:00, so cannot take visit ada."
    )


def test_an_open_ended_absence_lasts_until_further_notice() -> None:
    day = a_day(visits=["ada"], shifts=[a_shift(a_case_manager("kim", absences=(Absence(starts=at("07:00")),)))])

    assert rules.reason("shift.absent", day, day.visits[0], day.shifts[0]) == (
        "Kim is absent until further notice, so cannot take visit ada."
    )


def test_a_stop_during_an_absence_is_told() -> None:
    kim = a_case_manager("kim", absences=(Absence(starts=at("10:00"), ends=at("11:00")),))
    day = a_day(visits=["ada", "ben"], shifts=[a_shift(kim)])

    assert told(absence, day, a_plan(day, kim="09:15 ada, 11:00 ben")) == []
    assert told(absence, day, a_plan(day, kim="09:16 ada")) == [
        ("shift.absent", "Kim is absent during visit ada, 09:16 to 10:01.")
    ]
