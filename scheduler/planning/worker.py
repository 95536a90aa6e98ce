"""The planner's loop: plan what is due, wait a moment, until told to stop. One branch-day at a time.

Any number may run side by side, in any number of processes: the lease on a branch-day keeps them apart. While the
store is away the loop waits, longer each time. A fault nobody foresaw is logged and counted, and the loop goes on:
the branch-day was handed back, and is parked when it fails again and again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from scheduler.domain.errors import Unavailable
from scheduler.planning.service import Outcome, PlanningDesk, Result, plan_next
from scheduler.ports import Clock, OpenUnitOfWork

log = logging.getLogger(__name__)

IDLE: Final = timedelta(seconds=1)
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(seconds=30)


class Stop(Protocol):
    """Set by whoever ends the process; `threading.Event` is one."""

    def is_set(self) -> bool: ...


@dataclass(kw_only=True)
class PlanningLoop:
    """`sleep` may return early when told to stop."""

    open_uow: OpenUnitOfWork
    clock: Clock
    desk: PlanningDesk
    sleep: Callable[[timedelta], object]
    _wait: timedelta = FIRST_WAIT

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            self.turn()

    def turn(self) -> Outcome | None:
        """Plan one branch-day, or wait when nothing is due. None when something failed."""
        try:
            outcome = plan_next(self.open_uow, self.clock, self.desk)
        except Unavailable as error:
            log.warning("planner.waits", extra={"code": error.code})
            self._back_off()
            return None
        except Exception as error:
            log.exception("planner.failed", extra={"kind": type(error).__name__})
            self._back_off()
            return None
        self._wait = FIRST_WAIT
        if outcome.result is Result.IDLE:
            self.sleep(IDLE)
        return outcome

    def _back_off(self) -> None:
        self.sleep(self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT)
