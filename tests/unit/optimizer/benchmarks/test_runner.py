"""Runs become rows: judged by the family's judge, with bounds in its unit, and loud when they are infeasible."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from optimizer.answer import Answer, Effort, Progress, StoppedBy
from optimizer.benchmarks.cases import Case, patients
from optimizer.benchmarks.errors import UnreadableInstance
from optimizer.benchmarks.family import Instance, Verdict
from optimizer.benchmarks.peers.asked import Asked, Orders
from optimizer.benchmarks.peers.peer import Allowance
from optimizer.benchmarks.rows import MOST_GLANCES, append, read_rows, row_from, thinned
from optimizer.benchmarks.runner import Means, Watching, blank_row, engine_row, peer_row
from optimizer.evaluate import evaluate
from optimizer.problem import Problem, Relation
from optimizer.solution import Solution, Tour
from optimizer.timing import timed
from tests.engine_problems import a_problem, a_visit

MEANS = Means(seconds=3.0, seed=4)


def a_case(problem: Problem, *, best_known: float | None = None, unserved_price: int | None = 1_000) -> Case:
    """Its official unit is ten cents, and no plan is below five of them."""

    def judge(solution: Solution) -> Verdict:
        found = evaluate(problem, solution)
        value = found.price.total / 10 + 5 + (unserved_price or 0) / 10 * sum(found.unserved)
        faults = tuple(fault.code for fault in found.faults)
        return Verdict(value=value, is_feasible=found.is_feasible, faults=faults, parts={"price": found.price.total})

    instance = Instance(
        family="made up", name="one", objective="tens", problem=problem, scale=10, constant=5.0, judge=judge,
        best_known=best_known,
    )  # fmt: skip
    return Case(instance=instance, size=len(problem.visits), unserved_price=unserved_price)


def one_visit(**facts: Any) -> Problem:
    """There and back is 200 seconds at a cent each: 200 cents, officially 25."""
    return a_problem([a_visit(1)], **facts)


def answering(problem: Problem, orders: Orders, **facts: Any) -> Callable[..., Answer]:
    """An engine that gives these orders, whatever it is asked, after two glances."""

    def search(asked: Problem, *, effort: Effort, seed: int, on_progress: Any, **_: Any) -> Answer:
        assert asked is problem
        on_progress(Progress(round=1, unserved=(1,), price=0, bound=None, seconds=0.1))
        on_progress(Progress(round=2, unserved=(0,), price=200, bound=160, unserved_bound=(0,), seconds=0.2))
        solution = timed(problem, orders)
        assert solution is not None
        return Answer(
            solution=solution, evaluation=evaluate(problem, solution), engine="test/1", seed=seed, effort=effort,
            rounds=7, stopped_by=StoppedBy.TIME, **facts,
        )  # fmt: skip

    return search


def watching() -> Watching:
    seconds = count(100.0, 2.5)
    return Watching(stopwatch=lambda: next(seconds))


def test_a_row_holds_the_official_value_the_bound_in_the_same_unit_and_both_gaps() -> None:
    problem = one_visit()
    search = answering(problem, [[0]], bound=160, unserved_bound=(0,))

    row = engine_row(a_case(problem, best_known=20.0), MEANS, watching(), search=search)

    assert (row.value, row.bound, row.gap_percent, row.best_known_gap_percent) == (25.0, 21.0, 25.0, 25.0)
    assert (row.is_feasible, row.unserved, row.rounds, row.stopped_by, row.seconds) == (True, 0, 7, "time", 2.5)
    assert row.history == ((0.1, 105.0, None), (0.2, 25.0, 21.0))


def test_while_visits_are_left_out_a_bound_of_the_price_alone_is_no_bound_of_the_value() -> None:
    problem = one_visit()
    case = a_case(problem)

    assert engine_row(case, MEANS, watching(), search=answering(problem, [[]], bound=0)).bound is None
    proven = answering(problem, [[]], bound=0, unserved_bound=(1,))
    assert engine_row(case, MEANS, watching(), search=proven).bound == 105.0


def test_an_answer_that_breaks_a_rule_keeps_its_value_but_has_no_gap_and_says_which_rule() -> None:
    problem = one_visit()
    early = Solution(tours=(Tour(visits=(0,), starts=(10,), leaves=0, returns=500),))

    def search(_: Problem, **__: Any) -> Answer:
        return Answer(
            solution=early, evaluation=evaluate(problem, early), engine="test/1", seed=1, effort=MEANS.effort(),
            rounds=1, stopped_by=StoppedBy.EFFORT,
        )  # fmt: skip

    row = engine_row(a_case(problem, best_known=20.0), MEANS, watching(), search=search)

    assert not row.is_feasible
    assert row.faults
    assert row.best_known_gap_percent is None


class Fellow:
    """A peer that gives these orders, or raises."""

    name, library, cores = "fellow", "numpy", "one core"

    def __init__(self, orders: Orders | Exception) -> None:
        self.given = orders

    def cannot(self, problem: Problem) -> list[str]:
        del problem
        return ["breaks"]

    def orders(self, asked: Asked, allowance: Allowance) -> Orders:
        assert (allowance.seconds, allowance.seed) == (3.0, 4)
        assert asked.unserved_price == 1_000
        if isinstance(self.given, Exception):
            raise self.given
        return self.given


def test_a_peer_is_timed_and_judged_like_the_engine_and_says_what_it_was_not_asked() -> None:
    row = peer_row(a_case(one_visit(), best_known=20.0), Fellow([[0]]), MEANS, watching())

    assert (row.solver, row.value, row.is_feasible, row.best_known_gap_percent) == ("fellow", 25.0, True, 25.0)
    assert (row.cannot, row.cores, row.seconds) == (("breaks",), "one core", 2.5)


def test_routes_of_a_peer_that_no_times_fit_are_infeasible() -> None:
    for problem in (one_visit(forbidden=[(0, 0)]), a_problem([a_visit(1, (0, 50))])):
        row = peer_row(a_case(problem), Fellow([[0]]), MEANS, watching())

        assert not row.is_feasible
        assert row.faults


def test_a_peer_that_fails_has_a_row_that_says_so() -> None:
    row = peer_row(a_case(one_visit()), Fellow(ValueError("no such column")), MEANS, watching())

    assert (row.is_feasible, row.stopped_by, row.faults) == (False, "failed", ("ValueError: no such column",))


def test_a_run_is_known_by_what_was_asked_before_and_after_it() -> None:
    problem = one_visit()
    case = a_case(problem)
    before = blank_row(case, MEANS)

    after = engine_row(case, MEANS, watching(), search=answering(problem, [[0]]))

    assert after.key == before.key
    assert blank_row(case, Means(seconds=3.0, seed=5)).key != before.key
    assert blank_row(case, Means(seconds=4.0, seed=4)).key != before.key
    assert blank_row(case, MEANS, Fellow([[0]])).key != before.key


def test_rows_are_read_back_as_they_were_written_the_last_of_equal_ones(tmp_path: Path) -> None:
    problem = one_visit()
    row = engine_row(a_case(problem), MEANS, watching(), search=answering(problem, [[0]]))
    for version in (1, 2):
        append(tmp_path / "runs.jsonl", row.said() | {"rounds": version, "of the future": 1})
    append(tmp_path / "runs.jsonl", {"measure": "memory", "peak_mb": 1.0})

    (again,) = read_rows([tmp_path / "runs.jsonl"])

    assert (again.rounds, again.history, again.key) == (2, row.history, row.key)
    (tmp_path / "document.json").write_text(json.dumps({"rows": [row.said()]}, indent=1))
    assert read_rows([tmp_path / "document.json"]) == [row_from(json.loads(json.dumps(row.said())))]


@pytest.mark.parametrize("text", ["{", "[1]", '{"solver": "rounds"}', "rows", '"rows"', '{"rows": 3}'])
def test_a_file_of_something_else_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text(text)

    with pytest.raises(UnreadableInstance):
        read_rows([tmp_path / "odd.jsonl"])


def test_a_long_history_is_thinned_and_keeps_its_ends() -> None:
    glances = [(float(second), 1.0, None) for second in range(5_000)]

    kept = thinned(glances)

    assert (len(kept), kept[0], kept[-1]) == (MOST_GLANCES, glances[0], glances[-1])


def test_visits_that_are_related_are_of_one_patient() -> None:
    relations = (Relation(first=0, second=1, min_gap=0), Relation(first=2, second=1, min_gap=0))

    assert patients(a_problem([a_visit(1) for _ in range(5)], relations=relations)) == 3
