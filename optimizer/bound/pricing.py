"""Prices new routes, one group after another on several threads; gathered in order, so threads never change a byte.

Profits and costs are fine costs. Stopping is looked at twenty times a second; a stopped pricing proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from optimizer.bound.cases import RouteGroup
from optimizer.bound.master import Path
from optimizer.kernel import label_layout as lay
from optimizer.kernel.label_bounds import completion, lay_arcs
from optimizer.kernel.label_dominance import EVERY, EXACT, QUICK
from optimizer.kernel.label_homecoming import gather
from optimizer.kernel.label_store import Duals, Scratch, scratch_of, trace
from optimizer.kernel.labels import DONE, FULL, STOPPED, label_routes
from optimizer.kernel.packed import Int64

LABELS = 1_000_000
"""Labels of one pricing at most; one that needs more proves nothing."""
_LABELS_OF_EVERY = 200_000
_LABELS_OF_QUICK = 30_000
_GLANCE_SECONDS = 0.05

ShouldStop = Callable[[], bool]
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quest:
    """What to price a group for: `threshold` is the reduced cost that a route must be under."""

    profit: Int64
    memory: Int64
    cuts: Int64
    penalties: Int64
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Routes under the threshold, cheapest first, with their reduced costs. `least` is proven, or none: where a quick
    look was enough to find routes, or where `is_full`, because labels ran out."""

    paths: tuple[Path, ...]
    costs: tuple[int, ...]
    least: int | None
    is_full: bool
    labels: int


class Pricing:
    """Holds the memory of every thread."""

    def __init__(self, groups: Sequence[RouteGroup], *, threads: int, labels: int = LABELS) -> None:
        self.groups = groups
        self._threads = max(1, threads)
        self._labels = labels
        self._scratch: SimpleQueue[Scratch] = SimpleQueue()
        self._stop = np.zeros(1, dtype=np.int64)
        self._columns = 0

    def _prepare(self, quests: Sequence[Quest | None]) -> None:
        columns = max(
            (
                lay.LABEL_FIXED + group.tracked + quest.memory.shape[1] + quest.cuts.shape[1]
                for group, quest in zip(self.groups, quests, strict=True)
                if quest is not None
            ),
            default=0,
        )
        if columns <= self._columns:
            return
        self._columns = columns
        self._scratch = SimpleQueue()
        nodes = max(group.nodes for group in self.groups)
        buckets = max(group.buckets for group in self.groups)
        for _ in range(self._threads):
            made = scratch_of(self._labels, columns, nodes, buckets)
            self._scratch.put(made._replace(stop=self._stop))

    def run(
        self, quests: Sequence[Quest | None], *, exact: bool, most: int, should_stop: ShouldStop
    ) -> list[Finding | None] | None:
        """A finding for each group that is asked about; nothing when it was stopped.

        Without `exact`, a group is looked at quickly first, and exactly only where that finds nothing.
        """
        self._prepare(quests)
        self._stop[0] = 0
        with ThreadPoolExecutor(max_workers=self._threads) as pool:
            waiting = [
                None if quest is None else pool.submit(self._one, number, quest, exact, most)
                for number, quest in enumerate(quests)
            ]
            self._watch([future for future in waiting if future is not None], should_stop)
        if self._stop[0]:
            return None
        return [None if future is None else future.result() for future in waiting]

    def every(self, quests: Sequence[Quest | None], *, most: int, should_stop: ShouldStop) -> list[Path] | None:
        """All routes without repetition under the thresholds; nothing when there are too many, or it was stopped.

        Of routes with the same visits and the same last one, those that another is surely as good as are left out.
        """
        self._prepare(quests)
        self._stop[0] = 0
        with ThreadPoolExecutor(max_workers=self._threads) as pool:
            waiting = [
                pool.submit(self._all_of, number, quest, most)
                for number, quest in enumerate(quests)
                if quest is not None
            ]
            self._watch(waiting, should_stop)
        if self._stop[0]:
            return None
        paths: list[Path] = []
        for found in (future.result() for future in waiting):
            if found is None or len(paths) + len(found) > most:
                return None
            paths += found
        return paths

    def _all_of(self, number: int, quest: Quest, most: int) -> list[Path] | None:
        scratch = self._scratch.get()
        try:
            group = self.groups[number]
            threshold = quest.threshold - group.fixed + group.rest
            few = scratch._replace(labels=scratch.labels[:_LABELS_OF_EVERY])
            ended, made = label_routes(group.case, _laid(group, quest), threshold, EVERY, few)
            found = np.zeros((most, 2), dtype=np.int64)
            count = gather(group.case, scratch, made, threshold, found) if ended == DONE else -1
            if count < 0:
                return None
            return [self._path(number, quest, scratch, int(cost), int(label)) for label, cost in found[:count]]
        finally:
            self._scratch.put(scratch)

    def _watch(self, futures: Sequence[Future[_Found]], should_stop: ShouldStop) -> None:
        left = set(futures)
        while left:
            if should_stop():
                self._stop[0] = 1
                for future in left:
                    future.cancel()
                return
            _, left = wait(left, timeout=_GLANCE_SECONDS)

    def _one(self, number: int, quest: Quest, exact: bool, most: int) -> Finding:
        scratch = self._scratch.get()
        try:
            return self._priced(number, quest, exact, most, scratch)
        finally:
            self._scratch.put(scratch)

    def _priced(self, number: int, quest: Quest, exact: bool, most: int, scratch: Scratch) -> Finding:
        group = self.groups[number]
        beyond = group.fixed - group.rest
        duals = _laid(group, quest)
        threshold = quest.threshold - beyond
        looks = [(threshold, EXACT)]
        if not exact:
            promising = min(threshold, _promise(group, duals) // 2)
            looks = [(promising, QUICK), (threshold, QUICK), (threshold, EXACT)]
        ended, made, mode = DONE, 0, EXACT
        for under, mode in looks:
            few = scratch if mode == EXACT else scratch._replace(labels=scratch.labels[:_LABELS_OF_QUICK])
            ended, made = label_routes(group.case, duals, under, mode, few)
            is_cut_short = mode == QUICK and ended == FULL and under == threshold
            if ended == STOPPED or is_cut_short or (scratch.finals[: group.nodes, 1] >= 0).any():
                break
        if ended == STOPPED:
            return Finding(paths=(), costs=(), least=None, is_full=False, labels=made)
        finals = scratch.finals[: group.nodes]
        found = [(int(cost), node) for node, (cost, label) in enumerate(finals) if label >= 0]
        found.sort()
        paths = [self._path(number, quest, scratch, cost, int(scratch.finals[node, 1])) for cost, node in found[:most]]
        return Finding(
            paths=tuple(paths),
            costs=tuple(cost + beyond for cost, _ in found[:most]),
            least=(found[0][0] + beyond if found else quest.threshold) if mode == EXACT and ended == DONE else None,
            is_full=ended == FULL and mode == EXACT,
            labels=made,
        )

    def _path(self, number: int, quest: Quest, scratch: Scratch, cost: int, label: int) -> Path:
        group = self.groups[number]
        stops = np.zeros(group.nodes * 4 + 64, dtype=np.int64)
        count = trace(scratch.labels, label, stops)
        nodes = [int(stop) for stop in stops[:count]]
        cost += sum(int(quest.profit[stop]) for stop in nodes) - cut_penalty(quest, nodes)
        return Path(
            group=number, stops=tuple(group.visits[stop] for stop in nodes), cost=cost + group.fixed - group.rest
        )


def _laid(group: RouteGroup, quest: Quest) -> Duals:
    """What the kernels read: the ways between nodes at these profits, and what can follow."""
    duals = Duals(
        profit=quest.profit,
        drive=np.zeros((group.nodes + 1, group.nodes), dtype=np.int64),
        cost=np.zeros((group.nodes + 1, group.nodes), dtype=np.int64),
        memory=quest.memory,
        cuts=quest.cuts,
        penalties=quest.penalties,
        bound=np.zeros((group.buckets, group.nodes, 3), dtype=np.int64),
    )
    lay_arcs(group.case, quest.profit, duals.drive, duals.cost)
    completion(group.case, quest.memory, duals.drive, duals.cost, duals.bound)
    return duals


def _promise(group: RouteGroup, duals: Duals) -> int:
    """No route costs less than this."""
    first = group.case.after[-1, 1 : 1 + int(group.case.after[-1, 0])]
    return int((duals.cost[-1, first] + duals.bound[0, first, 0]).min(initial=0))


def cut_penalty(quest: Quest, nodes: Sequence[int]) -> int:
    """What a way through these nodes pays for cuts met twice."""
    total = 0
    for word in range(quest.cuts.shape[1]):
        seen = 0
        for node in nodes:
            new = int(quest.cuts[node, word])
            again, seen = seen & new, seen ^ new
            total += sum(int(quest.penalties[word * lay.WORD + bit]) for bit in range(lay.WORD) if again >> bit & 1)
    return total
