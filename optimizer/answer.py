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

    `seconds` is a second way to stop; an answer that it stopped is not reproducible, and says so.
    """

    rounds: int
    seconds: float | None = None


class StoppedBy(StrEnum):
    EFFORT = "effort"
    OPTIMAL = "optimal"
    STALLED = "stalled"
    TIME = "time"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A glance at a running search."""

    round: int
    unserved: tuple[int, ...]
    price: int
    bound: int | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best solution found, how the independent evaluator judges it, and how it came about.

    `bound` is a proven lower bound of the price at this number of unserved visits, where one is known.
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
    released: tuple[int, ...] = ()


OnProgress = Callable[[Progress], None]
IsCancelled = Callable[[], bool]
Stopwatch = Callable[[], float]
