"""The door to the engine: one call, and what happens when it fails.

A search that breaks is logged with its trace and answered by insertion into the plan that stands, so a fault in
the engine costs quality, not the day. Nothing here knows what the numbers mean.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from optimizer import effort_for, solve
from optimizer.answer import Answer, Effort, IsCancelled, OnProgress, StoppedBy, Stopwatch
from optimizer.errors import EngineError
from optimizer.evaluate import evaluate
from optimizer.problem import Problem
from optimizer.solution import Solution
from scheduler.planning.by_insertion import by_insertion, filled

log = logging.getLogger(__name__)

FAILURES = (EngineError, ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)
"""What a broken engine has been seen to raise: its own errors, and those of the libraries below it."""
INSERTION = "insertion/1"


class Search(Protocol):
    """The engine's `solve`."""

    def __call__(
        self,
        problem: Problem,
        *,
        effort: Effort,
        seed: int,
        warm: Solution | None = None,
        on_progress: OnProgress | None = None,
        is_cancelled: IsCancelled | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """How to search. `effort` 1 is the default for the size of the problem; `seconds` is a second way to stop."""

    seed: int = 1
    effort: float = 1.0
    seconds: float | None = None
    on_progress: OnProgress | None = None
    is_cancelled: IsCancelled | None = None
    stopwatch: Stopwatch | None = None


def searched(
    problem: Problem, *, start: Solution | None, options: SearchOptions, search: Search | None = None
) -> Answer:
    """The engine's answer, or the answer by insertion when the engine breaks.

    Raises `EngineError` when not even that can be had.
    """
    usual = effort_for(problem, seconds=options.seconds)
    effort = replace(usual, rounds=max(1, round(options.effort * usual.rounds)))
    if not problem.visits or not problem.routes:
        return _by_insertion(problem, start, options.seed, effort, engine="none")
    try:
        answer = (search or solve)(
            problem,
            effort=effort,
            seed=options.seed,
            warm=start,
            on_progress=options.on_progress,
            is_cancelled=options.is_cancelled,
            stopwatch=options.stopwatch,
        )
        return _with_room_used(problem, answer)
    except FAILURES:
        log.exception("engine.failed", extra={"visits": len(problem.visits), "routes": len(problem.routes)})
    return _by_insertion(problem, start, options.seed, effort, engine=INSERTION)


def _with_room_used(problem: Problem, answer: Answer) -> Answer:
    """A search that was stopped early may leave a visit out that has room."""
    solution = filled(problem, answer.solution)
    if solution == answer.solution:
        return answer
    evaluation = evaluate(problem, solution)
    is_better = evaluation.is_feasible and evaluation.value < answer.evaluation.value
    return replace(answer, solution=solution, evaluation=evaluation) if is_better else answer


def _by_insertion(problem: Problem, start: Solution | None, seed: int, effort: Effort, *, engine: str) -> Answer:
    solution = by_insertion(problem, start)
    return Answer(
        solution=solution,
        evaluation=evaluate(problem, solution),
        engine=engine,
        seed=seed,
        effort=effort,
        rounds=0,
        stopped_by=StoppedBy.EFFORT,
    )
