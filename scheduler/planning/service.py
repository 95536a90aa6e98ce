"""From a branch-day with news to a saved, and where it is time a published, revision.

claim (one transaction) → snapshot (one that only reads) → plan with no transaction open, the lease renewed while
the search reports progress → one transaction: still ours? revision, visits, events, work finished. A plan with a
hard violation is never saved: the plan before it stays, the work is handed back and tried again later. A search that
the end of the process cuts short is not saved either: what people are told should be worth it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from optimizer.answer import Progress, Stopwatch
from optimizer.errors import EngineError
from optimizer.travel.provider import TravelProvider
from scheduler.domain.day import Day
from scheduler.domain.errors import RoundsError
from scheduler.domain.ids import MOST_NAMED
from scheduler.domain.plan import Revision
from scheduler.domain.policy import Policy
from scheduler.domain.stale import PlanMovedOn
from scheduler.domain.visit import VisitType
from scheduler.domain.waiting import NEVER, UNHEARD, Heartbeat, Stop
from scheduler.planning.outcome import Outcome, Result
from scheduler.planning.planner import Planned, plan_day
from scheduler.planning.publish import is_stale, say_published
from scheduler.planning.saving import Saved, save
from scheduler.planning.search import Search
from scheduler.planning.snapshot import take_snapshot
from scheduler.ports.clock import Clock
from scheduler.ports.planning_work import Claim
from scheduler.ports.unit_of_work import OpenUnitOfWork

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
FIRST_WAIT = timedelta(seconds=30)
MOST_ATTEMPTS = 3
PARKED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningDesk:
    """What a planner works with. `seconds` limits one search by the clock, beside its effort."""

    owner: str
    policy: Policy
    visit_types: Mapping[str, VisitType]
    travel_provider: TravelProvider
    lease: timedelta = LEASE
    seconds: float | None = None
    stopwatch: Stopwatch | None = None
    search: Search | None = None


def plan_next(
    open_uow: OpenUnitOfWork,
    clock: Clock,
    desk: PlanningDesk,
    *,
    stop: Stop = NEVER,
    heartbeat: Heartbeat = UNHEARD,
) -> Outcome:
    """Plan the most overdue branch-day, if any. Once `stop` is set, the search ends and the day is handed back.

    The heart beats while the search makes progress, but not beyond `desk.seconds`: such a search hangs.
    """
    with open_uow() as uow:
        claim = uow.work.claim(owner=desk.owner, now=clock.now(), lease=desk.lease)
        uow.commit()
    if claim is None:
        return Outcome(result=Result.IDLE)
    return _Attempt(open_uow, clock, desk, claim, stop, heartbeat).run()


class _Attempt:
    """One claimed branch-day, from snapshot to commit."""

    def __init__(self, open_uow: OpenUnitOfWork, clock: Clock, desk: PlanningDesk, claim: Claim, stop: Stop,
                 heartbeat: Heartbeat) -> None:  # fmt: skip
        self.open_uow, self.clock, self.desk, self.claim, self.stop = open_uow, clock, desk, claim, stop
        self.heartbeat = heartbeat
        self.seconds: float | None = None
        self.renewed_at = clock.now()
        self.is_lost = False

    def run(self) -> Outcome:
        outcome: Outcome | None = None
        try:
            outcome = self._answered()
        finally:
            if outcome is None:  # a fault nobody foresaw goes on to the loop, but the day is handed back first
                self._hand_back("planner.crashed")
        return outcome

    def _answered(self) -> Outcome:
        try:
            day, head = self._snapshot()
            planned = self._timed_plan(day)
            if planned.is_cut_short and not self.is_lost:
                return self._stopped()
            if planned.blocking:
                return self._hand_back(planned.blocking[0].code, planned)
            return self._save(head, planned) or self._overtaken()
        except PlanMovedOn:
            return self._overtaken()
        except (RoundsError, EngineError) as error:
            return self._hand_back(error.code, error=error)

    def _snapshot(self) -> tuple[Day, Revision | None]:
        with self.open_uow(read_only=True) as uow:
            day = take_snapshot(
                uow,
                self.claim.branch,
                self.claim.date,
                policy=self.desk.policy,
                visit_types=self.desk.visit_types,
                travel_provider=self.desk.travel_provider,
                now=self.clock.now(),
            )
            return day, uow.plans.head(self.claim.branch, self.claim.date)

    def _timed_plan(self, day: Day) -> Planned:
        if self.desk.stopwatch is None:
            return self._plan(day)
        began = self.desk.stopwatch()
        try:
            return self._plan(day)
        finally:
            self.seconds = self.desk.stopwatch() - began

    def _plan(self, day: Day) -> Planned:
        return plan_day(
            day,
            seconds=self.desk.seconds,
            on_progress=self._look_up,
            is_cancelled=lambda: self.is_lost or self.stop.is_set(),
            stopwatch=self.desk.stopwatch,
            search=self.desk.search,
        )

    def _look_up(self, progress: Progress) -> None:
        if self.desk.seconds is None or progress.seconds <= self.desk.seconds:
            self.heartbeat.beat()
        self._keep_lease()

    def _keep_lease(self) -> None:
        now = self.clock.now()
        if self.is_lost or now - self.renewed_at < self.desk.lease / 3:
            return
        self.renewed_at = now
        with self.open_uow() as uow:
            self.is_lost = not uow.work.renew(self.claim, now=now, lease=self.desk.lease)
            uow.commit()

    def _save(self, head: Revision | None, planned: Planned) -> Outcome | None:
        """Nothing when the day moved on meanwhile."""
        with self.open_uow() as uow:
            now = self.clock.now()
            if self.is_lost or not uow.work.holds(self.claim, now=now) or is_stale(uow, planned.plan):
                return None
            saved = save(uow, planned.plan, head=head, because=self.claim.because, policy=self.desk.policy, now=now)
            uow.work.finish(self.claim)
            uow.commit()
        self._log(saved, planned)
        return self._outcome(_result_of(saved), saved=saved, planned=planned)

    def _overtaken(self) -> Outcome:
        self._free("plan.overtaken")
        log.warning("plan.overtaken", extra=self._facts())
        return self._outcome(Result.OVERTAKEN)

    def _stopped(self) -> Outcome:
        self._free("plan.stopped")
        log.info("plan.stopped", extra=self._facts())
        return self._outcome(Result.STOPPED)

    def _free(self, code: str) -> None:
        """Hand the day back at once; without effect when the lease is another's by now."""
        with self.open_uow() as uow:
            uow.work.release(self.claim, not_before=self.clock.now(), error=code)
            uow.commit()

    def _hand_back(self, code: str, planned: Planned | None = None, *, error: Exception | None = None) -> Outcome:
        """Try again later, each time after a longer wait; the third failure in a row is for a person to look at."""
        failures = self.claim.attempts + 1
        is_parked = failures >= MOST_ATTEMPTS
        wait = PARKED_FOR if is_parked else FIRST_WAIT * 2 ** (failures - 1)
        with self.open_uow() as uow:
            uow.work.release(self.claim, not_before=self.clock.now() + wait, error=code)
            uow.commit()
        level = logging.ERROR if is_parked else logging.WARNING
        broken = [violation.code for violation in planned.blocking] if planned else []
        facts = self._facts(code=code, failures=failures, violations=broken)
        log.log(level, "plan.refused", extra=facts, exc_info=error)
        return self._outcome(Result.FAILED, planned=planned, code=code)

    def _outcome(
        self,
        result: Result,
        *,
        saved: Saved | None = None,
        planned: Planned | None = None,
        code: str | None = None,
    ) -> Outcome:
        return Outcome(
            result=result,
            branch=self.claim.branch,
            date=self.claim.date,
            revision=saved.revision.number if saved and saved.revision else None,
            change=saved.change if saved else None,
            planned=planned,
            code=code,
            seconds=self.seconds,
        )

    def _log(self, saved: Saved, planned: Planned) -> None:
        log.info(
            "plan.revised" if saved.is_new else "plan.unchanged",
            extra=self._facts(
                revision=saved.revision.number if saved.revision else None,
                moved=len(saved.change.moved),
                unassigned=len(planned.plan.unassigned),
                engine=planned.plan.solve.engine,
                stopped_by=planned.plan.solve.stopped_by,
                gap=planned.plan.solve.gap_percent,
                told=saved.is_told_now,
                solve_ms=None if self.seconds is None else round(1000 * self.seconds),
            ),
        )
        if saved.revision is not None and saved.is_told_now:
            say_published([saved.revision])

    def _facts(self, **more: object) -> dict[str, object]:
        """Which events the plan answers or would have; `count` is all of them."""
        because = self.claim.because
        about = {"branch": str(self.claim.branch), "day": self.claim.date.isoformat()}
        return {**about, "caused": because[:MOST_NAMED], "count": len(because), **more}


def _result_of(saved: Saved) -> Result:
    if saved.is_told_now:
        return Result.PUBLISHED
    return Result.PLANNED if saved.is_new else Result.UNCHANGED
