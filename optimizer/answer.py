"""What a search is asked for and what it gives back. Times in seconds, prices in cents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from optimizer.evaluation import Evaluation
from optimizer.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much work to spend. Counted, so equal problem, seed and effort give equal bytes on any machine.

    `rounds` are those of ruin and recreate on each thread; without any, `seconds` decide alone. `bound_rounds` are
    those of pricing new routes for the lower bound. `threads` is a number of the caller's, not the machine's.
    `gap_percent` ends the search once the plan is proven to be within it.
    `seconds` is a second way to stop; an answer that it stopped is not reproducible, and says so.
    """

    rounds: int | None
    seconds: float | None = None
    bound_rounds: int = 0
    threads: int = 1
    gap_percent: float = 0.0


class StoppedBy(StrEnum):
    EFFORT = "effort"
    OPTIMAL = "optimal"
    GAP = "gap"
    STALLED = "stalled"
    TIME = "time"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A glance at a running search. `bound` and `unserved_bound` are proven; `columns` are the routes pooled."""

    round: int
    unserved: tuple[int, ...]
    price: int
    bound: int | None
    seconds: float
    unserved_bound: tuple[int, ...] | None = None
    columns: int = 0

    @property
    def gap_percent(self) -> float | None:
        return gap_percent(self.price, self.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best solution found, how the independent evaluator judges it, and how it came about.

    `bound` is a proven lower bound of the price at this number of unserved visits, where one is known, and
    `unserved_bound` one of those numbers themselves, class by class. `history` tells how it got there.
    `released` lists visits of the warm start that had to be taken out because it broke a hard rule.
    """

    solution: Solution
    evaluation: Evaluation
    engine: str
    seed: int
    effort: Effort
    rounds: int
    stopped_by: StoppedBy
    bound: int | None = None
    unserved_bound: tuple[int, ...] | None = None
    released: tuple[int, ...] = ()
    history: tuple[Progress, ...] = ()

    @property
    def gap_percent(self) -> float | None:
        return gap_percent(self.evaluation.price.total, self.bound)


def gap_percent(price: float, bound: float | None) -> float | None:
    """How far the price may be from the least possible, in percent of the bound; nothing without a positive bound."""
    if bound is None or (bound <= 0 and price > bound):
        return None
    return 0.0 if price <= bound else 100.0 * (price - bound) / bound


OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
Stopwatch = Callable[[], float]
