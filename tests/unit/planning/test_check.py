"""Whether a plan may stand."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.ids import VisitId
from scheduler.domain.plan import Plan, Reason, Unassigned
from scheduler.domain.violation import Severity
from scheduler.planning.check import LOST_CODE, TWICE_CODE, blocking, violations
from tests.builders import a_day, a_patient, a_plan, a_visit, window


def with_missing(plan: Plan, visit: str) -> Plan:
    reason = Reason(code="any", sentence="Any.")
    lost = Unassigned(visit=VisitId(visit), patient=plan.routes[0].stops[0].patient, reasons=(reason,))
    return replace(plan, unassigned=(*plan.unassigned, lost))


def test_a_plan_that_loses_a_visit_is_refused() -> None:
    day = a_day(visits=["ada", "ben"])
    found = violations(day, a_plan(day, kim="09:00 ada"))

    assert [(v.code, v.visit) for v in found if v.severity is Severity.HARD] == [(LOST_CODE, "ben")]


def test_a_visit_may_not_be_served_and_waiting_at_once() -> None:
    day = a_day(visits=["ada"])
    found = violations(day, with_missing(a_plan(day, kim="09:00 ada"), "ada"))

    assert [v.code for v in found if v.severity is Severity.HARD] == [TWICE_CODE]


def test_a_visit_served_twice_is_refused() -> None:
    day = a_day(visits=["ada"], shifts=["kim", "lee"])

    assert TWICE_CODE in {v.code for v in violations(day, a_plan(day, kim="09:00 ada", lee="12:00 ada"))}


def test_hard_violations_are_told_first() -> None:
    ben = a_visit("ben", wished=window("14:00", "15:00"))
    day = a_day(visits=["ada", ben], patients=[a_patient("ada", barred=("kim",))])
    severities = [v.severity for v in violations(day, a_plan(day, kim="09:00 ada, 10:30 ben"))]

    assert severities == sorted(severities, key=lambda severity: severity is not Severity.HARD)
    assert severities[0] is Severity.HARD
    assert severities[-1] is Severity.SOFT


def test_a_frozen_stop_that_breaks_a_rule_is_told_but_does_not_stop_planning() -> None:
    day = a_day(visits=[a_visit("ada", windows=(window("08:00", "09:00"),))])
    late = a_plan(day, kim="09:30 ada")
    stop = replace(late.routes[0].stops[0], is_frozen=True)
    frozen = replace(late, routes=(replace(late.routes[0], stops=(stop,)),))

    assert blocking(day, late, violations(day, late))
    assert any(v.severity is Severity.HARD for v in violations(day, frozen))
    assert blocking(day, frozen, violations(day, frozen)) == []
