"""The times of a route, walked with the day's travel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from scheduler.domain.day import Day
from scheduler.domain.plan import BreakTime, Plan, Stop
from scheduler.planning.rules import timing
from tests.builders import a_day, a_plan, a_shift, a_visit, at, given_travel
from tests.unit.rules.asking import begun, told

PLANNED = "09:00 ada, 10:00 ben"  # leaves 08:50; ada until 09:45; at ben 09:55 until 10:45; back 10:55


def a_day_of_two(**facts: Any) -> Day:
    return a_day(visits=["ada", "ben"], **facts)


def changed(plan: Plan, number: int, **stop: Any) -> Plan:
    """The plan with one stop changed by hand."""
    route = plan.routes[0]
    stops: list[Stop] = list(route.stops)
    stops[number] = replace(stops[number], **stop)
    return replace(plan, routes=(replace(route, stops=tuple(stops)),))


def with_route(plan: Plan, **facts: Any) -> Plan:
    return replace(plan, routes=(replace(plan.routes[0], **facts),))


def test_a_plan_that_drives_by_the_days_travel_is_fine() -> None:
    day = a_day_of_two()

    assert told(timing, day, a_plan(day, kim=PLANNED)) == []


def test_a_stop_that_cannot_be_reached_in_time_is_told() -> None:
    slow, fast = a_day_of_two(travel=given_travel({("ada", "ben"): 25})), a_day_of_two()
    plan = a_plan(fast, kim=PLANNED)

    assert told(timing, slow, plan) == [
        ("route.times", "Kim can be at visit ben at 10:10, not at 09:55."),
        ("route.figures", "The way to visit ben takes Kim 25 min and 25000 m, not 10 min and 10000 m."),
    ]


def test_visits_that_overlap_are_told() -> None:
    day = a_day_of_two()

    assert told(timing, day, changed(a_plan(day, kim=PLANNED), 1, arrives=at("09:30"), starts=at("09:30"),
                                     ends=at("10:15"))) == [
        ("route.times", "Kim can be at visit ben at 09:55, not at 09:30.")
    ]  # fmt: skip


def test_service_before_arrival_is_told() -> None:
    day = a_day_of_two()

    assert told(timing, day, a_plan(day, kim="09:00 ada, 09:54 ben")) == [
        ("route.times", "Visit ben with Kim starts before the arrival at 09:55.")
    ]


def test_a_visit_of_another_length_is_told_unless_it_is_frozen() -> None:
    day = a_day_of_two()
    short = changed(a_plan(day, kim=PLANNED), 0, ends=at("09:30"))

    assert told(timing, day, short) == [("route.figures", "Visit ada with Kim lasts 30 min, not 45 min.")]
    assert told(timing, day, changed(short, 0, is_frozen=True)) == []


def test_the_first_drive_and_the_way_back_are_checked() -> None:
    day = a_day_of_two()
    plan = a_plan(day, kim=PLANNED)

    assert told(timing, day, with_route(plan, leaves=at("08:55"))) == [
        ("route.times", "Kim can be at visit ada at 09:05, not at 09:00.")
    ]
    assert told(timing, day, with_route(plan, returns=at("10:50"))) == [
        ("route.times", "Kim can be back at 10:55, not at 10:50.")
    ]
    assert told(timing, day, with_route(plan, home_seconds=0)) == [
        ("route.figures", "The way back takes Kim 10 min and 10000 m, not 0 min and 10000 m.")
    ]


def test_a_remote_visit_is_done_where_the_day_has_led() -> None:
    day = a_day(visits=["ada", a_visit("phone", is_remote=True), "ben"])

    assert told(timing, day, a_plan(day, kim="09:00 ada, 09:45 phone, 10:40 ben")) == []


def test_a_break_must_fit_between_arrival_and_start() -> None:
    day = a_day_of_two()
    plan = a_plan(day, kim="09:00 ada, 11:00 ben")
    fits = BreakTime(before=1, starts=at("10:30"), ends=at("11:00"), is_paid=False)
    late = replace(fits, starts=at("10:45"), ends=at("11:15"))

    assert told(timing, day, with_route(plan, breaks=(fits,))) == []
    assert told(timing, day, with_route(plan, breaks=(late,))) == [
        ("route.times", "Kim's break at 10:45 does not fit between the arrival at visit ben and its start.")
    ]


def test_a_break_after_the_last_visit_delays_the_way_back() -> None:
    day = a_day_of_two()
    plan = a_plan(day, kim=PLANNED)
    pause = BreakTime(before=2, starts=at("10:45"), ends=at("11:15"), is_paid=False)

    assert told(timing, day, with_route(plan, breaks=(pause,), returns=at("11:25"))) == []
    assert told(timing, day, with_route(plan, breaks=(pause,))) == [
        ("route.times", "Kim can be back at 11:25, not at 10:55.")
    ]
    early = replace(pause, starts=at("10:40"), ends=at("11:10"))
    assert told(timing, day, with_route(plan, breaks=(early,), returns=at("11:20"))) == [
        ("route.times", "Kim's last break begins before the last visit ends.")
    ]


def test_the_walk_starts_from_what_has_begun() -> None:
    day = a_day(visits=[begun("ada", by="kim", starts="08:02"), "ben"])
    plan = a_plan(day, kim="08:02 ada, 09:00 ben")
    late = changed(plan, 0, starts=at("08:20"), ends=at("09:05"), drive_seconds=999)

    assert told(timing, day, plan) == []
    assert told(timing, day, late) == [("route.times", "Kim can be at visit ben at 09:15, not at 08:57.")]


def test_across_a_change_of_clocks_only_elapsed_time_counts() -> None:
    spring = date(2026, 3, 8)
    night = a_visit("ada", date=spring, minutes=60)
    day = a_day(visits=[night], shifts=[a_shift("kim", "00:00-08:00", day=spring)], date=spring)

    assert told(timing, day, a_plan(day, kim="01:30 ada")) == []


def test_a_break_that_has_begun_is_a_fact() -> None:
    day = a_day_of_two()
    taken = BreakTime(before=1, starts=at("09:46"), ends=at("10:16"), is_paid=False)
    plan = with_route(a_plan(day, kim="09:00 ada, 11:00 ben"), breaks=(taken,))

    assert len(told(timing, day, plan)) == 1
    assert told(timing, replace(day, now=at("10:00")), plan) == []
    assert len(told(timing, replace(day, now=at("09:46")), plan)) == 1
