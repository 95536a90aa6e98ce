"""A care plan: the orders of one patient's episode, written in the trade's notation (`orders.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.domain.ids import BranchId, CarePlanId, PatientId
from scheduler.domain.visit import Priority

EPISODE_DAYS = 60  # 42 CFR 484.60: an episode of home-health care


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanOrder:
    """`notation` such as `2w4 1w5`, for visits of `visit_type`. `allowed_weekdays`: Monday is 0; empty means any.

    `key` is stable within the care plan and names the generated visits. Local clock times `earliest` and
    `latest` ("08:00") bound the start of each visit; none means any time in the shift.
    """

    key: str
    notation: str
    visit_type: str
    minutes: int | None = None
    allowed_weekdays: tuple[int, ...] = ()
    earliest: str | None = None
    latest: str | None = None
    priority: Priority = Priority.NORMAL
    credentials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlan:
    id: CarePlanId
    branch: BranchId
    patient: PatientId
    starts: date
    orders: tuple[CarePlanOrder, ...]
    ends: date | None = None
    ended_because: str | None = None
    version: int = 0

    @property
    def last_day(self) -> date:
        """The episode's last day, inclusive."""
        return self.ends or self.starts + timedelta(days=EPISODE_DAYS - 1)
