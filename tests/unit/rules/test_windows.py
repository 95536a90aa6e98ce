"""Hard windows, priced lateness, wished times, pinned starts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from optimizer.problem import NEVER, StartPrice
from scheduler.domain.day import Day
from scheduler.domain.time import TimeWindow, after
from scheduler.domain.visit import Pin
from scheduler.planning.rules import windows, wishes
from tests.builders import a_day, a_plan, a_policy, a_shift, a_visit, at, window
from tests.unit.rules.asking import engine_visit, seconds, told

MORNING, NOON = window("09:00", "11:00"), window("13:00", "14:00")


def day_of(**facts: Any) -> Day:
    return a_day(visits=[a_visit("ada", **facts)], policy=a_policy(prices={"late_hour": 12000}))


def test_the_engine_learns_every_window_on_the_start() -> None:
    visit = engine_visit(windows, day_of(windows=(NOON, MORNING)), "ada")

    assert visit.windows == ((seconds("09:00"), seconds("11:00")), (seconds("13:00"), seconds("14:00")))
    assert visit.start_prices == ()


def test_a_visit_without_windows_may_start_at_any_time_of_the_day() -> None:
    assert engine_visit(windows, day_of(), "ada").windows == ((0, 86400),)


def test_a_visit_that_must_end_by_close_starts_its_length_earlier() -> None:
    visit = engine_visit(windows, day_of(windows=(MORNING,), must_end_by_close=True), "ada")

    assert visit.windows == ((seconds("09:00"), seconds("10:15")),)


def test_windows_are_elapsed_time_on_the_night_clocks_change() -> None:
    spring = date(2026, 3, 8)  # 02:00 to 03:00 does not exist
    visit = a_visit("ada", date=spring, windows=(window("09:00", "11:00", day=spring),))
    day = a_day(visits=[visit], shifts=[a_shift("kim", day=spring)], date=spring)

    assert engine_visit(windows, day, "ada").windows == ((seconds("08:00"), seconds("10:00")),)


@pytest.mark.parametrize("start", ["09:00", "11:00", "13:00", "14:00"])
def test_both_ends_of_every_window_are_inside(start: str) -> None:
    day = day_of(windows=(MORNING, NOON))

    assert told(windows, day, a_plan(day, kim=f"{start} ada")) == []


def test_a_start_outside_every_window_is_a_breach() -> None:
    day = day_of(windows=(MORNING, NOON))

    assert told(windows, day, a_plan(day, kim="11:01 ada")) == [
        ("window.closed", "Visit ada with Kim starts at 11:01, outside 09:00 to 11:00 or 13:00 to 14:00.")
    ]


def test_an_end_past_the_close_is_a_breach_where_it_must_end_by_close() -> None:
    day = day_of(windows=(MORNING,), must_end_by_close=True)

    assert told(windows, day, a_plan(day, kim="10:15 ada")) == []
    assert told(windows, day, a_plan(day, kim="10:16 ada")) == [
        ("window.closed", "Visit ada with Kim starts at 10:16 and ends at 11:01, outside 09:00 to 11:00.")
    ]


def test_priced_lateness_counts_from_the_last_window_that_has_opened() -> None:
    visit = engine_visit(windows, day_of(windows=(NOON, MORNING), late_by_price=True), "ada")

    def price(clock: str) -> int:
        return sum(p(seconds(clock)) for p in visit.start_prices)

    assert visit.windows == ((seconds("09:00"), 86400),)
    assert [price(clock) for clock in ("09:00", "11:00", "11:30", "12:59", "13:00", "14:00", "14:15")] == [
        0, 0, 6000, 23800, 0, 0, 3000,
    ]  # fmt: skip
    assert visit.start_prices[-1].applies_until == NEVER


def test_priced_lateness_of_the_end_counts_the_length_of_the_visit() -> None:
    visit = engine_visit(windows, day_of(windows=(MORNING,), late_by_price=True, must_end_by_close=True), "ada")

    assert [p(seconds("10:15")) for p in visit.start_prices] == [0]
    assert [p(seconds("10:45")) for p in visit.start_prices] == [6000]


def test_lateness_is_measured_even_where_it_has_no_price() -> None:
    day = a_day(
        visits=[a_visit("ada", windows=(MORNING,), late_by_price=True)], policy=a_policy(prices={"late_hour": 0})
    )

    assert [p.lateness(seconds("11:10")) for p in engine_visit(windows, day, "ada").start_prices] == [600]


def test_a_priced_lateness_is_told_and_an_early_start_is_a_breach() -> None:
    day = day_of(windows=(MORNING,), late_by_price=True)

    assert told(windows, day, a_plan(day, kim="11:00 ada")) == []
    assert told(windows, day, a_plan(day, kim="12:05 ada")) == [
        ("window.late", "Visit ada with Kim is 1 h 05 min late for 09:00 to 11:00.")
    ]
    assert told(windows, day, a_plan(day, kim="08:59 ada")) == [
        ("window.closed", "Visit ada with Kim starts at 08:59, outside 09:00 to 11:00.")
    ]


def test_a_pinned_start_takes_the_place_of_the_windows_and_is_told() -> None:
    day = day_of(windows=(MORNING,), pin=Pin(starts=at("12:00")))

    assert engine_visit(windows, day, "ada").windows == ((seconds("12:00"), seconds("12:00")),)
    assert told(windows, day, a_plan(day, kim="12:00 ada")) == [
        ("window.pinned_outside", "Visit ada with Kim starts at 12:00, outside 09:00 to 11:00.")
    ]


def test_a_window_too_short_for_a_visit_that_must_end_in_it_is_no_window() -> None:
    short = TimeWindow(opens=at("09:00"), closes=after(at("09:00"), 1800))
    day = day_of(windows=(short, NOON), must_end_by_close=True)

    assert engine_visit(windows, day, "ada").windows == ((seconds("13:00"), seconds("13:15")),)


def test_a_wish_has_a_price_on_both_sides() -> None:
    day = a_day(visits=[a_visit("ada", wished=MORNING)], policy=a_policy(prices={"wish_missed_hour": 1200}))

    (price,) = engine_visit(wishes, day, "ada").start_prices

    assert isinstance(price, StartPrice)
    assert [price(seconds(clock)) for clock in ("08:00", "09:00", "11:00", "11:30")] == [1200, 0, 0, 600]


def test_a_missed_wish_is_told_with_its_distance() -> None:
    day = day_of(wished=MORNING)

    assert told(wishes, day, a_plan(day, kim="10:00 ada")) == []
    assert told(wishes, day, a_plan(day, kim="08:40 ada")) == [
        ("wish.missed", "Visit ada with Kim starts at 08:40, 20 min before the wished 09:00 to 11:00.")
    ]
    assert told(wishes, day, a_plan(day, kim="11:15 ada")) == [
        ("wish.missed", "Visit ada with Kim starts at 11:15, 15 min after the wished 09:00 to 11:00.")
    ]
