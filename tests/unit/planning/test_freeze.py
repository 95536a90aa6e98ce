"""What re-planning may not touch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId, ShiftId, VisitId
from scheduler.domain.people import Absence, Hold
from scheduler.domain.plan import BreakTime, Plan
from scheduler.domain.time import after
from scheduler.domain.visit import Pin, VisitStatus
from scheduler.planning.freeze import Frozen, frozen
from tests.builders import DAY, a_case_manager, a_day, a_patient, a_plan, a_shift, a_visit, at, clock_of, window

KIM = ShiftId("kim-1")
PLAN = "08:10 ada, 09:30 ben, 11:00 cyd"


def begun(at_clock: str, *, by: str = "kim", until: str | None = None) -> dict[str, object]:
    return {
        "status": VisitStatus.DONE if until else VisitStatus.UNDER_WAY,
        "case_manager": CaseManagerId(by),
        "started_at": at(at_clock),
        "ended_at": at(until) if until else None,
    }


def a_morning(now: str, *, kim: str = PLAN, **facts: object) -> Day:
    """Kim is to visit Ada, Ben and Cyd; `ada={...}` changes the visit."""
    names = ("ada", "ben", "cyd")
    visits = [a_visit(name, **facts.pop(name, {})) for name in names]  # type: ignore[arg-type]
    shifts = facts.pop("shifts", ["kim", "lee"])
    plan = a_plan(a_day(visits=names, shifts=["kim", "lee"]), kim=kim)
    return a_day(visits=visits, shifts=shifts, current=plan, now=at(now), **facts)  # type: ignore[arg-type]


def prefix_of(found: Frozen, shift: ShiftId = KIM) -> list[str]:
    """`09:30 ben` for each frozen stop."""
    prefix = found.prefixes.get(shift)
    return [f"{clock_of(stop.starts)} {stop.visit}" for stop in prefix.stops] if prefix else []


def test_nothing_is_frozen_long_before_the_day() -> None:
    assert frozen(a_morning("06:00")).prefixes == {}


def test_a_day_without_a_clock_freezes_nothing() -> None:
    assert frozen(replace(a_morning("09:00"), now=None)).prefixes == {}


def test_a_stop_that_begins_within_the_freeze_minutes_stays() -> None:
    assert prefix_of(frozen(a_morning("07:30"))) == ["08:10 ada"]


def test_a_stop_that_begins_one_minute_after_the_freeze_is_free() -> None:
    assert prefix_of(frozen(a_morning("07:24"))) == []


def test_what_is_done_comes_with_the_times_it_really_had() -> None:
    found = frozen(a_morning("09:00", kim="08:10 ada, 12:00 ben", ada=begun("08:20", until="08:50")))

    assert prefix_of(found) == ["08:20 ada"]
    assert found.prefixes[KIM].place == "place-ada"
    assert found.prefixes[KIM].free_from == at("09:00"), "nobody is sent anywhere before now"


def test_a_late_runner_pushes_the_next_stops_no_later_than_must_be() -> None:
    found = frozen(a_morning("09:10", ada=begun("09:00")))

    # Ada ends 09:45, Ben is ten minutes away; Cyd at 11:00 is not imminent and stays free.
    assert prefix_of(found) == ["09:00 ada", "09:55 ben"]
    assert found.prefixes[KIM].free_from == at("10:40")


def test_a_visit_that_takes_longer_than_planned_ends_now_at_the_earliest() -> None:
    found = frozen(a_morning("09:20", kim="08:10 ada, 12:00 ben", ada=begun("08:10")))

    assert found.prefixes[KIM].free_from == at("09:20")


def test_a_stop_whose_time_has_passed_without_news_is_taken_to_go_as_planned() -> None:
    found = frozen(a_morning("08:30", kim="08:10 ada, 12:00 ben"))

    assert prefix_of(found) == ["08:10 ada"]
    assert found.prefixes[KIM].free_from == at("08:55")


def test_an_imminent_stop_that_can_no_longer_begin_in_its_window_is_let_go() -> None:
    day = a_morning("09:10", ada=begun("09:00"), ben={"windows": (window("09:00", "09:45"),)})

    assert prefix_of(frozen(day)) == ["09:00 ada"]


def test_a_visit_whose_lateness_is_only_priced_stays_however_late() -> None:
    ben = {"windows": (window("09:00", "09:45"),), "late_by_price": True}

    assert prefix_of(frozen(a_morning("09:10", ada=begun("09:00"), ben=ben))) == ["09:00 ada", "09:55 ben"]


@pytest.mark.parametrize("pin", [Pin(case_manager=CaseManagerId("lee")), Pin(starts=at("12:00"))])
def test_a_person_may_move_an_imminent_stop(pin: Pin) -> None:
    assert prefix_of(frozen(a_morning("07:40", ada={"pin": pin}))) == []


def test_a_pin_that_says_what_is_planned_changes_nothing() -> None:
    pin = Pin(case_manager=CaseManagerId("kim"), starts=at("08:10"))

    assert prefix_of(frozen(a_morning("07:40", ada={"pin": pin}))) == ["08:10 ada"]


def test_a_cancelled_visit_leaves_its_route() -> None:
    day = a_morning("07:40")
    day = replace(day, visits=tuple(visit for visit in day.visits if visit.id != "ada"))

    assert prefix_of(frozen(day)) == []


def test_the_visit_of_a_patient_who_left_for_hospital_is_let_go() -> None:
    away = a_patient("ada", holds=(Hold(starts=DAY),))

    assert prefix_of(frozen(a_morning("07:40", patients=[away]))) == []


def test_a_case_manager_who_falls_ill_keeps_only_what_has_begun() -> None:
    ill = a_case_manager("kim", absences=(Absence(starts=at("09:00")),))
    day = a_morning("09:00", shifts=[a_shift(ill, "08:00-09:05"), a_shift("lee")], ada=begun("08:10", until="08:55"))

    assert prefix_of(frozen(day)) == ["08:10 ada"]


def test_a_visit_somebody_else_began_belongs_to_that_person() -> None:
    found = frozen(a_morning("08:30", ada=begun("08:15", by="lee")))

    assert prefix_of(found, ShiftId("lee-1")) == ["08:15 ada"]
    assert found.shift_of[VisitId("ada")] == "lee-1"
    assert "08:15 ada" not in prefix_of(found)


def test_a_visit_begun_that_nobody_planned_is_where_its_person_is() -> None:
    found = frozen(a_morning("08:30", kim="12:00 ben", cyd=begun("08:15", by="kim")))

    assert found.prefixes[KIM].place == "place-cyd"
    assert found.prefixes[KIM].leaves == at("08:05")


def test_stops_before_an_imminent_one_stay_before_it() -> None:
    found = frozen(a_morning("09:00", kim="08:10 ada, 09:30 ben", ben=begun("08:50")))

    # Kim went to Ben first; Ada, overdue, is still hers and comes next.
    assert prefix_of(found) == ["08:50 ben", "09:45 ada"]


def test_a_stop_at_noon_moves_to_the_second_half_of_a_day_that_an_absence_cut() -> None:
    person = a_case_manager("kim", absences=(Absence(starts=at("10:00"), ends=at("12:00")),))
    halves = [a_shift(person, "08:00-10:00"), replace(a_shift(person, "12:00-16:00"), id=ShiftId("kim-2"))]
    day = a_morning("12:30", kim="13:00 cyd", shifts=halves)

    assert prefix_of(frozen(day), ShiftId("kim-2")) == ["13:00 cyd"]


def test_a_break_behind_a_frozen_stop_is_remembered_and_moves_with_a_late_one() -> None:
    day = a_morning("11:40", kim="11:00 ada, 12:20 ben", ada=begun("11:10"))
    day = replace(day, current=with_break(day.current, before=1, starts=at("11:55")))
    prefix = frozen(day).prefixes[KIM]

    # Ada ends 11:55 instead of 11:45, so the half hour before Ben begins at 12:05.
    assert [(clock_of(p.starts), clock_of(p.ends), p.before) for p in prefix.breaks] == [("12:05", "12:35", 1)]
    assert prefix_of(frozen(day)) == ["11:10 ada", "12:35 ben"]


def with_break(plan: Plan | None, *, before: int, starts: datetime) -> Plan:
    assert plan is not None
    pause = BreakTime(before=before, starts=starts, ends=after(starts, 1800), is_paid=False)
    return replace(plan, routes=(replace(plan.routes[0], breaks=(pause,)), *plan.routes[1:]))


@pytest.mark.parametrize(("minutes_ahead", "is_frozen"), [(44, True), (46, False), (80, False)])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)], ids=["23 hours", "25 hours"])
def test_the_freeze_counts_real_minutes_when_clocks_jump(day: date, minutes_ahead: int, *, is_frozen: bool) -> None:
    now = at("01:50", day=day)
    shifts = [a_shift("kim", "00:30-08:00", day=day)]
    plan = a_plan(a_day(visits=["ada"], shifts=shifts, date=day), kim="05:00 ada")
    starts = after(now, 60 * minutes_ahead)
    stop = replace(plan.routes[0].stops[0], arrives=starts, starts=starts, ends=after(starts, 2700))
    current = replace(plan, routes=(replace(plan.routes[0], stops=(stop,)),))
    later = a_day(visits=["ada"], shifts=shifts, date=day, current=current, now=now)

    assert bool(frozen(later).prefixes) is is_frozen
