"""One chain of ruin and recreate: the memory of a kernel run, and what Python asks of it. One thread at a time.

Rounds are counted; equal seed, number and calls give equal plans. Cents and seconds from the horizon's start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.kernel import anneal
from optimizer.kernel.dice import dice_of
from optimizer.kernel.frame import Frame
from optimizer.kernel.packed import V_CLASS, V_GAP_COUNT, V_UNSERVED_PRICE, Int64, Packed
from optimizer.kernel.pool import new_pool
from optimizer.kernel.state import BEGIN, ROUTE, T_ABSENT, T_PRICE, T_WORST, new_state
from optimizer.kernel.work import new_work
from optimizer.search.heat import tuning_of

Orders = Sequence[Sequence[int]]
"""One sequence of visit indexes per route."""


class Chain:
    """`orders` is the best plan met since the last `begin`; the pool remembers routes of all accepted plans."""

    def __init__(self, problem: Packed, frame: Frame, *, seed: int, number: int) -> None:
        self.problem, self.frame = problem, frame
        self.tuning = tuning_of(frame, served=1, price=1)
        self.rounds = 0
        self._classes = int(problem.visits[:, V_CLASS].max(initial=0)) + 1
        self.pool = new_pool(problem)
        self._state, self._kept, self._best = new_state(problem), new_state(problem), new_state(problem)
        self._work = new_work(problem)
        self._dice = dice_of(seed, number)
        self._settings = np.zeros(anneal.SETTINGS, dtype=np.int64)

    def begin(self, orders: Orders) -> bool:
        """Start from this plan and serve whoever else fits. False when the kernel cannot time it."""
        first = np.zeros(len(orders) + 1, dtype=np.int64)
        first[1:] = np.cumsum([len(order) for order in orders])
        stops = np.array([stop for order in orders for stop in order], dtype=np.int64)
        fits = bool(anneal.load(self.problem, self.frame, self._state, self._work, first, stops))
        if not fits:
            anneal.load(self.problem, self.frame, self._state, self._work, np.zeros_like(first), stops[:0])
        for best, source in zip(self._best, self._state, strict=True):
            best[:] = source
        self._fill()
        return fits

    def _fill(self) -> None:
        settings = self._settings
        settings[anneal.ONLY_FILL] = settings[anneal.STAGE_ROUNDS] = 1
        settings[anneal.DONE] = settings[anneal.BLINK] = 0
        settings[anneal.MOST_WAITING] = len(self.problem.visits)
        self._call(np.zeros(1, dtype=np.int64), 1)

    def run(self, rounds: int, heats: Int64, *, done: int, of: int) -> None:
        """So many more rounds of a stage of `of` rounds, over which the heats are spread."""
        settings, tuning = self._settings, self.tuning
        settings[anneal.ONLY_FILL] = 0
        settings[anneal.MEAN_REMOVED], settings[anneal.LONGEST_STRING] = tuning.mean_removed, tuning.longest_string
        settings[anneal.BLINK], settings[anneal.MOST_WAITING] = tuning.blink, tuning.most_waiting
        settings[anneal.PENALTY] = tuning.penalty
        settings[anneal.DONE], settings[anneal.STAGE_ROUNDS] = done, of
        self._call(heats, rounds)
        self.rounds += rounds

    def _call(self, heats: Int64, rounds: int) -> None:
        anneal.run(
            self.problem,
            self.frame,
            self._state,
            self._kept,
            self._best,
            self._work,
            self.pool,
            self._dice,
            self._settings,
            heats,
            rounds,
        )

    @property
    def orders(self) -> list[list[int]]:
        return anneal.orders_of(self.problem, self._best)

    @property
    def linked_starts(self) -> dict[int, int]:
        """When the linked visits of the best plan start: they suit each other, whatever the routes do besides."""
        nodes = self._best.nodes
        linked = np.flatnonzero(self.problem.visits[:, V_GAP_COUNT])
        return {int(visit): int(nodes[BEGIN, visit]) for visit in linked if nodes[ROUTE, visit] >= 0}

    @property
    def unserved(self) -> tuple[int, ...]:
        """By class, in the best plan."""
        classes = self.problem.visits[:, V_CLASS]
        counted = (self._best.nodes[ROUTE, : len(classes)] < 0) & (self.problem.visits[:, V_UNSERVED_PRICE] < 0)
        return tuple(np.bincount(classes[counted], minlength=self._classes).tolist())

    @property
    def price(self) -> int:
        """Of the best plan; exact where times are regular, else never less than what exact timing finds."""
        return int(self._best.totals[T_PRICE] + self._best.totals[T_WORST])

    @property
    def energy(self) -> tuple[int, int]:
        """To compare the best plans of chains: unserved visits first."""
        return int(self._best.totals[T_ABSENT]), self.price
