"""Notices a reader that stands still although records wait for it.

Looks twice, half the given seconds apart: a record that arrives just while we look is no stall. Knows no
broker; reads the clock it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

Positions = Mapping[Hashable, int]


class StallWatch:
    """Told of every poll. `behind` answers the next offset of each partition that has records waiting."""

    def __init__(self, seconds: float, behind: Callable[[], Positions], monotonic: Callable[[], float]) -> None:
        self._look_every_seconds = seconds / 2
        self._behind, self._monotonic = behind, monotonic
        self.moved()

    def moved(self) -> None:
        """Records came, or none were wanted."""
        self._look_at = self._monotonic() + self._look_every_seconds
        self._seen: Positions = {}

    def is_stalled(self) -> bool:
        """Ask when a poll brought nothing. Seldom looks, so it may be asked at every turn."""
        if self._monotonic() < self._look_at:
            return False
        before, self._seen = self._seen, self._behind()
        self._look_at = self._monotonic() + self._look_every_seconds
        return bool(before.items() & self._seen.items())
