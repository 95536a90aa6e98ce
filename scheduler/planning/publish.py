"""Telling people a plan: when its moment has come, what is said, and what is remembered as told.

A day is first told the evening before, at the policy's hour in the branch's zone; whatever changes later is told
at once, and only what changed, to those concerned. Everything happens in the caller's transaction. A visit that
has begun is nobody's news.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.branch import Branch
from scheduler.domain.ids import MOST_NAMED, BranchId, VisitId
from scheduler.domain.plan import Plan, Revision
from scheduler.domain.policy import Policy
from scheduler.domain.time import at_local
from scheduler.domain.visit import Told, Visit, VisitStatus
from scheduler.planning.announcements import announcements
from scheduler.planning.difference import PlanDifference, difference
from scheduler.ports.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


def publish_moment(day: date, zone: ZoneInfo, policy: Policy) -> datetime:
    """When a day is first told."""
    return at_local(day - timedelta(days=1), policy.planning.publish_hour, zone)


def publish_due(uow: UnitOfWork, branch: BranchId, now: datetime, policy: Policy) -> Sequence[Revision]:
    """Tell the drafts of the branch whose moment has come; the ones that were told, by day.

    A draft with a visit that is off by now waits: the plan that answers the news is told as soon as it is made.
    """
    facts = uow.branches.get(branch)
    drafts = _drafts(uow, facts, now, until=_last_due(facts, now, policy))
    return _told(uow, [draft for draft in drafts if not is_stale(uow, draft.plan)], now)


def publish_all(uow: UnitOfWork, branch: Branch, now: datetime, *, until: date) -> Sequence[Revision]:
    """Tell every draft of days up to `until`, whatever the hour."""
    return _told(uow, _drafts(uow, branch, now, until=until), now)


def publish(uow: UnitOfWork, revision: Revision, now: datetime) -> PlanDifference:
    """Tell this revision: events to the outbox, what was told to the visits, the mark on the revision."""
    plan = revision.plan
    before = uow.plans.published(plan.branch, plan.date)
    visits = {visit.id: visit for visit in uow.visits.on(plan.branch, plan.date)}
    begun = {visit.id for visit in visits.values() if visit.status.has_begun}
    change = difference(before.plan if before else None, plan, begun=begun)
    for event in announcements(revision, before, change, now):
        uow.outbox.add(event)
    _remember(uow, plan, visits)
    uow.plans.mark_published(plan.branch, plan.date, revision.number, now)
    return change


def _drafts(uow: UnitOfWork, branch: Branch, now: datetime, *, until: date) -> list[Revision]:
    """Days behind us stay as they are."""
    today = branch.local_date(now)
    return [draft for draft in uow.plans.drafts(branch.id, until) if draft.plan.date >= today]


def _told(uow: UnitOfWork, drafts: Sequence[Revision], now: datetime) -> Sequence[Revision]:
    for draft in drafts:
        publish(uow, draft, now)
    return drafts


def say_published(revisions: Sequence[Revision]) -> None:
    """To the log, for whoever has committed: which events are told by now. `count` is all of them."""
    for revision in revisions:
        plan, because = revision.plan, revision.caused_by
        about = {"branch": plan.branch, "day": plan.date.isoformat(), "revision": revision.number}
        log.info("plan.published", extra={**about, "caused": because[:MOST_NAMED], "count": len(because)})


def is_stale(uow: UnitOfWork, plan: Plan) -> bool:
    """A visit it serves was cancelled or missed, or has begun elsewhere, since the day was read."""
    visits = {visit.id: visit for visit in uow.visits.on(plan.branch, plan.date)}
    for route, stop in plan.stops():
        visit = visits.get(stop.visit)
        is_theirs = visit is not None and visit.status.has_begun and visit.case_manager == route.case_manager
        if not (is_theirs or (visit is not None and visit.is_open)):
            return True
    return False


def _remember(uow: UnitOfWork, plan: Plan, visits: dict[VisitId, Visit]) -> None:
    for route, stop in plan.stops():
        visit = visits.get(stop.visit)
        if visit is None or not visit.is_open:
            continue
        told = replace(
            visit,
            status=VisitStatus.TOLD,
            told=Told(case_manager=route.case_manager, starts=stop.starts),
        )
        if told != visit:
            uow.visits.save(told)


def _last_due(branch: Branch, now: datetime, policy: Policy) -> date:
    """The last day whose publish moment has passed."""
    today = branch.local_date(now)
    tomorrow = today + timedelta(days=1)
    return tomorrow if publish_moment(tomorrow, branch.zone, policy) <= now else today
