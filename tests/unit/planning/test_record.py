"""The record of a plan: what was asked of the search, what ended it, and what was proven."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from optimizer.answer import Answer, Effort, StoppedBy
from optimizer.evaluate import evaluate
from optimizer.problem import Problem
from optimizer.search.solve import solve
from optimizer.timing import timed
from scheduler.domain.plan import Plan, SolveRecord
from scheduler.domain.visit import Priority
from scheduler.files.plan_file import plan_bytes, read_plan
from scheduler.planning.planner import plan_day
from scheduler.planning.record import gap_percent
from scheduler.planning.search import SearchOptions, searched
from scheduler.store.codec import from_json, to_json
from tests.builders import a_day, a_patient, a_place, a_plan, a_policy, a_visit
from tests.engine_problems import a_full_day

OF_OLD = {"engine": "rounds-engine/0.1", "seed": 1, "effort_rounds": 400, "rounds": 400, "stopped_by": "effort",
          "travel": "given", "input_digest": "abc", "bound_cents": None}  # fmt: skip


def proving(bound: int, unserved_bound: tuple[int, ...] | None = None, **changes: Any) -> Any:
    """The engine, with so much proven."""

    def search(problem: Problem, **options: Any) -> Answer:
        return replace(solve(problem, **options), bound=bound, unserved_bound=unserved_bound, **changes)

    return search


@pytest.mark.parametrize(
    ("price", "bound", "percent"),
    [(1004, 1000, 0.4), (100_001, 100_000, 0.01), (1000, 1000, 0.0), (999, 1000, 0.0), (0, 0, 0.0), (5, 0, None),
     (5, None, None), (1_000_000_007, 1_000_000_000, 0.01)],
)  # fmt: skip
def test_a_gap_is_rounded_up_so_that_it_stays_true(price: int, bound: int | None, percent: float | None) -> None:
    assert gap_percent(price, bound) == percent


def test_a_plan_says_what_was_asked_of_the_search_and_what_was_proven() -> None:
    day = a_day(visits=["ada"], policy=a_policy(effort=0.1, threads=3, gap_percent=0.5))
    record = plan_day(day, search=proving(1, (0, 0, 0), stopped_by=StoppedBy.GAP)).plan.solve

    assert (record.threads, record.gap_asked_percent, record.stopped_by) == (3, 0.5, "gap")
    assert (record.bound_cents, record.unserved, record.unserved_bound) == (1, (0, 0, 0, 0), (0, 0, 0, 0))
    assert record.gap_percent is not None


def test_what_is_asked_for_one_plan_goes_before_the_policy() -> None:
    day = a_day(visits=["ada"], policy=a_policy(threads=3, gap_percent=0.5))
    record = plan_day(day, effort=0.1, threads=1, gap_percent=2.0).plan.solve

    assert (record.threads, record.gap_asked_percent) == (1, 2.0)


def test_a_visit_that_never_reached_the_engine_counts_as_one_nobody_can_serve() -> None:
    lost = a_patient("ada", home=a_place("ada", is_found=False))
    day = a_day(visits=[a_visit("ada", priority=Priority.URGENT), "ben"], patients=[lost])
    record = plan_day(day, effort=0.1, search=proving(0, (0, 0, 0))).plan.solve

    assert record.unserved == (1, 0, 0, 0)
    assert record.unserved_bound == (1, 0, 0, 0)


def test_a_bound_for_fewer_visits_is_not_claimed_for_more() -> None:
    def hasty(problem: Problem, **options: Any) -> Answer:
        answer = solve(problem, **options)
        solution = timed(problem, [()] * len(problem.routes))
        assert solution is not None
        return replace(answer, solution=solution, evaluation=evaluate(problem, solution), bound=10**6)

    plan = plan_day(a_day(visits=["ada"]), effort=0.1, search=hasty).plan

    assert plan.totals.served == 1
    assert (plan.solve.bound_cents, plan.solve.gap_percent) == (None, None)


def test_effort_scales_the_search_and_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Effort] = []

    def watched(problem: Problem, *, effort: Effort, **options: Any) -> Answer:
        asked.append(effort)
        return solve(problem, effort=Effort(rounds=1), **options)

    for rounds in (1000, None):
        usual = Effort(rounds=rounds, bound_rounds=40, threads=2, gap_percent=0.1)
        monkeypatch.setattr("scheduler.planning.search.effort_for", lambda *_, usual=usual, **__: usual)
        searched(a_full_day(), start=None, options=SearchOptions(effort=0.5), search=watched)

    assert [(effort.rounds, effort.bound_rounds) for effort in asked] == [(500, 20), (None, 20)]
    assert {effort.threads for effort in asked} == {2}


def test_records_of_older_versions_are_still_read() -> None:
    record = from_json(SolveRecord, json.dumps(OF_OLD))

    assert (record.unserved, record.unserved_bound, record.gap_percent, record.threads) == ((), None, None, 1)
    assert from_json(SolveRecord, to_json(record)) == record
    said = json.loads(plan_bytes(a_plan(a_day(visits=["ada"]), kim="09:00 ada"))) | {"solve": OF_OLD}
    assert read_plan(json.dumps(said).encode()).solve == record


def test_a_plan_file_holds_nothing_that_does_not_repeat() -> None:
    def plan(ticks: float) -> Plan:
        moments = iter(range(10**6))
        return plan_day(
            a_day(visits=["ada", "ben"]),
            effort=0.1,
            on_progress=lambda _: None,
            stopwatch=lambda: ticks * next(moments),
        ).plan

    assert plan_bytes(plan(0.001)) == plan_bytes(plan(3.0))
