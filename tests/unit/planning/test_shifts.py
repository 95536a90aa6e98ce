"""Shifts from working hours, less absences, never less than what was worked."""

from __future__ import annotations

from datetime import date, time

import pytest

from scheduler.domain.ids import CaseManagerId
from scheduler.domain.people import Absence, WorkingHours
from scheduler.domain.time import seconds_between
from scheduler.domain.visit import Visit, VisitStatus
from scheduler.planning.shifts import WeekLoad, shifts_of
from tests.builders import DAY, ZONE, a_case_manager, a_visit, at, clock_of


def spans(
    *absences: Absence, begun: tuple[Visit, ...] = (), hours: str | tuple[WorkingHours, ...] = "08:00-16:00"
) -> list[str]:
    person = a_case_manager("kim", hours=hours, absences=absences)
    shifts = shifts_of(person, DAY, ZONE, begun=begun, week=WeekLoad())
    return [f"{clock_of(shift.starts)}-{clock_of(shift.ends)}" for shift in shifts]


def away(starts: str, ends: str | None = None) -> Absence:
    return Absence(starts=at(starts), ends=at(ends) if ends else None)


def done(starts: str, ends: str) -> Visit:
    facts = {"case_manager": CaseManagerId("kim"), "started_at": at(starts), "ended_at": at(ends)}
    return a_visit("ada", status=VisitStatus.DONE, **facts)


def test_without_absences_the_hours_are_the_shift() -> None:
    assert spans() == ["08:00-16:00"]


@pytest.mark.parametrize(
    ("absence", "left"),
    [
        (away("12:00", "13:00"), ["08:00-12:00", "13:00-16:00"]),
        (away("07:00", "10:00"), ["10:00-16:00"]),
        (away("14:00"), ["08:00-14:00"]),
        (away("07:00"), []),
        (away("08:00", "16:00"), []),
        (away("16:00", "18:00"), ["08:00-16:00"]),
    ],
)
def test_an_absence_cuts_the_shift(absence: Absence, left: list[str]) -> None:
    assert spans(absence) == left


def test_two_absences_cut_twice() -> None:
    assert spans(away("09:00", "10:00"), away("12:00", "13:00")) == ["08:00-09:00", "10:00-12:00", "13:00-16:00"]


def test_an_absence_reported_late_does_not_undo_what_was_worked() -> None:
    assert spans(away("08:00"), begun=(done("08:10", "08:55"),)) == ["08:00-08:55"]


def test_who_works_on_a_day_off_has_a_shift_as_long_as_the_work() -> None:
    assert spans(hours=(), begun=(done("10:00", "10:45"),)) == ["10:00-10:45"]


def test_a_dated_entry_replaces_the_pattern() -> None:
    hours = (
        WorkingHours(starts=time(8), ends=time(16), weekday=DAY.weekday()),
        WorkingHours(starts=time(12), ends=time(14), date=DAY),
    )
    shifts = shifts_of(a_case_manager("kim", hours=hours), DAY, ZONE, begun=(), week=WeekLoad())

    assert [clock_of(shift.starts) for shift in shifts] == ["12:00"]


def test_a_night_shift_over_the_lost_hour_is_shorter() -> None:
    shifts = shifts_of(a_case_manager("kim", hours="01:00-05:00"), date(2026, 3, 8), ZONE, begun=(), week=WeekLoad())

    assert seconds_between(shifts[0].starts, shifts[0].ends) == 3 * 3600


def test_the_week_goes_with_the_shift() -> None:
    shifts = shifts_of(a_case_manager("kim"), DAY, ZONE, begun=(), week=WeekLoad(seconds=60, centipoints=5))

    assert (shifts[0].week_seconds, shifts[0].week_centipoints) == (60, 5)
