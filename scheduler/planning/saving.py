"""Keeping a plan: its revision, what it means for the visits, and telling it where that is due.

Everything happens in the caller's transaction; nothing here decides whether the plan may be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.domain.ids import EventId, VisitId
from scheduler.domain.plan import Plan, Revision
from scheduler.domain.policy import Policy
from scheduler.domain.visit import Visit, VisitStatus
from scheduler.planning.difference import PlanDifference, difference
from scheduler.planning.publish import publish, publish_moment
from scheduler.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The revision that stands now, if any; `change` is against the one before."""

    revision: Revision | None
    change: PlanDifference
    is_new: bool
    is_told_now: bool


def save(
    uow: UnitOfWork,
    plan: Plan,
    *,
    head: Revision | None,
    because: Sequence[EventId],
    policy: Policy,
    now: datetime,
) -> Saved:
    """Add revision n+1 unless the plan says what revision n says; tell it when people know the day already.

    Raises `PlanMovedOn` when the newest revision is no longer `head`.
    """
    visits = {visit.id: visit for visit in uow.visits.on(plan.branch, plan.date)}
    begun = {visit.id for visit in visits.values() if visit.status.has_begun}
    change = difference(head.plan if head else None, plan, begun=begun)
    revision, is_new = head, not _says_the_same(head, plan, change)
    if is_new:
        number = head.number + 1 if head else 1
        revision = Revision(number=number, plan=plan, caused_by=tuple(because), made_at=now)
        uow.plans.add(revision)
        _remember(uow, plan, visits)
    is_told_now = revision is not None and _is_due(uow, revision, policy, now)
    if revision is not None and is_told_now:
        publish(uow, revision, now)
    return Saved(revision=revision, change=change, is_new=is_new, is_told_now=is_told_now)


def _says_the_same(head: Revision | None, plan: Plan, change: PlanDifference) -> bool:
    if head is None:
        return not plan.unassigned and not any(True for _ in plan.stops())
    return change.is_empty and _reasons(head.plan) == _reasons(plan)


def _reasons(plan: Plan) -> dict[VisitId, set[tuple[str, str | None]]]:
    return {m.visit: {(reason.code, reason.case_manager) for reason in m.reasons} for m in plan.unassigned}


def _remember(uow: UnitOfWork, plan: Plan, visits: Mapping[VisitId, Visit]) -> None:
    """A visit in the plan is planned; one that fell out of it is requested again, and still knows what was told."""
    for _, stop in plan.stops():
        visit = visits.get(stop.visit)
        if visit is not None and visit.status is VisitStatus.REQUESTED:
            uow.visits.save(replace(visit, status=VisitStatus.PLANNED))
    for missing in plan.unassigned:
        visit = visits.get(missing.visit)
        if visit is not None and visit.status in (VisitStatus.PLANNED, VisitStatus.TOLD):
            uow.visits.save(replace(visit, status=VisitStatus.REQUESTED))


def _is_due(uow: UnitOfWork, revision: Revision, policy: Policy, now: datetime) -> bool:
    if revision.published_at is not None:
        return False
    plan = revision.plan
    if uow.plans.published(plan.branch, plan.date) is not None:
        return True
    return publish_moment(plan.date, ZoneInfo(plan.zone), policy) <= now
