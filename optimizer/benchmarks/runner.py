"""Runs the engine or a peer on a case, has the family's own judge look at the answer, and says it as a row.

A peer gets the same problem, seconds and objective; its orders are timed by us and judged like our own. Has no clock:
a stopwatch is passed in. What a peer raises is its answer too, and told in its row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, Final

from optimizer.answer import Effort, Progress, Stopwatch
from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.peers.asked import Asked
from optimizer.benchmarks.peers.peer import ALL_THREADS, Allowance, Peer
from optimizer.benchmarks.rows import ROUNDS, Glance, Row, thinned
from optimizer.search.solve import ENGINE, solve
from optimizer.solution import Solution

Solve = Callable[..., Any]
PEER_FAILURES: Final = (RuntimeError, ValueError, TypeError, OverflowError, MemoryError, LookupError, AttributeError)
"""What libraries of others raise when a problem does not suit them, or they have changed."""
REFUSED: Final = "no times keep every hard limit on these routes"
MOST_FAULTS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What one run may use. `rounds` None is as many as the seconds allow."""

    seconds: float | None
    rounds: int | None = None
    bound_rounds: int = 0
    threads: int = 1
    seed: int = 1

    def effort(self) -> Effort:
        return Effort(rounds=self.rounds, seconds=self.seconds, bound_rounds=self.bound_rounds, threads=self.threads)


@dataclass(slots=True)
class Watching:
    """Who looks on. `best` is told after every glance of the engine; `history` is what it has seen."""

    stopwatch: Stopwatch
    is_cancelled: Callable[[], bool] = bool
    best: Callable[[Progress], None] = lambda _: None
    history: list[Progress] = field(default_factory=list)

    def glance(self, progress: Progress) -> None:
        self.history.append(progress)
        self.best(progress)


def engine_row(case: Case, means: Means, watching: Watching, *, search: Solve = solve) -> Row:
    """The engine on a case."""
    begins = watching.stopwatch()
    answer = search(
        case.instance.problem,
        effort=means.effort(),
        seed=means.seed,
        on_progress=watching.glance,
        is_cancelled=watching.is_cancelled,
        stopwatch=watching.stopwatch,
    )
    seconds = watching.stopwatch() - begins
    row = judged(case, blank_row(case, means), answer.solution)
    return replace(
        row,
        bound=_bound(case, answer.bound, answer.unserved_bound, answer.evaluation.unserved),
        gap_percent=answer.gap_percent,
        seconds=seconds,
        rounds=answer.rounds,
        stopped_by=answer.stopped_by.value,
        history=_history(case, answer.history or tuple(watching.history)),
    )


def peer_row(case: Case, peer: Peer, means: Means, watching: Watching) -> Row:
    """A peer on the same case. Without a limit in seconds there is nothing to give it: `ValueError`."""
    if means.seconds is None:
        raise ValueError("a peer is given seconds, not rounds")
    row = replace(blank_row(case, means, peer), cannot=tuple(peer.cannot(case.instance.problem)))
    allowance = Allowance(
        seconds=means.seconds, threads=means.threads, seed=means.seed, is_cancelled=watching.is_cancelled
    )
    asked = Asked(problem=case.instance.problem, unserved_price=case.unserved_price)
    asked.prepare()
    begins = watching.stopwatch()
    try:
        orders = peer.orders(asked, allowance)
    except PEER_FAILURES as error:
        seconds = watching.stopwatch() - begins
        return replace(row, faults=(f"{type(error).__name__}: {error}",), seconds=seconds, stopped_by="failed")
    seconds = watching.stopwatch() - begins
    return replace(judged(case, row, asked.solution(orders)), seconds=seconds, stopped_by="its own rule")


def judged(case: Case, row: Row, solution: Solution | None) -> Row:
    """The row with the official value of its solution, and every rule that is broken."""
    if solution is None:
        return replace(row, faults=(REFUSED,))
    verdict = case.instance.judge(solution)
    best = case.instance.best_known
    return replace(
        row,
        value=verdict.value,
        is_feasible=verdict.is_feasible,
        faults=verdict.faults[:MOST_FAULTS],
        parts=dict(verdict.parts),
        unserved=len(case.instance.problem.visits) - len(solution.served()),
        best_known_gap_percent=100 * (verdict.value - best) / best if best and verdict.is_feasible else None,
    )


def blank_row(case: Case, means: Means, peer: Peer | None = None) -> Row:
    """What is known of a run before it begins; its key is that of the finished row."""
    problem = case.instance.problem
    row = Row(
        family=case.instance.family,
        instance=case.instance.name,
        objective=case.instance.objective,
        size=case.size,
        routes=len(problem.routes),
        visits=len(problem.visits),
        solver=ROUNDS,
        version=ENGINE,
        seed=means.seed,
        threads=means.threads,
        cores="one thread" if means.threads == 1 else f"{means.threads} threads",
        limit_seconds=means.seconds,
        limit_rounds=means.rounds,
        bound_rounds=means.bound_rounds,
        best_known=case.instance.best_known,
        published=dict(case.published),
    )
    if peer is None:
        return row
    cores = row.cores if peer.cores == ALL_THREADS else peer.cores
    by = f"{peer.library} {version(peer.library)}"
    return replace(row, solver=peer.name, version=by, cores=cores, limit_rounds=None, bound_rounds=0)


def _bound(
    case: Case, bound: int | None, unserved_bound: tuple[int, ...] | None, unserved: tuple[int, ...]
) -> float | None:
    """In the official unit. While visits are left out, it takes a bound of their number too."""
    if bound is None or (unserved_bound is None and any(unserved)):
        return None
    return case.value_of(bound, 0 if unserved_bound is None else sum(unserved_bound))


def _history(case: Case, history: tuple[Progress, ...]) -> tuple[Glance, ...]:
    return thinned(
        (
            round(glance.seconds, 3),
            case.value_of(glance.price, sum(glance.unserved)),
            _bound(case, glance.bound, glance.unserved_bound, glance.unserved),
        )
        for glance in history
    )
