"""Marks branch-days to be planned again: at once when it is about soon, else after a quiet while.

Days outside the planning horizon are left alone: they are planned when the horizon reaches them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from scheduler.domain.branch import Branch
from scheduler.domain.policy import Planning
from scheduler.domain.visit import Visit
from scheduler.handlers.desk import Desk
from scheduler.ports.planning_work import Urgency
from scheduler.ports.unit_of_work import UnitOfWork


def mark_visits(uow: UnitOfWork, desk: Desk, branch: Branch, visits: Iterable[Visit]) -> tuple[date, ...]:
    """The days of these visits. Give a visit that changes its day as it was and as it is."""
    soonest: dict[date, datetime] = {}
    for visit in visits:
        starts = expected_start(visit, branch)
        soonest[visit.date] = min(starts, soonest.get(visit.date, starts))
    return _mark(uow, desk, branch, soonest)


def mark_days(uow: UnitOfWork, desk: Desk, branch: Branch, days: Iterable[date]) -> tuple[date, ...]:
    return _mark(uow, desk, branch, {day: branch.bounds(day)[0] for day in days})


def mark_open_days(uow: UnitOfWork, desk: Desk, branch: Branch, *, first: date | None = None,
                   last: date | None = None) -> tuple[date, ...]:  # fmt: skip
    """Every day of the horizon, from `first` to `last`, that has open visits."""
    begins, ends = horizon(desk.planning, branch, desk.now)
    begins, ends = max(begins, first or begins), min(ends, last or ends)
    return mark_days(uow, desk, branch, uow.visits.days_with_open_visits(branch.id, begins, ends))


def horizon(planning: Planning, branch: Branch, now: datetime) -> tuple[date, date]:
    """Today and so many days ahead, both inclusive, in the branch's zone."""
    today = branch.local_date(now)
    return today, today + timedelta(days=planning.horizon_days)


def urgency_of(moment: datetime, *, planning: Planning, now: datetime) -> Urgency:
    is_near = moment <= now + timedelta(hours=planning.urgent_hours)
    return Urgency.NOW if is_near else Urgency.SOON


def expected_start(visit: Visit, branch: Branch) -> datetime:
    """When the visit starts as far as anybody knows: as pinned, as told, as its windows allow, or any time that day."""
    if visit.pin and visit.pin.starts:
        return visit.pin.starts
    if visit.told and branch.local_date(visit.told.starts) == visit.date:
        return visit.told.starts
    return min((window.opens for window in visit.windows), default=branch.bounds(visit.date)[0])


def _mark(uow: UnitOfWork, desk: Desk, branch: Branch, soonest: Mapping[date, datetime]) -> tuple[date, ...]:
    first, last = horizon(desk.planning, branch, desk.now)
    days = tuple(sorted(day for day in soonest if first <= day <= last))
    quiet = timedelta(seconds=desk.planning.quiet_seconds)
    for day in days:
        urgency = urgency_of(soonest[day], planning=desk.planning, now=desk.now)
        uow.work.mark_dirty(
            branch.id,
            day,
            because=desk.because,
            now=desk.now,
            quiet=timedelta(0) if urgency is Urgency.NOW else quiet,
            patience=timedelta(seconds=desk.planning.patience_seconds),
        )
    return days
