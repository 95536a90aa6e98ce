"""What a plan changes against the one before."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan, Reason, Unassigned
from scheduler.planning.difference import PlanDifference, difference
from tests.builders import a_day, a_plan, at


def a_team() -> Day:
    return a_day(visits=["ada", "ben", "cyd"], shifts=["kim", "lee"])


def without(plan: Plan, *visits: str) -> Plan:
    """The plan with these visits unassigned."""
    reason = Reason(code="any", sentence="Any.")
    missing = (Unassigned(visit=v, patient=v, reasons=(reason,)) for v in visits)  # type: ignore[arg-type]
    return replace(plan, unassigned=(*plan.unassigned, *missing))


def kinds(change: PlanDifference) -> dict[str, str]:
    return {str(item.visit): item.kind for item in change.changes}


def test_equal_plans_differ_in_nothing() -> None:
    plan = a_plan(a_team(), kim="09:00 ada", lee="09:00 ben")

    assert difference(plan, plan).is_empty


def test_everything_of_the_first_plan_is_new() -> None:
    change = difference(None, without(a_plan(a_team(), kim="09:00 ada", lee="09:00 ben"), "cyd"))

    assert kinds(change) == {"ada": "added", "ben": "added", "cyd": "unassigned"}
    assert change.case_managers == ("kim", "lee")


def test_another_start_is_a_change_however_small() -> None:
    day = a_team()
    change = difference(a_plan(day, kim="09:00 ada"), a_plan(day, kim="09:01 ada"))

    assert kinds(change) == {"ada": "moved_time"}
    assert (change.changes[0].starts_before, change.changes[0].starts_after) == (at("09:00"), at("09:01"))


def test_another_person_concerns_both() -> None:
    day = a_team()
    change = difference(a_plan(day, kim="09:00 ada, 11:00 cyd"), a_plan(day, kim="11:00 cyd", lee="09:00 ada"))

    assert kinds(change) == {"ada": "moved_person"}
    assert change.case_managers == ("kim", "lee")
    assert len(change.moved) == 1


def test_who_keeps_the_same_day_is_not_concerned() -> None:
    day = a_team()
    change = difference(
        a_plan(day, kim="09:00 ada", lee="09:00 ben"), a_plan(day, kim="09:00 ada, 11:00 cyd", lee="09:00 ben")
    )

    assert change.case_managers == ("kim",)


def test_a_visit_that_waited_is_assigned_and_one_that_must_wait_is_unassigned() -> None:
    day = a_team()
    before = without(a_plan(day, kim="09:00 ada"), "ben")
    after = without(a_plan(day, kim="09:00 ben"), "ada")

    assert kinds(difference(before, after)) == {"ada": "unassigned", "ben": "assigned"}


def test_a_visit_that_still_waits_is_no_change() -> None:
    plan = without(a_plan(a_team(), kim="09:00 ada"), "ben")

    assert difference(plan, plan).is_empty


def test_a_visit_that_left_the_day_is_removed() -> None:
    day = a_team()
    change = difference(a_plan(day, kim="09:00 ada, 11:00 ben"), a_plan(day, kim="11:00 ben"))

    assert kinds(change) == {"ada": "removed"}
    assert change.changes[0].case_manager_after is None


def test_what_has_begun_is_nobodys_news() -> None:
    day = a_team()
    before, after = a_plan(day, kim="09:00 ada"), a_plan(day, kim="09:07 ada")

    assert difference(before, after, begun={day.visits[0].id}).is_empty
