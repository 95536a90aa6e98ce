"""The figures over a plan, small enough to check by hand."""

from __future__ import annotations

from scheduler.domain.day import Day, PastVisit
from scheduler.domain.ids import CaseManagerId, PatientId
from scheduler.domain.plan import Plan, Totals
from scheduler.planning.rules import windows
from scheduler.planning.totals import totals
from tests.builders import DAY, a_day, a_plan, a_policy, a_visit, window


def figures(day: Day, plan: Plan) -> Totals:
    return totals(day, plan.routes, plan.unassigned, price_cents=0)


def test_driving_counts_the_way_home() -> None:
    day = a_day(visits=["ada", "ben"])
    found = figures(day, a_plan(day, kim="09:00 ada, 10:00 ben"))

    assert (found.drive_seconds, found.drive_metres) == (3 * 600, 3 * 10_000)


def test_waiting_is_the_time_before_a_door_that_is_not_open_yet() -> None:
    day = a_day(visits=["ada", "ben"])

    assert figures(day, a_plan(day, kim="09:00 ada, 10:15 ben")).wait_seconds == 20 * 60


def test_overtime_is_the_return_after_the_shift() -> None:
    day = a_day(visits=["ada"])

    assert figures(day, a_plan(day, kim="15:30 ada")).overtime_seconds == 25 * 60


def test_lateness_is_the_time_past_the_window_where_lateness_is_priced() -> None:
    opens = (window("08:00", "09:00"), window("11:00", "12:00"))
    day = a_day(visits=[a_visit("ada", windows=opens, late_by_price=True), a_visit("ben", windows=opens)])

    assert figures(day, a_plan(day, kim="09:10 ada")).late_seconds == 10 * 60
    assert figures(day, a_plan(day, kim="11:30 ada")).late_seconds == 0
    assert figures(day, a_plan(day, kim="09:10 ben")).late_seconds == 0, "it breaks a rule instead"


def test_a_visit_that_must_end_by_close_is_late_from_its_latest_start_as_the_rule_says() -> None:
    opens = (window("08:00", "09:00"),)
    day = a_day(visits=[a_visit("ada", windows=opens, late_by_price=True, must_end_by_close=True)])
    plan = a_plan(day, kim="08:30 ada")

    assert figures(day, plan).late_seconds == 15 * 60
    assert [violation.code for violation in windows.check(day, plan)] == [windows.LATE]


def test_continuity_is_the_share_of_visits_by_somebody_who_was_there_lately() -> None:
    past = PastVisit(patient=PatientId("ada"), case_manager=CaseManagerId("kim"), date=DAY)
    day = a_day(visits=["ada", "ben"], history=(past,))

    assert figures(day, a_plan(day, kim="09:00 ada, 10:00 ben")).continuity_per_mille == 500


def test_lately_ends_after_so_many_visits() -> None:
    others = [PastVisit(patient=PatientId("ada"), case_manager=CaseManagerId(n), date=DAY) for n in ("lee", "kim")]
    day = a_day(visits=["ada"], history=tuple(others), policy=a_policy(limits={"continuity_visits": 1}))

    assert figures(day, a_plan(day, kim="09:00 ada")).continuity_per_mille == 0
