"""From a problem to an answer: first plan, ruin and recreate, route selection, and the evaluator's verdict.

Counts its work; equal problem, seed and effort give equal answers. It never returns a plan with a fault.
Cents and seconds from the horizon's start; no clock of its own.
"""

from __future__ import annotations

from random import Random

from optimizer.answer import Answer, Effort, IsCancelled, OnProgress, StoppedBy, Stopwatch
from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation
from optimizer.problem import Problem
from optimizer.search.anneal import Annealing
from optimizer.search.construct import construct
from optimizer.search.draft import Draft
from optimizer.search.fill import filled
from optimizer.search.pool import Pool
from optimizer.search.possible import hopeless_visits
from optimizer.search.recreate import Recreate
from optimizer.search.retime import retimed
from optimizer.search.selection import select_routes
from optimizer.search.states import States
from optimizer.search.warm import warm_draft
from optimizer.search.watch import Watch
from optimizer.solution import Solution
from optimizer.tables import tables_of

ENGINE = "rounds-engine/0.1"
_COLUMNS = 4_000
_DETERMINISTIC_SECONDS = 1.0
_HEATS = (100, 30)
"""Percent of a typical worsening at which each independent run begins: where one gets stuck, another does not."""
_COLD = 10


def solve(
    problem: Problem,
    *,
    effort: Effort,
    seed: int,
    warm: Solution | None = None,
    on_progress: OnProgress | None = None,
    is_cancelled: IsCancelled | None = None,
    stopwatch: Stopwatch | None = None,
) -> Answer:
    """The best plan found with this effort.

    `warm` is a plan to begin with, good or not. Raises `NoStopwatch` when the effort has seconds and there is none
    to read, and `InvalidSolution` when `warm` belongs to another problem.
    """
    watch = Watch(effort, on_progress=on_progress, is_cancelled=is_cancelled, stopwatch=stopwatch)
    search = _Search(problem, seed, watch)
    first, released = search.first_plan(warm)
    drafts = [search.improved(first), first]
    offers = [draft.solution() for draft in drafts]
    solution, _ = _best(problem, offers if warm is None else [*offers, warm])
    solution, evaluation = _best(problem, [filled(problem, solution, search.open), solution])
    watch.glance(evaluation.value)
    return Answer(
        solution=solution,
        evaluation=evaluation,
        engine=ENGINE,
        seed=seed,
        effort=effort,
        rounds=watch.rounds,
        stopped_by=watch.stopped_by or (StoppedBy.OPTIMAL if search.is_settled else StoppedBy.EFFORT),
        released=released,
    )


class _Search:
    def __init__(self, problem: Problem, seed: int, watch: Watch) -> None:
        self.problem, self.seed, self.watch = problem, seed, watch
        self.tables = tables_of(problem)
        self.states = States(self.tables)
        self.pool = Pool()
        self.hopeless = hopeless_visits(self.tables)
        self.open = [visit for visit in range(len(problem.visits)) if visit not in self.hopeless]

    @property
    def is_settled(self) -> bool:
        """Nobody can be served: there is nothing to choose."""
        return not self.open

    def first_plan(self, warm: Solution | None) -> tuple[Draft, tuple[int, ...]]:
        draft, released = (Draft(self.states), ()) if warm is None else warm_draft(self.states, warm)
        construct(draft, Recreate(self.states, self._dice(0), blink=0.0), self.open)
        return retimed(draft), released

    def improved(self, first: Draft) -> Draft:
        """Independent hot runs, the best routes of all of them, a cold run from there, and once more the routes."""
        if self.is_settled:
            return first
        rounds = self.watch.effort.rounds
        share = rounds // (2 * len(_HEATS))
        self.pool.add(first, first.value, range(len(first.routes)))
        best = first
        for number, heat in enumerate(_HEATS):
            best = self._run(first, best, share, dice=number + 1, heat=heat)
        best = self._selected(best)
        best = self._run(best, best, rounds - len(_HEATS) * share, dice=len(_HEATS) + 1, heat=_COLD)
        return self._selected(best)

    def _run(self, start: Draft, best: Draft, rounds: int, *, dice: int, heat: int) -> Draft:
        if not rounds or self.watch.stopped_by is not None:
            return best
        annealing = Annealing(self.states, self._dice(dice), self.pool, self.watch, self.hopeless)
        reached = retimed(annealing.run(start, rounds, heat_percent=heat))
        return reached if reached.value < best.value else best

    def _selected(self, best: Draft) -> Draft:
        if self.watch.stopped_by is not None:
            return best
        selected = select_routes(
            best,
            self.pool.columns(_COLUMNS),
            deterministic_seconds=_DETERMINISTIC_SECONDS,
            seconds=self.watch.remaining_seconds,
        )
        return best if selected is None else retimed(selected)

    def _dice(self, number: int) -> Random:
        return Random(self.seed * 1_000_003 + number)  # noqa: S311 - reproducible, and no secret


def _best(problem: Problem, offers: list[Solution]) -> tuple[Solution, Evaluation]:
    """The best faultless offer, by the independent evaluator; the empty plan has no faults."""
    empty = Draft(States(tables_of(problem))).solution()
    judged = [(solution, evaluate(problem, solution)) for solution in (*offers, empty)]
    return min((pair for pair in judged if pair[1].is_feasible), key=lambda pair: pair[1].value)
