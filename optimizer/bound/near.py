"""Which visits a visit makes a route remember: first the nearest, then those that came again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from optimizer.bound.cases import RouteGroup
from optimizer.kernel import label_layout as lay
from optimizer.kernel.packed import Int64
from optimizer.problem import BoolArray, Problem


def nearest(problem: Problem, count: int) -> BoolArray:
    """[visit, other]: true when a route at `visit` remembers having served `other`."""
    visits = len(problem.visits)
    places = np.array([visit.place for visit in problem.visits], dtype=np.int64)
    seconds = problem.travel_seconds[0].astype(np.int64)
    between = np.minimum(seconds, seconds.T)[places][:, places] if visits else np.zeros((0, 0), dtype=np.int64)
    between[places < 0, :] = 0
    between[:, places < 0] = 0
    near = np.eye(visits, dtype=np.bool_)
    for visit in range(visits):
        near[visit, np.argsort(between[visit], kind="stable")[: count + 1]] = True
    return near


def remember_cycles(near: BoolArray, routes: Iterable[Sequence[int]], most: int) -> int:
    """Let routes remember what they served twice, as long as no visit remembers more than `most`; how many were new."""
    found = 0
    for stops in routes:
        last: dict[int, int] = {}
        for at, visit in enumerate(stops):
            if visit in last:
                between = stops[last[visit] + 1 : at]
                if all(near[other, visit] or near[other].sum() < most for other in between):
                    found += sum(not near[other, visit] for other in between)
                    near[list(between), visit] = True
            last[visit] = at
    return found


def allows(near: BoolArray, stops: Sequence[int]) -> bool:
    """May a route with this memory really serve these stops, some of them again?"""
    kept: set[int] = set()
    for visit in stops:
        if visit in kept:
            return False
        kept = {other for other in kept if near[visit, other]} | {visit}
    return True


def memory_of(group: RouteGroup, near: BoolArray) -> Int64:
    """The words by which the kernels know what is remembered."""
    visits = np.array(group.visits, dtype=np.int64)
    inside = near[np.ix_(visits, visits)] if len(visits) else np.zeros((0, 0), dtype=np.bool_)
    words = max(1, -(-len(visits) // lay.WORD))
    memory = np.zeros((len(visits), words), dtype=np.int64)
    for word in range(words):
        part = inside[:, word * lay.WORD : (word + 1) * lay.WORD].astype(np.int64)
        memory[:, word] = part @ (np.int64(1) << np.arange(part.shape[1], dtype=np.int64))
    return memory
