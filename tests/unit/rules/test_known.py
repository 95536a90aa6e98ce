"""Plans that speak of what the day does not have."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.ids import CaseManagerId
from scheduler.domain.visit import VisitStatus
from scheduler.planning.rules import known
from tests.builders import a_day, a_plan, a_visit
from tests.unit.rules.asking import begun, told


def test_a_plan_of_the_days_visits_and_shifts_is_fine() -> None:
    day = a_day(visits=["ada", begun("ben", by="kim", starts="08:10")])

    assert told(known, day, a_plan(day, kim="08:10 ben, 09:05 ada")) == []


def test_a_visit_the_day_does_not_have_is_told() -> None:
    plan = a_plan(a_day(visits=["ada"]), kim="09:00 ada")

    assert told(known, a_day(visits=[]), plan) == [
        ("plan.unknown_visit", "Visit ada with Kim is not one of the day's.")
    ]


def test_a_visit_that_was_cancelled_has_no_stop() -> None:
    day = a_day(visits=[a_visit("ada", status=VisitStatus.CANCELLED)])

    assert told(known, day, a_plan(day, kim="09:00 ada")) == [
        ("plan.unknown_visit", "Visit ada with Kim is cancelled.")
    ]


def test_a_shift_the_day_does_not_have_is_told() -> None:
    plan = a_plan(a_day(visits=["ada"]), kim="09:00 ada")

    assert told(known, a_day(visits=["ada"], shifts=["lee"]), plan) == [
        ("plan.unknown_shift", "Shift kim-1 of kim is not one of the day's.")
    ]


def test_a_route_under_another_name_is_told() -> None:
    day = a_day(visits=["ada"], shifts=["kim"])
    plan = a_plan(day, kim="09:00 ada")
    swapped = replace(plan, routes=(replace(plan.routes[0], case_manager=CaseManagerId("lee")),))

    assert told(known, day, swapped) == [("plan.unknown_shift", "Shift kim-1 of lee is not one of the day's.")]


def test_a_visit_that_has_begun_stays_with_whoever_began_it() -> None:
    day = a_day(visits=[begun("ada", by="kim", starts="09:00")], shifts=["kim", "lee"])

    assert told(known, day, a_plan(day, kim="09:00 ada")) == []
    assert told(known, day, a_plan(day, lee="09:00 ada")) == [
        ("plan.begun_elsewhere", "Visit ada was begun by Kim, so it cannot be with Lee.")
    ]
