"""Work that was right when it began and was overtaken before it was done."""

from __future__ import annotations

from datetime import date

from scheduler.domain.errors import Conflict
from scheduler.domain.ids import BranchId


class PlanMovedOn(Conflict):
    """The plan changed since it was read."""

    code = "plan.moved_on"
    remedy = "Load the newer revision and try again."

    def __init__(self, *, read: int, current: int) -> None:
        self.read, self.current = read, current
        super().__init__(f"Edited revision {read}, but the plan is at {current}.")


class LeaseLost(Conflict):
    """Somebody else plans this branch-day by now, so what was made under the old lease must not be written."""

    code = "work.lease_lost"
    remedy = "Drop the result; the newer holder plans the day with the newer news."

    def __init__(self, *, branch: BranchId, day: date, fence: int) -> None:
        self.branch, self.day, self.fence = branch, day, fence
        super().__init__(f"The lease {fence} on {branch} for {day.isoformat()} is no longer ours.")
