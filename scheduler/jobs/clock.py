"""The clock of a running process: asks, every half minute, which slots are outstanding, and has them done.

APScheduler's only home. It keeps its one job in memory: what was done is in the database, where any number of clocks
may ask at once. A tick after a long silence finds what was missed, so nothing depends on being up at the moment.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from threading import Event
from typing import Any, Final, TypeAlias

from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.clock import SystemClock
from scheduler.domain.errors import RoundsError, Unavailable
from scheduler.domain.policy import Policy
from scheduler.domain.waiting import UNHEARD, Heartbeat
from scheduler.jobs.agenda import DueSlot, Turn, agenda_of
from scheduler.jobs.work import Retention, run_slot
from scheduler.ports.clock import Clock
from scheduler.ports.unit_of_work import OpenUnitOfWork

log = logging.getLogger(__name__)

TICK: Final = timedelta(seconds=30)
GRACE_SECONDS: Final = 3600


OnJob: TypeAlias = Callable[[str, str | None], object]
"""Told of each job that was ours, with the code of the error that ended it, if one did."""


def _say_nothing(_job: str, _code: str | None) -> None:
    """Nobody counts."""


class JobClock:
    """`start` and `stop` for a process with other work, `run` for one with none. Used once."""

    def __init__(
        self,
        *,
        open_uow: OpenUnitOfWork,
        clock: Clock,
        policy: Policy,
        owner: str,
        retention: Retention | None = None,
        every: timedelta = TICK,
        heartbeat: Heartbeat = UNHEARD,
        on_job: OnJob = _say_nothing,
    ) -> None:
        self._open_uow, self._clock, self._policy, self._owner = open_uow, clock, policy, owner
        self._retention, self._every = retention, every
        self._heartbeat, self._on_job = heartbeat, on_job
        self._agenda = agenda_of(policy.planning)
        self._is_stopped = Event()
        self._scheduler: Any = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS}
        )

    def start(self) -> None:
        """The first tick comes at once, and catches up on what was missed."""
        # APScheduler reads the machine's clock, whatever clock the jobs are given.
        begins = SystemClock().now()
        self._scheduler.add_job(
            self.tick, "interval", seconds=self._every.total_seconds(), next_run_time=begins, id="tick"
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for the tick that is under way. May be called twice, and from a signal handler's thread."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._is_stopped.set()

    def run(self) -> None:
        """Until `stop` is called from another thread, or an exception such as `KeyboardInterrupt` ends it."""
        self.start()
        try:
            self._is_stopped.wait()
        finally:
            self.stop()

    def tick(self) -> list[DueSlot]:
        """Do whatever is outstanding; the slots that were ours. One that fails does not keep the next from its turn."""
        try:
            turns = self._outstanding()
        except Unavailable as error:
            self._heartbeat.waits(error.code)
            log.warning("job.store_unavailable", extra={"code": error.code})
            return []
        self._heartbeat.beat()
        return [turn.slot for turn in turns if self._is_done(turn)]

    def _outstanding(self) -> list[Turn]:
        with self._open_uow(read_only=True) as uow:
            return self._agenda.outstanding(uow.branches.all(), uow.job_runs.last, self._clock.now())

    def _is_done(self, turn: Turn) -> bool:
        slot = turn.slot
        try:
            is_ours = run_slot(
                slot,
                open_uow=self._open_uow,
                now=self._clock.now(),
                owner=self._owner,
                policy=self._policy,
                retention=self._retention,
                covers=turn.covers,
            )
        except RoundsError as error:
            self._heartbeat.waits(error.code)
            self._on_job(slot.job, error.code)
            level = logging.WARNING if isinstance(error, Unavailable) else logging.ERROR
            log.log(
                level,
                "job.failed",
                extra={"job": slot.job, "branch": slot.branch, "due": slot.due, "code": error.code},
            )
            return False
        self._heartbeat.beat()
        if is_ours:
            self._on_job(slot.job, None)
        return is_ours
