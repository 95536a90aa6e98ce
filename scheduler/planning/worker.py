"""The planner's loop: plan what is due, wait a moment, until told to stop. One branch-day at a time.

Told to stop while it plans, it ends the search and hands the branch-day back, for the next planner to take at once.

Any number may run side by side, in any number of processes: the lease on a branch-day keeps them apart. While the
store is away the loop waits, longer each time. A fault nobody foresaw is logged and counted, and the loop goes on:
the branch-day was handed back, and is parked when it fails again and again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from scheduler.domain.errors import Unavailable
from scheduler.domain.waiting import NEVER, UNHEARD, Backoff, Heartbeat, Stop
from scheduler.planning.outcome import Outcome, Result
from scheduler.planning.service import PlanningDesk, plan_next
from scheduler.ports.clock import Clock
from scheduler.ports.unit_of_work import OpenUnitOfWork

log = logging.getLogger(__name__)

IDLE: Final = timedelta(seconds=1)


def _say_nothing(_: Outcome) -> None:
    """Nobody counts."""


@dataclass(kw_only=True)
class PlanningLoop:
    """`sleep` may return early when told to stop. `on_outcome` is told of every turn that did not fail."""

    open_uow: OpenUnitOfWork
    clock: Clock
    desk: PlanningDesk
    sleep: Callable[[timedelta], object]
    backoff: Backoff = field(default_factory=Backoff)
    heartbeat: Heartbeat = UNHEARD
    on_outcome: Callable[[Outcome], object] = _say_nothing

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            self.turn(stop)

    def turn(self, stop: Stop = NEVER) -> Outcome | None:
        """Plan one branch-day, or wait when nothing is due. None when something failed."""
        try:
            outcome = plan_next(self.open_uow, self.clock, self.desk, stop=stop, heartbeat=self.heartbeat)
        except Unavailable as error:
            self.heartbeat.waits(error.code)
            log.warning("planner.waits", extra={"code": error.code})
            self.sleep(self.backoff.next())
            return None
        except Exception as error:
            self.heartbeat.waits("planner.failed")
            log.exception("planner.failed", extra={"kind": type(error).__name__})
            self.sleep(self.backoff.next())
            return None
        self.heartbeat.beat()
        self.on_outcome(outcome)
        self.backoff.reset()
        if outcome.result is Result.IDLE:
            self.sleep(IDLE)
        return outcome
