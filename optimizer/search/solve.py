"""From a problem to an answer: chains, route selection, the bound, and the evaluator's verdict.

Counts its work; equal problem, seed, effort and threads give equal answers. It never returns a plan with a fault.
Cents and seconds from the horizon's start; no clock of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from optimizer.answer import Answer, Effort, IsCancelled, OnProgress, Progress, StoppedBy, Stopwatch, gap_percent
from optimizer.bound.lighter import lighter
from optimizer.bound.listed import Listed
from optimizer.bound.lower_bound import LowerBound
from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.kernel.frame import frame_of, is_regular
from optimizer.kernel.packed import packed
from optimizer.problem import Problem
from optimizer.search.choice import Choice
from optimizer.search.crew import Crew
from optimizer.search.fill import filled
from optimizer.search.heat import tuning_of
from optimizer.search.possible import hopeless_visits
from optimizer.search.proof import Proof, Proven
from optimizer.search.relaxed_choice import RelaxedChoice
from optimizer.search.routes import Routes
from optimizer.search.selection import Selection
from optimizer.search.stages import PATIENCE, STAGES, bound_rounds_of, rounds_of, seconds_of
from optimizer.search.warm import possible_part
from optimizer.search.watch import Watch, nowhere
from optimizer.solution import Solution, Tour
from optimizer.tables import tables_of
from optimizer.timing import timed, timetable

ENGINE = "rounds-engine/1.2"
_COLUMNS = 4_000
_BOUND_COLUMNS = 2_000
_EVERY_COLUMN = 10**6
_FEW_VISITS = 40
"""So few are inserted one by one before the search begins."""
_FEW_LABELS = 60_000
"""Where rounds are counted, none may take long."""
_DETERMINISTIC_SECONDS = 0.6
_FEW_ENTRIES, _FEW_NODES = 216_000, 200
"""Routes times visits, and nodes, of a proof where rounds are counted."""
_PROOF_SHARE = 0.7
"""Of the seconds left, for the proof: it ends the search, or nothing does before its time."""
_RELAXED_PROOF_SHARE = 0.2
"""One that seldom ends the search."""
_FEW_TO_BOUND = 20
"""Visits of a day whose bound is that of all its prices even where rounds are counted."""
_BOUND_SHARE = 0.75
"""Of the seconds, where those alone limit the search and a bound is asked for."""


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
    to read, `NoEnd` when nothing would end it, and `InvalidSolution` when `warm` belongs to another problem.
    """
    watch = Watch(effort, on_progress=on_progress, is_cancelled=is_cancelled, stopwatch=stopwatch)
    search = _Search(problem, seed, watch)
    released = search.begin(warm)
    if search.open:
        search.run()
    return search.answer(seed, released)


class _Search:
    def __init__(self, problem: Problem, seed: int, watch: Watch) -> None:
        self.problem, self.seed, self.watch, self.effort = problem, seed, watch, watch.effort
        self.tables = tables_of(problem)
        self.hopeless = hopeless_visits(self.tables)
        self.open = [visit for visit in range(len(problem.visits)) if visit not in self.hopeless]
        self.routes = Routes()
        self.start: list[tuple[int, ...]] = []
        self.bound: LowerBound | None = None
        self.rounds = 0
        self.proven_price: int | None = None
        self.proven_for: int | None = None

    def begin(self, warm: Solution | None) -> tuple[int, ...]:
        """A plan to stand on; the visits of the warm one that had to be released."""
        nobody = Solution(tours=tuple(Tour() for _ in self.problem.routes))
        empty = timed(self.problem, [() for _ in self.problem.routes]) or nobody
        self._stand_on(empty, evaluate(self.problem, empty))
        if warm is None:
            return ()
        kept = possible_part(self.tables, warm)
        self._offer(kept)
        self.start = [tour.visits for tour in kept.tours]
        return tuple(sorted(warm.served() - kept.served()))

    def _stand_on(self, solution: Solution, judged: Evaluation) -> None:
        self.best, self.judged = solution, judged
        self.start = [tour.visits for tour in solution.tours]
        self._tell()

    def _offer(self, solution: Solution | None) -> bool:
        """Take a plan over if it is without fault and better."""
        if solution is None:
            return False
        judged = evaluate(self.problem, solution)
        if not judged.is_feasible or judged.value >= self.judged.value:
            return False
        self._stand_on(solution, judged)
        return True

    def _offer_orders(self, orders: Sequence[Sequence[int]], starts: Mapping[int, int]) -> None:
        """Offer these orders, timed from nothing and, where visits are linked, around starts they are known to fit."""
        self._offer(timed(self.problem, orders))
        if any(self.tables.gaps[visit] for visit in starts):
            around = timetable(self.tables, orders, starts)
            self._offer(None if around is None else around.solution())

    def _tell(self, reached: tuple[tuple[int, ...], int] | None = None) -> None:
        """What is known by now: the plan we stand on, or one that a running chain has reached."""
        unserved, price = self.judged.value if reached is None else reached
        known = (self.proven_price, None if self.bound is None else self.bound.bound)
        bound = max((one for one in known if one is not None), default=None)
        self.watch.tell(
            Progress(
                round=self.rounds,
                unserved=unserved,
                price=price,
                bound=bound,
                seconds=0.0,
                unserved_bound=None if self.bound is None else self.bound.unserved_bound,
                columns=len(self.routes),
            ),
            is_glimpse=reached is not None,
        )

    def _look(self, crew: Crew) -> None:
        """Chains run on while they are looked at; what they have reached is only ever told, never decided on."""
        chain, now = crew.best(), self.watch.now
        self.rounds = max(self.rounds, crew.rounds)
        reached = chain.unserved, chain.price
        if self.watch.stopped_by is None and reached < (now.unserved, now.price):
            self._tell(reached)

    def run(self) -> None:
        problem = packed(self.problem)
        frame = frame_of(self.problem, self.hopeless)
        first = filled(self.problem, self.best, self.open) if len(self.open) <= _FEW_VISITS else self.best
        self._offer(first)
        crew = Crew(problem, frame, self.watch, seed=self.seed, threads=self.effort.threads)
        self.watch.look = partial(self._look, crew)
        try:
            self._run(crew)
        finally:
            crew.close()
            self.watch.look = nowhere  # it holds us as we hold it, and with us all memory of the search

    def _run(self, crew: Crew) -> None:
        crew.begin([self.start, *([() for _ in self.problem.routes] for _ in crew.chains[1:])])
        self._harvest(crew)
        idle = 0
        for number, stage in enumerate(STAGES):
            if number and stage.is_shared:
                crew.begin([[tour.visits for tour in self.best.tours] for _ in crew.chains])
            before = self.judged.value
            self._run_stage(crew, number)
            self._select(crew)
            self._improve_bound(crew, number)
            idle = idle + 1 if self.judged.value >= before else 0
            if self._is_done(idle):
                break

    def _run_stage(self, crew: Crew, number: int) -> None:
        crew.tune(tuning_of(crew.frame, served=len(self.best.served()), price=self.judged.price.total))
        rounds = None if self.effort.rounds is None else rounds_of(number, self.effort.rounds)
        searching, _ = seconds_of(number, self._seconds_for_search)
        crew.run(rounds, STAGES[number].heat, until=self.watch.seconds + searching)
        self._harvest(crew)

    @property
    def _seconds_for_search(self) -> float:
        seconds = self.effort.seconds or 0.0
        return seconds * (1 - _BOUND_SHARE) if self.effort.bound_rounds else seconds

    def _harvest(self, crew: Crew) -> None:
        """Take over what the chains found, timed exactly, the best first."""
        self.rounds = crew.rounds
        for chain in sorted(crew.chains, key=lambda one: one.energy):
            self.routes.gather(chain.pool)
            self._offer_orders(chain.orders, chain.linked_starts)
        self._tell()

    def _select(self, crew: Crew) -> None:
        if self.watch.stopped_by is not None:
            return
        columns = self.routes.best(_COLUMNS)
        if self.bound is not None:
            most = _EVERY_COLUMN if self.bound.holds_an_optimum else _BOUND_COLUMNS
            columns = [*self.bound.columns(most), *columns]
        selection = Selection(self.problem, self.best, self.judged, columns)
        left = self.watch.remaining_seconds
        work = crew.executor.submit(selection.solve, deterministic_seconds=_DETERMINISTIC_SECONDS, seconds=left)
        orders = self.watch.attend(work, stop=selection.stop)
        if orders is not None:
            self._offer_orders(orders, self.best.starts())
        if self.bound is not None and self.bound.holds_an_optimum and selection.is_proven and is_regular(self.problem):
            self.proven_price = self.judged.price.total
            self._tell()

    def _improve_bound(self, crew: Crew, number: int) -> None:
        """Spend this stage's share on the bound; the routes it prices may make a better plan."""
        if not self.effort.bound_rounds or self.watch.stopped_by is not None:
            return
        if self.bound is None:
            self.bound = self._begun_bound()
        bound, watch = self.bound, self.watch
        bound.add(self.routes.best(_COLUMNS))
        until = None
        if self.effort.rounds is None and self.effort.seconds is not None:
            until = watch.seconds + seconds_of(number, self.effort.seconds * _BOUND_SHARE)[1]

        def should_stop() -> bool:
            self._tell()
            return watch.stopped_by is not None or (until is not None and watch.seconds >= until)

        rounds = bound_rounds_of(number, self.effort.bound_rounds)
        unserved, price = self.judged.unserved, self.judged.price.total
        watch.attend(crew.executor.submit(bound.improve, unserved, price, rounds=rounds, should_stop=should_stop))
        self._tell()
        if not self._is_proven_enough():
            self._prove()
        if not self._is_proven_enough():
            self._select(crew)

    def _begun_bound(self) -> LowerBound:
        threads = self.effort.threads
        if self.effort.rounds is None:
            return LowerBound(self.problem, threads=threads)
        if is_regular(self.problem) or len(self.open) <= _FEW_TO_BOUND:
            return LowerBound(self.problem, threads=threads, labels=_FEW_LABELS)
        return LowerBound(lighter(self.problem), threads=threads, labels=_FEW_LABELS, for_heavier=True)

    def _prove(self) -> None:
        """Where all routes of every better plan are listed, prove what the best choice of them costs at least.

        Once for each price: less time would prove no more.
        """
        bound, price = self.bound, self.judged.price.total
        listed = None if bound is None else bound.listed
        if bound is None or listed is None or self.proven_for == price or not bound.is_converged:
            return
        if any(bound.unserved_bound[c] < n for c, n in enumerate(self.judged.unserved)):
            return
        if bound.complete_below is not None:
            self._prove_by_plans(bound.columns(_EVERY_COLUMN), bound.complete_below)
        else:
            self._prove_by_relaxed_routes(listed)
        self._tell()

    def _prove_by_plans(self, columns: Sequence[Column], complete_below: int) -> None:
        """The best choice is a plan: it is taken over, and nothing beats it."""
        if self._are_too_many(len(columns)):
            return
        choice = Choice(self.problem, self.best, self.judged, columns)
        proven = self._proven(Proof(choice.costs, choice.rows()), _PROOF_SHARE)
        if proven.least is not None:
            self.proven_price = max(self.proven_price or proven.least, min(proven.least, complete_below + 1))
        if proven.taken is not None:
            self._offer_orders(choice.orders(proven.taken), self.best.starts())

    def _prove_by_relaxed_routes(self, listed: Listed) -> None:
        """The best choice only tells what no plan costs less than."""
        if self._are_too_many(len(listed.paths)):
            return
        choice = RelaxedChoice(listed)
        proof = Proof(choice.costs, choice.rows(), unit=listed.scale)
        least = self._proven(proof, _RELAXED_PROOF_SHARE).least
        if least is not None:
            self.proven_price = max(self.proven_price or 0, listed.cents(least))

    def _are_too_many(self, routes: int) -> bool:
        """Asked before any of them is timed or priced."""
        return self.effort.rounds is not None and routes * len(self.open) > _FEW_ENTRIES

    def _proven(self, proof: Proof, share: float) -> Proven:
        """What comes of a proof by nodes where rounds are counted, else by a share of the seconds left."""
        self.proven_for = self.judged.price.total
        nodes, left = None if self.effort.rounds is None else _FEW_NODES, self.watch.remaining_seconds
        work = proof.begin(nodes=nodes, seconds=None if left is None else left * share)
        return self.watch.attend(work, stop=proof.stop)

    def _is_proven_enough(self) -> bool:
        """Is the plan proven to be the best, or as near to it as was asked for?"""
        now = self.watch.now
        if self.watch.stopped_by is not None or now.bound is None or now.unserved_bound != now.unserved:
            return False
        gap = gap_percent(now.price, now.bound)
        if now.price <= now.bound:
            self.watch.stopped_by = StoppedBy.OPTIMAL
        elif gap is not None and gap <= self.effort.gap_percent:
            self.watch.stopped_by = StoppedBy.GAP
        return self.watch.stopped_by is not None

    def _is_done(self, idle: int) -> bool:
        if self.watch.stopped_by is not None or self._is_proven_enough():
            return True
        if idle >= PATIENCE and self.effort.rounds is not None:
            self.watch.stopped_by = StoppedBy.STALLED
        return self.watch.stopped_by is not None

    def _is_late(self) -> bool:
        return self.watch.remaining_seconds == 0

    def answer(self, seed: int, released: tuple[int, ...]) -> Answer:
        self._offer(filled(self.problem, self.best, self.open, is_late=self._is_late))
        self._tell()
        spent = StoppedBy.TIME if self.effort.rounds is None else StoppedBy.EFFORT
        settled = spent if self.open else StoppedBy.OPTIMAL
        return Answer(
            solution=self.best,
            evaluation=self.judged,
            engine=ENGINE,
            seed=seed,
            effort=self.effort,
            rounds=self.rounds,
            stopped_by=self.watch.stopped_by or settled,
            bound=self.watch.now.bound,
            unserved_bound=self.watch.now.unserved_bound,
            released=released,
            history=tuple(self.watch.history),
        )
