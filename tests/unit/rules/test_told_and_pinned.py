"""What people were told, what a draft had, and what a dispatcher pinned."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.visit import Pin, Told, Visit
from scheduler.planning import rules
from scheduler.planning.rules import pins, unplanned_moves
from scheduler.planning.rules import told as told_rule
from tests.builders import a_day, a_plan, a_policy, a_visit, at
from tests.unit.rules.asking import engine_visit, forbidden, pair_prices, seconds, told

KIM = CaseManagerId("kim")
POLICY = a_policy(prices={"told_moved_hour": 6000, "told_other_person": 2500, "unplanned_move": 200})
TOLD = a_visit("ada", told=Told(case_manager=KIM, starts=at("09:00")))


def day_of(visit: Visit | str) -> Day:
    return a_day(visits=[visit], shifts=["kim", "lee"], policy=POLICY)


def test_another_time_than_told_has_a_price_on_both_sides() -> None:
    (price,) = engine_visit(told_rule, day_of(TOLD), "ada").start_prices

    assert [price(seconds(clock)) for clock in ("08:30", "09:00", "10:00")] == [3000, 0, 6000]


def test_another_person_than_told_has_a_price() -> None:
    assert pair_prices(told_rule, day_of(TOLD)) == {("ada", "lee"): 2500}


def test_the_shorter_the_notice_the_dearer_the_change() -> None:
    policy = a_policy(prices={"told_other_person": 2500, "no_notice_times": 3}, limits={"short_notice_hours": 4.0})
    day = a_day(visits=[TOLD], shifts=["kim", "lee"], policy=policy)
    asked = {"a day ahead": None, "04:00": at("04:00"), "07:00": at("07:00"), "09:00": at("09:00")}

    found = {when: pair_prices(told_rule, replace(day, now=now)) for when, now in asked.items()}

    assert [price[("ada", "lee")] for price in found.values()] == [2500, 2500, 5000, 7500]


def test_changes_to_what_was_told_are_told() -> None:
    day = day_of(TOLD)

    assert told(told_rule, day, a_plan(day, kim="09:00 ada")) == []
    assert told(told_rule, day, a_plan(day, lee="09:25 ada")) == [
        ("told.other_person", "Visit ada goes to Lee; people were told Kim."),
        ("told.other_time", "Visit ada with Lee starts at 09:25, 25 min later than the 09:00 people were told."),
    ]
    assert told(told_rule, day, a_plan(day, kim="08:50 ada")) == [
        ("told.other_time", "Visit ada with Kim starts at 08:50, 10 min earlier than the 09:00 people were told.")
    ]


def test_a_published_plan_that_came_with_the_day_was_told() -> None:
    day = day_of("ada")
    published = replace(day, current=a_plan(day, kim="09:00 ada"), is_told=True)

    assert pair_prices(told_rule, published) == {("ada", "lee"): 2500}
    assert pair_prices(unplanned_moves, published) == {}


def test_a_draft_nobody_was_told_costs_only_a_little_to_change() -> None:
    day = day_of("ada")
    draft = replace(day, current=a_plan(day, kim="09:00 ada"))

    assert pair_prices(told_rule, draft) == {}
    assert pair_prices(unplanned_moves, draft) == {("ada", "lee"): 200}
    assert told(unplanned_moves, draft, a_plan(draft, kim="11:00 ada")) == []
    assert told(unplanned_moves, draft, a_plan(draft, lee="09:00 ada")) == [
        ("draft.other_person", "Visit ada moves from Kim to Lee.")
    ]


def test_a_visit_told_by_hand_is_not_a_draft() -> None:
    day = day_of(TOLD)

    assert pair_prices(unplanned_moves, replace(day, current=a_plan(day, kim="09:00 ada"))) == {}


def test_a_visit_pinned_to_a_person_is_for_nobody_else() -> None:
    visit = a_visit("ada", pin=Pin(case_manager=KIM))
    day = day_of(visit)

    assert forbidden(pins, day) == {("ada", "lee"): ["pin.case_manager"]}
    assert engine_visit(pins, day, "ada").windows == ((0, 86400),)
    assert told(pins, day, a_plan(day, kim="11:00 ada")) == []
    assert told(pins, day, a_plan(day, lee="09:00 ada")) == [
        ("pin.case_manager", "Visit ada is pinned to Kim, not to Lee.")
    ]
    assert rules.reason("pin.case_manager", day, visit, day.shifts[1]) == "Visit ada is pinned to Kim, not to Lee."


def test_a_visit_pinned_to_a_start_begins_then() -> None:
    day = day_of(a_visit("ada", pin=Pin(starts=at("09:30"))))

    assert engine_visit(pins, day, "ada").windows == ((seconds("09:30"), seconds("09:30")),)
    assert forbidden(pins, day) == {}
    assert told(pins, day, a_plan(day, lee="09:30 ada")) == []
    assert told(pins, day, a_plan(day, lee="09:31 ada")) == [
        ("pin.start", "Visit ada with Lee starts at 09:31, but is pinned to 09:30.")
    ]
