"""One route with its times: what timing answers, and what the rest of the engine reads. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimizer.solution import BreakTaken, Tour

Held = Mapping[int, tuple[int, int]]
"""By visit, the interval its start is held in, so that what other routes do stays in step with it."""
NOTHING_HELD: Held = {}
Taken = tuple[tuple[int, int], ...]
"""Breaks taken: (before which node, which break), in the order they are taken."""


@dataclass(slots=True)
class Schedule:
    """Seconds, cents. `starts` has one more entry than stops: when it drives home; `pauses` are when breaks start."""

    starts: list[int]
    taken: Taken
    leaves: int
    returns: int
    price: int
    measures: list[int]
    pauses: tuple[int, ...] = ()

    def tour(self, stops: Sequence[int]) -> Tour:
        return Tour(
            visits=tuple(stops),
            starts=tuple(self.starts[:-1]),
            breaks=tuple(
                BreakTaken(which=which, before=before, starts=starts)
                for (before, which), starts in zip(self.taken, self.pauses, strict=True)
            ),
            leaves=self.leaves,
            returns=self.returns,
        )
