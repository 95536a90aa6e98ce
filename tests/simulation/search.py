"""The engine, slowed down: the world goes on while it searches, and may kill it, overtake it or tell it to end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from optimizer.answer import Answer, Effort, IsCancelled, OnProgress, Progress, StoppedBy, Stopwatch
from optimizer.problem import Problem
from optimizer.search.solve import solve
from optimizer.solution import Solution

if TYPE_CHECKING:
    from tests.simulation.process import Process


class SlowSearch:
    """See `scheduler.planning.search.Search`."""

    def __init__(self, process: Process) -> None:
        self._process = process

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
    ) -> Answer:
        del stopwatch
        answer = solve(problem, effort=effort, seed=seed, warm=warm)
        for number in range(self._process.world.stage.chance.choice([1, 2, 6, 12])):
            self._process.meet("searches")
            self._process.actor.sleep(timedelta(seconds=self._process.world.stage.chance.choice([0, 5, 30])))
            if on_progress:
                on_progress(_progress(number, answer))
            if is_cancelled and is_cancelled():
                return _cut_short(answer)
        return answer


def _progress(number: int, answer: Answer) -> Progress:
    price = answer.evaluation.price.total
    return Progress(round=number, unserved=answer.evaluation.unserved, price=price, bound=None, seconds=0.0)


def _cut_short(answer: Answer) -> Answer:
    return replace(answer, stopped_by=StoppedBy.CANCELLED)
