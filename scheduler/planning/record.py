"""What a plan says about its own making: engine, effort, what stopped it, and how good it is proven to be.

Visits by priority, urgent first; whole cents; percent. Nothing here depends on how long the search took.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.answer import Answer
from scheduler.domain.day import Day
from scheduler.domain.plan import SolveRecord, Unassigned
from scheduler.domain.visit import Priority
from scheduler.planning.digest import input_digest

INSERTION = "insertion/1"
"""The engine failed; the plan was put together by insertion."""
NO_ENGINE = "none"
"""There was nothing to search: no visit that may be planned, or nobody at work."""


def solve_record(day: Day, answer: Answer, missing: Sequence[Unassigned]) -> SolveRecord:
    unserved = _by_priority(day, missing)
    return SolveRecord(
        engine=answer.engine,
        seed=answer.seed,
        effort_rounds=answer.effort.rounds,
        rounds=answer.rounds,
        stopped_by=answer.stopped_by.value,
        travel=day.travel.provider,
        input_digest=input_digest(day),
        bound_cents=answer.bound,
        unserved=unserved,
        unserved_bound=_unserved_bound(answer, unserved),
        gap_percent=gap_percent(answer.evaluation.price.total, answer.bound),
        bound_rounds=answer.effort.bound_rounds,
        threads=answer.effort.threads,
        gap_asked_percent=answer.effort.gap_percent,
    )


def gap_percent(price: int, bound: int | None) -> float | None:
    """By how much the price is above the bound at most: rounded up to a hundredth of a percent, so it stays true.

    None without a bound, or when the bound is nothing and the price is not.
    """
    if bound is None or (bound <= 0 and price > bound):
        return None
    return 0.0 if price <= bound else -(-10_000 * (price - bound) // bound) / 100


def _by_priority(day: Day, missing: Sequence[Unassigned]) -> tuple[int, ...]:
    ids = {each.visit for each in missing}
    ranks = [visit.priority.rank for visit in day.visits if visit.id in ids]
    return tuple(ranks.count(priority.rank) for priority in Priority)


def _unserved_bound(answer: Answer, unserved: Sequence[int]) -> tuple[int, ...] | None:
    """The engine's, and besides those visits that never reached it: nobody can serve them."""
    if answer.unserved_bound is None:
        return None
    searched = _padded(answer.evaluation.unserved)
    proven = _padded(answer.unserved_bound)
    return tuple(all_ - tried + least for all_, tried, least in zip(unserved, searched, proven, strict=True))


def _padded(counts: Sequence[int]) -> tuple[int, ...]:
    """The engine knows only the priorities of the day's visits."""
    return (*counts, *([0] * (len(Priority) - len(counts))))
