"""Whole days, drawn: every plan keeps every hard rule, and re-planning touches nothing that is frozen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.people import Absence, Licence
from scheduler.domain.plan import Plan
from scheduler.domain.time import after, seconds_between
from scheduler.domain.visit import Link, LinkKind, Pin, Priority, Told, Visit, VisitStatus
from scheduler.planning.planner import plan_day
from tests.builders import DAY, a_case_manager, a_day, a_policy, a_shift, a_visit, at, given_travel, window

NURSES = ("kim", "lee", "max")
ODD_DAYS = (DAY, date(2026, 3, 8), date(2026, 11, 1))
QUICK = a_policy(effort=0.1)


@st.composite
def visits(draw: st.DrawFn, day: date) -> list[Visit]:
    made: list[Visit] = []
    for number in range(draw(st.integers(1, 7))):
        opens = draw(st.integers(8, 13))
        facts = {
            "date": day,
            "minutes": draw(st.sampled_from([15, 45, 90])),
            "windows": draw(st.sampled_from([(), (window(f"{opens:02}:00", f"{opens + 2:02}:00", day=day),)])),
            "licences": draw(st.sampled_from([(), (Licence.RN,), (Licence.RN, Licence.LPN)])),
            "priority": draw(st.sampled_from(Priority)),
            "is_remote": draw(st.booleans()),
            "pin": draw(st.sampled_from([None, None, None, Pin(case_manager=CaseManagerId("kim"))])),
        }
        if draw(st.booleans()) and made:
            kind = draw(st.sampled_from(LinkKind))
            gap = 60 if kind is LinkKind.AFTER else None
            facts["links"] = (Link(kind=kind, other=made[-1].id, min_gap_minutes=gap),)
        made.append(a_visit(f"v{number}", **facts))
    return made


@st.composite
def days(draw: st.DrawFn) -> Day:
    day = draw(st.sampled_from(ODD_DAYS))
    hours = st.sampled_from(["08:00-16:00", "00:30-10:00", "07:00-12:00"])
    licences = st.sampled_from([Licence.RN, Licence.LPN])
    shifts = [
        a_shift(a_case_manager(name, licence=draw(licences)), draw(hours), day=day)
        for name in NURSES[: draw(st.integers(1, 3))]
    ]
    travel = given_travel(default=draw(st.sampled_from([0, 10, 35])))
    return a_day(visits=draw(visits(day)), shifts=shifts, date=day, travel=travel, policy=QUICK)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Day, Day]:
    """A day as it was planned, and the same day later: begun visits, a late one, cancellations, an illness."""
    before = draw(days())
    plan = plan_day(before).plan
    now = after(at("00:30", day=before.date), 60 * draw(st.integers(0, 15 * 60)))
    late = timedelta(minutes=draw(st.sampled_from([0, 0, 25, 90])))
    cancelled = draw(st.sets(st.sampled_from(before.visits).map(lambda visit: visit.id), max_size=2))
    later = [_later(visit, plan, now, late) for visit in before.visits]
    shifts = before.shifts
    if draw(st.booleans()):
        ill = replace(shifts[0].case_manager, absences=(Absence(starts=now),))
        shifts = (replace(shifts[0], case_manager=ill), *shifts[1:])
    urgent = a_visit("urgent", date=before.date, priority=Priority.URGENT)
    kept = [visit for visit in later if not (visit.id in cancelled and visit.is_open)]
    day = a_day(visits=[*kept, urgent], shifts=shifts, date=before.date, travel=before.travel, policy=QUICK)
    return before, replace(day, current=plan, is_told=True, now=now)


def _later(visit: Visit, plan: Plan, now: datetime, late: timedelta) -> Visit:
    found = plan.where(visit.id)
    if found is None:
        return visit
    route, stop = found
    started, ended = (moment.astimezone(UTC) + late for moment in (stop.starts, stop.ends))
    if started > now.astimezone(UTC):
        return visit
    is_done = ended <= now.astimezone(UTC)
    return replace(
        visit,
        status=VisitStatus.DONE if is_done else VisitStatus.UNDER_WAY,
        case_manager=route.case_manager,
        started_at=started,
        ended_at=ended if is_done else None,
    )


def assert_whole(day: Day, plan: Plan) -> None:
    times = Counter([stop.visit for _, stop in plan.stops()] + [missing.visit for missing in plan.unassigned])
    assert max(times.values(), default=1) == 1
    assert {visit.id for visit in day.visits if visit.is_open} <= times.keys()
    assert all(missing.reasons for missing in plan.unassigned)


@settings(max_examples=40)
@given(days())
def test_every_plan_keeps_every_hard_rule_and_loses_no_visit(day: Day) -> None:
    planned = plan_day(day)

    assert planned.blocking == ()
    assert_whole(day, planned.plan)


@settings(max_examples=60)
@given(stories())
def test_replanning_keeps_every_hard_rule_and_what_has_begun(story: tuple[Day, Day]) -> None:
    _, day = story
    planned = plan_day(day)

    assert planned.blocking == ()
    assert_whole(day, planned.plan)
    for visit in day.visits:
        if visit.status.has_begun:
            found = planned.plan.where(visit.id)
            assert found is not None
            assert (found[0].case_manager, found[1].is_frozen) == (visit.case_manager, True)


@settings(max_examples=60)
@given(stories())
def test_nobody_is_sent_anywhere_in_the_past_or_in_two_places_at_once(story: tuple[Day, Day]) -> None:
    _, day = story
    assert day.now is not None
    for route in plan_day(day).plan.routes:
        for before, then in pairwise(route.stops):
            if then.is_frozen:
                continue
            assert seconds_between(before.ends, then.arrives) >= then.drive_seconds
        for stop in (stop for stop in route.stops if not stop.is_frozen):
            assert seconds_between(day.now, stop.starts) >= 0


@settings(max_examples=30)
@given(days())
def test_planning_again_with_nothing_new_serves_no_fewer(day: Day) -> None:
    first = plan_day(day)
    told = tuple(_told(visit, first.plan) for visit in day.visits)
    again = plan_day(replace(day, visits=told, current=first.plan, is_told=True))

    assert again.evaluation.unserved <= first.evaluation.unserved
    assert again.released == ()


def _told(visit: Visit, plan: Plan) -> Visit:
    if (found := plan.where(visit.id)) is None:
        return visit
    told = Told(case_manager=found[0].case_manager, starts=found[1].starts)
    return replace(visit, status=VisitStatus.TOLD, told=told)
