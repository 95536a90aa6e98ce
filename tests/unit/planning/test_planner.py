"""From a day to a checked plan."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from optimizer.answer import Answer, StoppedBy
from optimizer.errors import EngineError
from optimizer.evaluate import evaluate
from optimizer.problem import Problem
from optimizer.search.solve import solve
from optimizer.timing import timed
from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.people import CaseManager, Licence
from scheduler.domain.plan import Plan
from scheduler.domain.visit import Link, LinkKind, Priority, Told, Visit, VisitStatus
from scheduler.planning.difference import difference
from scheduler.planning.digest import input_digest
from scheduler.planning.planner import Planned, plan_day
from scheduler.planning.record import INSERTION
from tests.builders import (
    a_case_manager,
    a_day,
    a_patient,
    a_place,
    a_plan,
    a_policy,
    a_shift,
    a_visit,
    at,
    given_travel,
    window,
)


def who(plan: Plan) -> dict[str, str]:
    return {str(stop.visit): str(route.case_manager) for route, stop in plan.stops()}


def codes(plan: Plan, visit: str) -> set[tuple[str, str | None]]:
    missing = next(missing for missing in plan.unassigned if missing.visit == visit)
    return {(reason.code, reason.case_manager) for reason in missing.reasons}


def planned(day: Day, **options: Any) -> Planned:
    return plan_day(day, effort=0.1, **options)


def test_every_visit_is_served_or_says_why_not() -> None:
    result = planned(a_day(visits=["ada", "ben", "cyd"], shifts=["kim", "lee"]))

    assert set(who(result.plan)) == {"ada", "ben", "cyd"}
    assert result.blocking == ()
    assert result.plan.totals.served == 3


def test_equal_days_give_equal_plans() -> None:
    day = a_day(visits=[f"v{number}" for number in range(8)], shifts=["kim", "lee"])

    assert planned(day).plan == planned(day).plan


def test_the_plan_records_how_it_was_made() -> None:
    day = a_day(visits=["ada"])
    record = planned(day, seed=7).plan.solve

    assert (record.seed, record.travel, record.input_digest) == (7, "given", input_digest(day))


def test_a_day_nobody_works_leaves_every_visit_unassigned_with_a_reason() -> None:
    assert codes(planned(a_day(visits=["ada"], shifts=[])).plan, "ada") == {("day.no_shift", None)}


def test_a_day_without_visits_is_a_plan_without_stops() -> None:
    result = planned(a_day(visits=[]))

    assert who(result.plan) == {}
    assert [route.stops for route in result.plan.routes] == [()]


def test_each_case_manager_who_may_not_come_is_named_with_the_rule() -> None:
    lpn = a_shift(a_case_manager("lee", licence=Licence.LPN))
    day = a_day(
        visits=[a_visit("ada", licences=(Licence.RN,))],
        shifts=["kim", lpn],
        patients=[a_patient("ada", barred=(CaseManagerId("kim"),))],
    )

    assert codes(planned(day).plan, "ada") == {("clinician.barred", "kim"), ("licence.level", "lee")}


def test_the_limit_in_the_way_is_named_when_no_rule_forbids_the_pair() -> None:
    full = a_day(visits=[a_visit("ada", priority=Priority.HIGH), "ben"], policy=a_policy(limits={"daily_visits": 1}))

    assert codes(planned(full).plan, "ben") == {("route.cap", "kim")}


def test_a_window_that_has_passed_is_said() -> None:
    day = a_day(visits=[a_visit("ada", windows=(window("08:00", "09:00"),))], now=at("10:00"))
    result = planned(day).plan

    assert codes(result, "ada") == {("visit.no_start_left", None)}
    assert "09:00" in result.unassigned[0].reasons[0].sentence


def test_a_visit_without_an_address_waits_for_it() -> None:
    day = a_day(visits=["ada", "ben"], patients=[a_patient("ada", home=a_place("ada", is_found=False))])
    result = planned(day)

    assert codes(result.plan, "ada") == {("place.needs_address", None)}
    assert who(result.plan) == {"ben": "kim"}
    assert result.blocking == ()


def test_two_at_once_need_two_people() -> None:
    pair = [a_visit("ada"), a_visit("ada/2", links=(Link(kind=LinkKind.TOGETHER, other=a_visit("ada").id),))]
    result = planned(a_day(visits=pair, shifts=["kim", "lee"])).plan
    starts = {stop.starts for _, stop in result.stops()}

    assert sorted(who(result).values()) == ["kim", "lee"]
    assert len(starts) == 1


def test_one_of_two_is_not_sent_alone() -> None:
    pair = [a_visit("ada"), a_visit("ada/2", links=(Link(kind=LinkKind.TOGETHER, other=a_visit("ada").id),))]

    assert who(planned(a_day(visits=pair)).plan) == {}


def test_the_plan_people_were_told_is_not_shuffled_for_a_shorter_drive() -> None:
    day = a_day(visits=["ada", "ben", "cyd", "dot"], shifts=["kim", "lee"])
    current = a_plan(day, kim="08:10 ben, 09:05 ada", lee="08:10 dot, 09:05 cyd")
    told = {stop.visit: Told(case_manager=r.case_manager, starts=stop.starts) for r, stop in current.stops()}
    visits = tuple(replace(visit, status=VisitStatus.TOLD, told=told[visit.id]) for visit in day.visits)
    result = planned(replace(day, visits=visits, current=current, is_told=True)).plan

    assert difference(current, result).is_empty


def broken(*_: object, **__: object) -> NoReturn:
    raise EngineError("it broke")


def test_a_broken_engine_costs_quality_not_the_day(caplog: pytest.LogCaptureFixture) -> None:
    day = a_day(visits=["ada", "ben", "cyd"], shifts=["kim", "lee"])
    with caplog.at_level(logging.ERROR):
        result = planned(day, search=broken)

    assert set(who(result.plan)) == {"ada", "ben", "cyd"}
    assert result.plan.solve.engine == INSERTION
    assert result.is_stopgap
    assert [record.message for record in caplog.records] == ["engine.failed"]


def test_without_the_engine_everybody_keeps_whom_they_have() -> None:
    day = a_day(visits=["ada", "ben", "cyd"], shifts=["kim", "lee"])
    current = a_plan(day, kim="09:00 ada", lee="09:00 ben")
    result = planned(replace(day, current=current), search=broken).plan

    assert who(result).items() >= who(current).items()
    assert "cyd" in who(result)


def test_without_the_engine_one_of_two_is_still_not_sent_alone() -> None:
    pair = [a_visit("ada"), a_visit("ada/2", links=(Link(kind=LinkKind.TOGETHER, other=a_visit("ada").id),))]
    both = planned(a_day(visits=pair, shifts=["kim", "lee"]), search=broken)
    alone = planned(a_day(visits=pair), search=broken)

    assert len(who(both.plan)) == 2
    assert who(alone.plan) == {}
    assert both.blocking == alone.blocking == ()


def test_when_time_runs_out_before_anything_was_found_insertion_answers() -> None:
    def late(problem: Problem, **options: Any) -> Answer:
        answer = solve(problem, **options)
        nothing = timed(problem, [()] * len(problem.routes))
        assert nothing is not None
        found = evaluate(problem, nothing)
        return replace(answer, solution=nothing, evaluation=found, rounds=0, stopped_by=StoppedBy.TIME)

    result = planned(a_day(visits=["ada", "ben"]), search=late)

    assert set(who(result.plan)) == {"ada", "ben"}
    assert result.plan.solve.stopped_by == "time"
    assert result.blocking == ()


def test_continuity_counts_who_was_there_before() -> None:
    kim: CaseManager = a_case_manager("kim")
    visit: Visit = a_visit("ada")
    result = planned(a_day(visits=[visit], shifts=[a_shift(kim)]))

    assert result.plan.totals.continuity_per_mille == 0


def test_unreachable_places_are_said() -> None:
    day = a_day(visits=["ada"], travel=given_travel({("kim", "ada"): None}))
    plan = planned(day).plan

    assert who(plan) == {}
    assert {person for _, person in codes(plan, "ada")} == {"kim"}


def test_a_visit_the_search_left_out_though_there_is_room_is_put_in() -> None:
    def hasty(problem: Problem, **options: Any) -> Answer:
        answer = solve(problem, **options)
        solution = timed(problem, [()] * len(problem.routes))
        assert solution is not None
        return replace(answer, solution=solution, evaluation=evaluate(problem, solution))

    result = planned(a_day(visits=["ada", "ben"]), search=hasty)

    assert set(who(result.plan)) == {"ada", "ben"}
    assert not result.is_stopgap
