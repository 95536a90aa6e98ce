"""Looks up from the work now and then: reports progress, and says when to stop and why.

The only place of the search that reads a stopwatch, and only one that was passed in.
"""

from __future__ import annotations

from optimizer.answer import Effort, IsCancelled, OnProgress, Progress, StoppedBy, Stopwatch
from optimizer.errors import NoStopwatch
from optimizer.search.draft import Value

_GLANCE_EVERY = 16
"""Rounds between two looks at the clock: some hundredths of a second on large days."""
_REPORT_SECONDS = 0.4


class Watch:
    def __init__(
        self,
        effort: Effort,
        *,
        on_progress: OnProgress | None,
        is_cancelled: IsCancelled | None,
        stopwatch: Stopwatch | None,
    ) -> None:
        if effort.seconds is not None and stopwatch is None:
            raise NoStopwatch(effort.seconds)
        self.effort = effort
        self.rounds = 0
        self.stopped_by: StoppedBy | None = None
        self._best: Value | None = None
        self._on_progress, self._is_cancelled, self._stopwatch = on_progress, is_cancelled, stopwatch
        self._began = self._reported = stopwatch() if stopwatch is not None else 0.0

    def should_stop(self, best: Value) -> bool:
        """Count one round. True once the search was cancelled or its time is over."""
        self.rounds += 1
        if self.rounds % _GLANCE_EVERY == 0:
            self.glance(best)
        return self.stopped_by is not None

    def glance(self, best: Value) -> None:
        self._best = best if self._best is None else min(best, self._best)
        now = self._stopwatch() if self._stopwatch is not None else 0.0
        if self._on_progress is not None and (self._stopwatch is None or now - self._reported >= _REPORT_SECONDS):
            self._reported = now
            unserved, price = self._best
            self._on_progress(
                Progress(round=self.rounds, unserved=unserved, price=price, bound=None, seconds=now - self._began)
            )
        if self._is_cancelled is not None and self._is_cancelled():
            self.stopped_by = StoppedBy.CANCELLED
        elif self.effort.seconds is not None and now - self._began >= self.effort.seconds:
            self.stopped_by = StoppedBy.TIME

    @property
    def remaining_seconds(self) -> float | None:
        """What is left of the time limit, where there is one."""
        if self.effort.seconds is None or self._stopwatch is None:
            return None
        return max(0.0, self.effort.seconds - (self._stopwatch() - self._began))
