"""The door to the engine: one call, and what happens when it fails.

A search that breaks is logged with its trace and answered by insertion into the plan that stands, so a fault in
the engine costs quality, not the day. Nothing here knows what the numbers mean.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from optimizer.answer import Answer, Effort, IsCancelled, OnProgress, StoppedBy, Stopwatch
from optimizer.errors import EngineError
from optimizer.evaluate import evaluate
from optimizer.problem import Problem
from optimizer.search.effort import effort_for
from optimizer.search.solve import solve
from optimizer.solution import Solution
from scheduler.planning.by_insertion import by_insertion, filled
from scheduler.planning.record import INSERTION, NO_ENGINE

log = logging.getLogger(__name__)

FAILURES = (EngineError, ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)
"""What a broken engine has been seen to raise: its own errors, and those of the libraries below it."""


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
    """How to search. `effort` 1 is the default for the size of the problem; `seconds` is a second way to stop.

    `threads` is a number of ours, so that any machine finds the same; within `gap_percent` of the best is enough.
    """

    seed: int = 1
    effort: float = 1.0
    threads: int = 1
    gap_percent: float = 0.0
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
    effort = _effort(problem, options)
    if not problem.visits or not problem.routes:
        return _by_insertion(problem, start, options.seed, effort, engine=NO_ENGINE)
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


def _effort(problem: Problem, options: SearchOptions) -> Effort:
    usual = effort_for(problem, seconds=options.seconds, threads=options.threads, gap_percent=options.gap_percent)
    rounds = None if usual.rounds is None else max(1, round(options.effort * usual.rounds))
    return replace(usual, rounds=rounds, bound_rounds=round(options.effort * usual.bound_rounds))


def _with_room_used(problem: Problem, answer: Answer) -> Answer:
    """A search that was stopped early may leave a visit out that has room.

    The bound of the price holds only for as many unserved visits as it was proven for.
    """
    solution = filled(problem, answer.solution)
    if solution == answer.solution:
        return answer
    evaluation = evaluate(problem, solution)
    if not evaluation.is_feasible or evaluation.value >= answer.evaluation.value:
        return answer
    bound = answer.bound if evaluation.unserved == answer.evaluation.unserved else None
    return replace(answer, solution=solution, evaluation=evaluation, bound=bound)


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
