"""Breaks of long days, and paid hours past the daily hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

from optimizer.problem import NEVER, Break, Measure
from scheduler.domain.day import Day
from scheduler.domain.ids import ShiftId
from scheduler.domain.plan import BreakTime, Plan
from scheduler.planning.rules import breaks, overtime
from tests.builders import a_case_manager, a_day, a_plan, a_policy, a_shift, at
from tests.unit.rules.asking import curves, engine_route, seconds, told

OUT_ALL_DAY = "08:30 ada, 15:00 ben"  # 08:20 to 15:55


def day_of(limits: dict[str, Any] | None = None, hours: str = "08:00-16:00", **facts: Any) -> Day:
    policy = a_policy(limits=limits, prices={"missed_break": 5000, "overtime_hour": 6000})
    return a_day(visits=["ada", "ben"], shifts=[a_shift("kim", hours)], policy=policy, **facts)


def with_break(plan: Plan, starts: str, ends: str) -> Plan:
    """A break on arrival at the second stop."""
    pause = BreakTime(before=1, starts=at(starts), ends=at(ends), is_paid=False)
    return replace(plan, routes=(replace(plan.routes[0], breaks=(pause,)),))


def test_the_engine_learns_the_break_of_a_long_day() -> None:
    assert engine_route(breaks, day_of()).breaks == (
        Break(opens=seconds("11:00"), closes=seconds("14:00"), seconds=1800, after=21600, missed_price=5000),
    )


def test_a_hard_break_has_no_price() -> None:
    (pause,) = engine_route(breaks, day_of({"break_is_hard": True, "break_is_paid": True})).breaks

    assert (pause.missed_price, pause.is_paid) == (NEVER, True)


def test_a_shift_that_cannot_hold_the_break_needs_none() -> None:
    for hours in ("14:30-22:30", "03:00-11:29"):
        day = day_of({"break_is_hard": True}, hours)
        assert engine_route(breaks, day).breaks == ()
        assert told(breaks, day, a_plan(day, kim=OUT_ALL_DAY)) == []


def test_a_policy_without_breaks_has_none() -> None:
    assert engine_route(breaks, day_of({"break_minutes": 0})).breaks == ()
    assert engine_route(breaks, day_of({"break_opens": time(14), "break_closes": time(11)})).breaks == ()


def test_a_long_day_without_its_break_is_told() -> None:
    soft, hard = day_of(), day_of({"break_is_hard": True})
    sentence = "Kim is out for 7 h 35 min without a break of 30 min starting 11:00 to 14:00."

    assert told(breaks, soft, a_plan(soft, kim=OUT_ALL_DAY)) == [("break.missed", sentence)]
    assert told(breaks, hard, a_plan(hard, kim=OUT_ALL_DAY)) == [("break.required", sentence)]


def test_a_short_day_needs_no_break() -> None:
    day = day_of()

    assert told(breaks, day, a_plan(day, kim="08:30 ada, 13:25 ben")) == []
    assert len(told(breaks, day, a_plan(day, kim="08:30 ada, 13:26 ben"))) == 1


def test_a_break_counts_when_it_is_long_enough_and_in_time() -> None:
    day = day_of()
    plan = a_plan(day, kim=OUT_ALL_DAY)

    assert told(breaks, day, with_break(plan, "14:00", "14:30")) == []
    assert len(told(breaks, day, with_break(plan, "14:01", "14:31"))) == 1
    assert len(told(breaks, day, with_break(plan, "12:00", "12:29"))) == 1


def test_no_plan_can_give_back_a_break_whose_time_has_passed() -> None:
    day = day_of({"break_is_hard": True}, now=at("14:01"))

    assert told(breaks, day, a_plan(day, kim=OUT_ALL_DAY)) == []


def test_hours_between_the_daily_hours_and_the_end_of_a_longer_shift_cost_overtime() -> None:
    day = day_of({"daily_hours": 8.0, "break_minutes": 0}, "08:00-18:00")

    price = curves(overtime, day)[Measure.PAID]

    assert [price(hours * 3600) for hours in (8, 9, 10, 11)] == [0, 6000, 12000, 12000]


def test_an_hour_past_the_shift_is_a_late_return_and_is_not_paid_for_twice() -> None:
    assert curves(overtime, day_of({"daily_hours": 8.0})) == {}
    assert curves(overtime, day_of({"daily_hours": 8.0}, "08:00-16:30")) == {}
    assert Measure.PAID in curves(overtime, day_of({"daily_hours": 8.0, "break_is_paid": True}, "08:00-16:30"))


def test_paid_hours_past_the_daily_hours_are_told() -> None:
    day = day_of({"daily_hours": 7.0})
    plan = a_plan(day, kim=OUT_ALL_DAY)

    assert told(overtime, day, plan) == [("overtime.daily_hours", "Kim works 7 h 35 min; daily hours are 7 h.")]
    assert told(overtime, day, with_break(plan, "12:00", "12:30")) == [
        ("overtime.daily_hours", "Kim works 7 h 05 min; daily hours are 7 h.")
    ]
    assert told(overtime, day, with_break(plan, "12:00", "12:35")) == []


def test_the_hours_of_both_shifts_of_a_person_count() -> None:
    kim = a_case_manager("kim")
    shifts = [a_shift(kim, "08:00-12:00"), a_shift(kim, "13:00-17:00", id=ShiftId("kim-2"))]
    day = a_day(visits=["ada", "ben"], shifts=shifts, policy=a_policy(limits={"daily_hours": 2.0}))
    whole = a_plan(day, kim="09:00 ada, 10:00 ben")  # the builder gives both shifts the same stops: 2 h 05 min

    assert told(overtime, day, replace(whole, routes=whole.routes[:1])) == [
        ("overtime.daily_hours", "Kim works 2 h 05 min; daily hours are 2 h.")
    ]
    assert told(overtime, day, whole) == [("overtime.daily_hours", "Kim works 4 h 10 min; daily hours are 2 h.")]


def test_hours_past_what_the_week_has_left_cost_overtime_and_are_told() -> None:
    nearly_full = a_shift("kim", "08:00-16:00")
    nearly_full = replace(nearly_full, week_seconds=35 * 3600)
    policy = a_policy(limits={"break_minutes": 0}, prices={"overtime_hour": 6000})
    day = a_day(visits=["ada", "ben"], shifts=[nearly_full], policy=policy)

    price = curves(overtime, day)[Measure.PAID]

    assert [price(hours * 3600) for hours in (5, 6, 8)] == [0, 6000, 18000]
    assert told(overtime, day, a_plan(day, kim=OUT_ALL_DAY)) == [
        ("overtime.daily_hours", "Kim works 7 h 35 min; the week has left 5 h.")
    ]
