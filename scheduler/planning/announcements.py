"""The events that tell a revision: once to the world, to each case manager concerned, and for each visit.

The first revision that is told says everything; a later one only what changed. Ids, times and reasons only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scheduler.domain.events import (
    DomainEvent,
    ItineraryPublished,
    SchedulePublished,
    ScheduleRevised,
    StopTold,
    VisitAssigned,
    VisitChange,
    VisitUnassigned,
)
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.plan import Plan, Revision, Stop
from scheduler.planning.difference import UNASSIGNED, PlanDifference


def announcements(
    revision: Revision, before: Revision | None, change: PlanDifference, now: datetime
) -> Iterator[DomainEvent]:
    """In the order in which they are sent: the schedule, the itineraries, the visits."""
    plan = revision.plan
    common = {"branch": plan.branch, "date": plan.date, "revision": revision.number, "at": now}
    if before is None:
        yield _published(revision, common)
    elif not change.is_empty:
        yield _revised(revision, before, change, common)
    for case_manager in change.case_managers:
        yield _itinerary(plan, case_manager, common)
    for item in change.changes:
        yield from _visit(plan, item, common)


def _published(revision: Revision, common: dict[str, Any]) -> SchedulePublished:
    plan = revision.plan
    return SchedulePublished(
        **common,
        caused_by=revision.caused_by,
        case_managers=tuple(sorted({route.case_manager for route in plan.routes if route.stops})),
        visits=tuple(stop.visit for _, stop in plan.stops()),
        unassigned=tuple(missing.visit for missing in plan.unassigned),
        totals=plan.totals,
        travel=plan.solve.travel,
        engine=plan.solve.engine,
        solve=plan.solve,
    )


def _revised(revision: Revision, before: Revision, change: PlanDifference, common: dict[str, Any]) -> ScheduleRevised:
    plan = revision.plan
    return ScheduleRevised(
        **common,
        replaces=before.number,
        caused_by=revision.caused_by,
        changes=change.changes,
        case_managers=change.case_managers,
        unassigned=tuple(missing.visit for missing in plan.unassigned),
        totals=plan.totals,
        travel=plan.solve.travel,
        engine=plan.solve.engine,
        solve=plan.solve,
    )


def _itinerary(plan: Plan, case_manager: CaseManagerId, common: dict[str, Any]) -> ItineraryPublished:
    """The whole day of one case manager, over all shifts."""
    own = sorted(
        (route for route in plan.routes if route.case_manager == case_manager and route.stops),
        key=lambda route: route.leaves,
    )
    return ItineraryPublished(
        **common,
        case_manager=case_manager,
        leaves=own[0].leaves if own else None,
        returns=own[-1].returns if own else None,
        stops=tuple(_told(stop) for route in own for stop in route.stops),
    )


def _told(stop: Stop) -> StopTold:
    return StopTold(
        visit=stop.visit,
        patient=stop.patient,
        arrives=stop.arrives,
        starts=stop.starts,
        ends=stop.ends,
        drive_seconds=stop.drive_seconds,
        drive_metres=stop.drive_metres,
    )


def _visit(plan: Plan, item: VisitChange, common: dict[str, Any]) -> Iterator[DomainEvent]:
    """A visit that left the plan was cancelled or has another day; whoever did that has said so."""
    if (found := plan.where(item.visit)) is not None:
        route, stop = found
        yield VisitAssigned(
            **common,
            visit=stop.visit,
            patient=stop.patient,
            case_manager=route.case_manager,
            starts=stop.starts,
            ends=stop.ends,
            starts_before=item.starts_before,
            case_manager_before=item.case_manager_before,
        )
    elif item.kind == UNASSIGNED:
        missing = next(missing for missing in plan.unassigned if missing.visit == item.visit)
        yield VisitUnassigned(**common, visit=missing.visit, patient=missing.patient, reasons=missing.reasons)
