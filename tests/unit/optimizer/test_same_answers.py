"""Same problem, seed, effort and threads: the same bytes, on any machine, watched or not, compiled or not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.answer import Answer, Effort, Stopwatch
from optimizer.problem import Problem
from optimizer.search.solve import solve
from tests.engine_problems import a_full_day, a_random_problem, dice_of


def planned(effort: Effort) -> Answer:
    return solve(a_full_day(), effort=effort, seed=1)


def without_history(answer: Answer) -> Answer:
    """Its moments are the stopwatch's."""
    return replace(answer, history=())


def an_odd_stopwatch(seed: int) -> Stopwatch:
    """Stands still, jumps, and never runs backwards."""
    dice, now = dice_of(seed), [0.0]

    def look() -> float:
        now[0] += dice.choice((0.0, 0.0, 1e-9, 0.01, 3.0, 10_000.0))
        return now[0]

    return look


def test_where_rounds_decide_a_stopwatch_changes_nothing() -> None:
    """Neither how long a call of a kernel may take, nor how many there are."""
    effort = Effort(rounds=200, threads=2)
    plain = planned(effort)

    for seed in range(3):
        watched = solve(a_full_day(), effort=effort, seed=1, stopwatch=an_odd_stopwatch(seed))
        assert without_history(watched) == without_history(plain)


def test_watching_a_search_changes_not_a_byte_of_its_answer() -> None:
    effort = Effort(rounds=400, bound_rounds=2, threads=2)

    watched = solve(a_full_day(), effort=effort, seed=1, on_progress=lambda _: None, is_cancelled=lambda: False)

    assert watched == planned(effort)


ROOT = Path(__file__).parents[3]
SCRIPT = """
from optimizer.answer import Effort
from optimizer.search.solve import solve
from tests.engine_problems import a_full_day
print(solve(a_full_day(), effort=Effort(rounds=60, bound_rounds=5, threads=2), seed=3))
"""


def test_two_processes_give_the_same_bytes() -> None:
    """Also where sets and dictionaries of text come in another order."""
    first, second = (
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "4242")
    )

    assert first == second
    assert b"rounds-engine" in first
    assert b"bound=" in first


WITHOUT_COMPILER = """
from tests.unit.optimizer.test_same_answers import little_days, said
print(said(little_days()))
"""


def little_days() -> list[Problem]:
    """Relations, breaks, worst values, wishes and optional visits all occur in one or the other."""
    drawn = [a_random_problem(dice_of(seed), visits=5, routes=2, relations=2) for seed in (2, 5, 11)]
    return [a_full_day(8, 3), *drawn]


def said(days: Sequence[Problem]) -> str:
    answers = [solve(day, effort=Effort(rounds=12, bound_rounds=2), seed=4) for day in days]
    return repr([(one.solution, one.evaluation.value, one.bound, one.unserved_bound) for one in answers])


def test_the_same_plan_comes_out_without_the_compiler() -> None:
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", WITHOUT_COMPILER]

    plainly = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert plainly.stdout.strip() == said(little_days())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_number_of_threads_repeats_its_own_answer(threads: int) -> None:
    effort = Effort(rounds=80, bound_rounds=3, threads=threads)

    assert planned(effort) == planned(effort)
