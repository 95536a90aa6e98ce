"""How much work a problem of a given size deserves by default. Counted in rounds, never in time."""

from __future__ import annotations

from optimizer.answer import Effort
from optimizer.problem import Problem

_LEAST_ROUNDS = 400
_MOST_ROUNDS = 2_500
_ROUNDS_PER_VISIT = 40
_COST_OF_A_LINK = 6
"""A visit whose start hangs on another's takes about so much longer to place, so there are fewer rounds."""


def effort_for(problem: Problem, *, seconds: float | None = None) -> Effort:
    """Rounds that plan a typical day (16 routes, 72 visits) in some five seconds, one of 400 visits within a minute."""
    visits = len(problem.visits)
    linked = {
        visit
        for relation in problem.relations
        if relation.min_gap is not None or relation.max_gap is not None
        for visit in (relation.first, relation.second)
    }
    rounds = min(_MOST_ROUNDS, _ROUNDS_PER_VISIT * visits)
    rounds = rounds * visits // max(1, visits + _COST_OF_A_LINK * len(linked))
    return Effort(rounds=max(_LEAST_ROUNDS, rounds), seconds=seconds)
