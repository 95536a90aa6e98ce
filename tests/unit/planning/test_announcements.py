"""Which events tell a revision, and what stands in them."""

from __future__ import annotations

from dataclasses import replace

from scheduler.domain.day import Day
from scheduler.domain.events import (
    DomainEvent,
    ItineraryPublished,
    SchedulePublished,
    ScheduleRevised,
    VisitAssigned,
    VisitUnassigned,
)
from scheduler.domain.ids import EventId, ShiftId
from scheduler.domain.plan import Plan, Reason, Revision, Unassigned
from scheduler.planning.announcements import announcements
from scheduler.planning.difference import difference
from tests.builders import a_case_manager, a_day, a_plan, a_shift, at

NOW = at("18:00")


def revision(number: int, plan: Plan) -> Revision:
    return Revision(number=number, plan=plan, caused_by=(EventId("e1"),), made_at=NOW)


def told(after: Plan, before: Plan | None = None) -> list[DomainEvent]:
    first = revision(1, before) if before else None
    return list(announcements(revision(2, after), first, difference(before, after), NOW))


def a_team() -> Day:
    return a_day(visits=["ada", "ben"], shifts=["kim", "lee"])


def test_the_first_plan_tells_the_schedule_then_everybody_then_every_visit() -> None:
    events = told(a_plan(a_team(), kim="09:00 ada", lee="09:00 ben"))

    assert [type(event) for event in events] == [
        SchedulePublished,
        ItineraryPublished,
        ItineraryPublished,
        VisitAssigned,
        VisitAssigned,
    ]
    assert {event.revision for event in events} == {2}


def test_a_later_plan_names_the_revision_it_replaces_and_who_had_the_visit() -> None:
    day = a_team()
    events = told(a_plan(day, kim="09:00 ada, 10:00 ben"), a_plan(day, kim="09:00 ada", lee="09:00 ben"))
    revised = next(event for event in events if isinstance(event, ScheduleRevised))
    assigned = [event for event in events if isinstance(event, VisitAssigned)]

    assert revised.replaces == 1
    assert [change.visit for change in revised.changes] == ["ben"]
    assert [(a.visit, a.case_manager_before, a.starts_before) for a in assigned] == [("ben", "lee", at("09:00"))]


def test_whose_day_is_free_now_is_told_so() -> None:
    day = a_team()
    events = told(a_plan(day, kim="09:00 ada, 10:00 ben"), a_plan(day, kim="09:00 ada", lee="09:00 ben"))
    lees = next(e for e in events if isinstance(e, ItineraryPublished) and e.case_manager == "lee")

    assert (lees.leaves, lees.returns, lees.stops) == (None, None, ())


def test_two_shifts_of_a_day_are_one_itinerary() -> None:
    kim = a_case_manager("kim")
    halves = [a_shift(kim, "08:00-11:00"), a_shift(kim, "13:00-16:00", id=ShiftId("kim-2"))]
    day = a_day(visits=["ada", "ben"], shifts=halves)
    morning, afternoon = a_plan(day, kim="09:00 ada").routes[0], a_plan(day, kim="14:00 ben").routes[1]
    events = told(replace(a_plan(day), routes=(morning, replace(afternoon, stops=afternoon.stops))))
    [itinerary] = [event for event in events if isinstance(event, ItineraryPublished)]

    assert [stop.visit for stop in itinerary.stops] == ["ada", "ben"]
    assert itinerary.leaves == morning.leaves
    assert itinerary.returns == afternoon.returns


def test_a_visit_nobody_serves_is_told_with_its_reasons() -> None:
    day = a_team()
    reason = Reason(
        code="route.window", sentence="Kim cannot be there in time.", case_manager=day.shifts[0].case_manager.id
    )
    ben = day.visits[1]
    missing = Unassigned(visit=ben.id, patient=ben.patient, reasons=(reason,))
    events = told(replace(a_plan(day, kim="09:00 ada"), unassigned=(missing,)), a_plan(day, kim="09:00 ada, 10:00 ben"))

    assert [e.reasons for e in events if isinstance(e, VisitUnassigned)] == [(reason,)]


def test_nothing_is_told_when_nothing_changed() -> None:
    plan = a_plan(a_team(), kim="09:00 ada", lee="09:00 ben")

    assert told(plan, plan) == []
