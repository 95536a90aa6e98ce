"""How much work a problem of a given size deserves by default. Counted in rounds, never in time."""

from __future__ import annotations

from optimizer.answer import Effort
from optimizer.problem import Problem

_LEAST_ROUNDS = 1_000
_MOST_ROUNDS = 15_000
_ROUNDS_PER_VISIT = 75
_BOUND_ROUNDS = 40
_LARGEST_BOUNDED = 250
"""Visits beyond which the bound takes longer than a dispatcher waits; it can still be asked for."""


def effort_for(problem: Problem, *, seconds: float | None = None, threads: int = 1, gap_percent: float = 0.0) -> Effort:
    """Rounds that plan a typical day (16 routes, 72 visits) with its bound within ten seconds."""
    visits = len(problem.visits)
    rounds = min(_MOST_ROUNDS, _ROUNDS_PER_VISIT * visits)
    return Effort(
        rounds=max(_LEAST_ROUNDS, rounds),
        seconds=seconds,
        bound_rounds=_BOUND_ROUNDS if visits <= _LARGEST_BOUNDED else 0,
        threads=threads,
        gap_percent=gap_percent,
    )
