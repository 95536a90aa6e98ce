"""Looks up from the work now and then: reports progress, and says when to stop and why.

The only place of the search that reads a stopwatch, and only one that was passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import TypeVar

from optimizer.answer import Effort, IsCancelled, OnProgress, Progress, StoppedBy, Stopwatch
from optimizer.errors import NoEnd, NoStopwatch

_GLANCE_SECONDS = 0.1
_REPORT_SECONDS = 0.4
_MOST_KEPT = 600

_Result = TypeVar("_Result")


class Watch:
    """`tell` what is known; `attend` to work that runs elsewhere. `stopped_by` is why to stop, once there is a reason.

    `look` is called before each report, to tell what running work has reached.
    """

    def __init__(
        self,
        effort: Effort,
        *,
        on_progress: OnProgress | None,
        is_cancelled: IsCancelled | None,
        stopwatch: Stopwatch | None,
    ) -> None:
        if effort.seconds is None and effort.rounds is None:
            raise NoEnd
        if effort.seconds is not None and stopwatch is None:
            raise NoStopwatch(effort.seconds)
        self.effort = effort
        self.stopped_by: StoppedBy | None = None
        self.now = Progress(round=0, unserved=(), price=0, bound=None, seconds=0.0)
        self.history: list[Progress] = []
        self.look: Callable[[], None] = nowhere
        self._on_progress, self._is_cancelled, self._stopwatch = on_progress, is_cancelled, stopwatch
        self._began = self._reported = stopwatch() if stopwatch is not None else 0.0

    @property
    def seconds(self) -> float:
        """Since the search began; 0 without a stopwatch."""
        return 0.0 if self._stopwatch is None else self._stopwatch() - self._began

    @property
    def remaining_seconds(self) -> float | None:
        """What is left of the time limit, where there is one."""
        return None if self.effort.seconds is None else max(0.0, self.effort.seconds - self.seconds)

    def tell(self, progress: Progress, *, is_glimpse: bool = False) -> None:
        """The best known by now; anything new is worth a line of history.

        A glimpse of running work comes at no fixed moment: it is only kept where moments are measured, since an
        answer without a stopwatch is the same to the byte.
        """
        self.now = progress
        if is_glimpse and self._stopwatch is None:
            return
        last = self.history[-1] if self.history else None
        if last is None or (progress.unserved, progress.price, progress.bound) != (
            last.unserved,
            last.price,
            last.bound,
        ):
            self.history.append(replace(progress, seconds=self.seconds))
            if len(self.history) > _MOST_KEPT:
                del self.history[1:-1:2]

    def attend(self, work: Future[_Result], *, stop: Callable[[], None] | None = None) -> _Result:
        """Wait for work that runs elsewhere, glancing meanwhile. It looks at `stopped_by`, or is told to `stop`."""
        while not wait([work], timeout=_GLANCE_SECONDS).done:
            self.glance()
            if stop is not None and self.stopped_by is not None:
                stop()
        self.glance()
        return work.result()

    def glance(self) -> None:
        self.look()
        now = self._stopwatch() if self._stopwatch is not None else 0.0
        if self._on_progress is not None and (self._stopwatch is None or now - self._reported >= _REPORT_SECONDS):
            self._reported = now
            self._on_progress(replace(self.now, seconds=now - self._began))
        if self._is_cancelled is not None and self._is_cancelled():
            self.stopped_by = StoppedBy.CANCELLED
        elif self.effort.seconds is not None and now - self._began >= self.effort.seconds:
            self.stopped_by = self.stopped_by or StoppedBy.TIME


def nowhere() -> None:
    """Nothing runs yet."""
