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
from datetime import date, timedelta
from enum import StrEnum

from optimizer.answer import Progress, Stopwatch
from optimizer.errors import EngineError
from optimizer.travel.provider import TravelProvider
from scheduler.domain.day import Day
from scheduler.domain.errors import RoundsError
from scheduler.domain.ids import BranchId
from scheduler.domain.plan import Revision
from scheduler.domain.policy import Policy
from scheduler.domain.stale import PlanMovedOn
from scheduler.domain.visit import VisitType
from scheduler.domain.waiting import NEVER, Stop
from scheduler.planning.difference import PlanDifference
from scheduler.planning.planner import Planned, plan_day
from scheduler.planning.publish import is_stale
from scheduler.planning.saving import Saved, save
from scheduler.planning.search import Search
from scheduler.planning.snapshot import take_snapshot
from scheduler.ports import Claim, Clock, OpenUnitOfWork

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
FIRST_WAIT = timedelta(seconds=30)
MOST_ATTEMPTS = 3
PARKED_FOR = timedelta(hours=1)


class Result(StrEnum):
    """What became of one claimed branch-day."""

    IDLE = "idle"
    """Nothing was due."""
    UNCHANGED = "unchanged"
    """The newest plan already answers the news."""
    PLANNED = "planned"
    """A new revision, not told yet."""
    PUBLISHED = "published"
    """A revision was told."""
    OVERTAKEN = "overtaken"
    """The day changed, or somebody else took it, while we planned."""
    STOPPED = "stopped"
    """The planner was told to end; the next one plans the day anew."""
    FAILED = "failed"
    """No plan could be saved; the one before stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`code` says why it failed; `change` is against the revision before."""

    result: Result
    branch: BranchId | None = None
    date: date | None = None
    revision: int | None = None
    change: PlanDifference | None = None
    planned: Planned | None = None
    code: str | None = None


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


def plan_next(open_uow: OpenUnitOfWork, clock: Clock, desk: PlanningDesk, *, stop: Stop = NEVER) -> Outcome:
    """Plan the most overdue branch-day, if any. Once `stop` is set, the search ends and the day is handed back."""
    with open_uow() as uow:
        claim = uow.work.claim(owner=desk.owner, now=clock.now(), lease=desk.lease)
        uow.commit()
    return Outcome(result=Result.IDLE) if claim is None else _Attempt(open_uow, clock, desk, claim, stop).run()


class _Attempt:
    """One claimed branch-day, from snapshot to commit."""

    def __init__(self, open_uow: OpenUnitOfWork, clock: Clock, desk: PlanningDesk, claim: Claim, stop: Stop) -> None:
        self.open_uow, self.clock, self.desk, self.claim, self.stop = open_uow, clock, desk, claim, stop
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
            planned = self._plan(day)
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

    def _plan(self, day: Day) -> Planned:
        return plan_day(
            day,
            seconds=self.desk.seconds,
            on_progress=self._keep_lease,
            is_cancelled=lambda: self.is_lost or self.stop.is_set(),
            stopwatch=self.desk.stopwatch,
            search=self.desk.search,
        )

    def _keep_lease(self, progress: Progress) -> None:
        del progress
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
            ),
        )

    def _facts(self, **more: object) -> dict[str, object]:
        return {"branch": str(self.claim.branch), "day": self.claim.date.isoformat(), **more}


def _result_of(saved: Saved) -> Result:
    if saved.is_told_now:
        return Result.PUBLISHED
    return Result.PLANNED if saved.is_new else Result.UNCHANGED
