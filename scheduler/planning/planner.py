"""From a day to a checked plan: draft, rules, search, translation back, reasons, check. Stores nothing.

Equal days, seeds and efforts give equal plans. A broken engine is answered by insertion (`search.py`); the plan
says which engine made it.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.answer import Answer, IsCancelled, OnProgress, Progress, StoppedBy, Stopwatch
from optimizer.evaluation import Evaluation
from optimizer.problem import Problem
from scheduler.domain.day import Day
from scheduler.domain.ids import VisitId
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Violation
from scheduler.planning.check import blocking, violations
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.reasons import unassigned
from scheduler.planning.record import INSERTION, solve_record
from scheduler.planning.rules import compile_all
from scheduler.planning.search import Search, SearchOptions, searched
from scheduler.planning.totals import totals
from scheduler.planning.tours import routes_of, solution_of
from scheduler.planning.translation import start_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan and how it is judged. `blocking` are the violations that forbid to save it.

    `released` are visits of the plan before that had to be taken out because they broke a hard rule by now.
    `history` tells how the search got there; its seconds do not repeat, so it is no part of the plan.
    """

    plan: Plan
    violations: tuple[Violation, ...]
    blocking: tuple[Violation, ...]
    evaluation: Evaluation
    released: tuple[VisitId, ...] = ()
    history: tuple[Progress, ...] = ()

    @property
    def is_cut_short(self) -> bool:
        """Whoever asked for the plan ended the search before its time."""
        return self.plan.solve.stopped_by == StoppedBy.CANCELLED

    @property
    def is_stopgap(self) -> bool:
        """The engine failed; this was made by insertion."""
        return self.plan.solve.engine == INSERTION


def plan_day(
    day: Day,
    *,
    effort: float | None = None,
    threads: int | None = None,
    gap_percent: float | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    on_progress: OnProgress | None = None,
    is_cancelled: IsCancelled | None = None,
    stopwatch: Stopwatch | None = None,
    search: Search | None = None,
) -> Planned:
    """The best plan to be had for this effort, starting from `day.current`.

    `effort` 1 is the default for the size of the day. The policy says effort, threads, gap and seed where None is
    given. `seconds` needs a `stopwatch`; a plan that it stopped says so, and cannot be made again to the same bytes.

    Raises `EngineError` when neither the search nor insertion finds any plan.
    """
    draft = compiled(day)
    problem = draft.build()
    usual = day.policy.planning
    options = SearchOptions(
        seed=usual.seed if seed is None else seed,
        effort=usual.effort if effort is None else effort,
        threads=usual.threads if threads is None else threads,
        gap_percent=usual.gap_percent if gap_percent is None else gap_percent,
        seconds=seconds,
        on_progress=on_progress,
        is_cancelled=is_cancelled,
        stopwatch=stopwatch,
    )
    start = solution_of(draft, problem, day.current) if day.current else None
    answer = searched(problem, start=start, options=options, search=search)
    plan = _plan(draft, problem, answer)
    found = violations(day, plan)
    return Planned(
        plan=plan,
        violations=tuple(found),
        blocking=tuple(blocking(day, plan, found)),
        evaluation=answer.evaluation,
        released=tuple(draft.visits[number].id for number in answer.released),
        history=answer.history,
    )


def compiled(day: Day) -> ProblemDraft:
    """What every rule means for the engine on this day."""
    draft = start_draft(day)
    compile_all(day, draft)
    return draft


def _plan(draft: ProblemDraft, problem: Problem, answer: Answer) -> Plan:
    day = draft.day
    routes = routes_of(draft, problem, answer.solution)
    served = {stop.visit for route in routes for stop in route.stops}
    missing = tuple(
        unassigned(draft, problem, answer.solution, visit)
        for visit in day.visits
        if visit.is_open and visit.id not in served
    )
    return Plan(
        branch=day.branch,
        date=day.date,
        zone=day.zone.key,
        routes=routes,
        unassigned=missing,
        totals=totals(day, routes, missing, price_cents=answer.evaluation.price.total),
        solve=solve_record(day, answer, missing),
    )
