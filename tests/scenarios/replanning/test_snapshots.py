"""What a plan is made from, read from the store."""

from __future__ import annotations

from datetime import timedelta

from scheduler.domain.day import Day
from scheduler.domain.ids import PatientId, PlaceId
from scheduler.domain.people import Absence
from scheduler.planning.planner import plan_day
from scheduler.planning.snapshot import take_snapshot
from tests.builders import BRANCH, DAY, VISIT_TYPES, a_case_manager, a_patient, a_place, a_visit, at, window
from tests.scenarios.replanning.office import Office


def picture(office: Office) -> Day:
    with office.store.unit_of_work(read_only=True) as uow:
        return take_snapshot(
            uow,
            BRANCH,
            office.day,
            policy=office.policy,
            visit_types=VISIT_TYPES,
            travel_provider=office.provider,
            now=office.clock.now(),
        )


def test_the_plan_people_were_told_is_the_one_to_start_from(office: Office) -> None:
    told = office.told_day("ada")
    office.at("07:00")
    day = picture(office)

    assert day.current == told
    assert day.is_told


def test_a_draft_is_what_to_start_from_while_nobody_was_told(office: Office) -> None:
    office.request("ada")
    office.at("09:10", days_before=1)
    office.plan()
    day = picture(office)

    assert day.current == office.head().plan
    assert not day.is_told


def test_a_cancelled_visit_is_not_in_the_picture(office: Office) -> None:
    office.request("ada", "ben")
    office.cancel("ada")

    assert [visit.id for visit in picture(office).visits] == ["ben"]


def test_an_absence_cuts_the_shift(office: Office) -> None:
    away = Absence(starts=at("12:00"), ends=at("13:00"))
    office.open(a_case_manager("kim", absences=(away,)))
    shifts = [shift for shift in picture(office).shifts if shift.case_manager.id == "kim"]

    assert [(shift.starts, shift.ends) for shift in shifts] == [(at("08:00"), at("12:00")), (at("13:00"), at("16:00"))]


def test_a_place_nobody_knows_leaves_its_visit_waiting_for_an_address(office: Office) -> None:
    office.request(a_visit("ada", place=PlaceId("somewhere")), "ben")
    plan = plan_day(picture(office)).plan

    assert [(m.visit, m.reasons[0].code) for m in plan.unassigned] == [("ada", "place.needs_address")]


def test_a_patient_whose_home_was_not_found_waits_too(office: Office) -> None:
    with office.store.unit_of_work() as uow:
        uow.patients.save(a_patient("ada", home=a_place("ada", is_found=False)))
        uow.commit()
    office.request("ada")

    assert plan_day(picture(office)).plan.unassigned[0].reasons[0].code == "place.needs_address"


def test_the_week_counts_what_its_other_days_hold(office: Office) -> None:
    monday = Office(office.store, day=DAY - timedelta(days=1), provider=office.provider)
    monday.clock.time = at("20:00", day=DAY - timedelta(days=2))
    monday.request(a_visit("eve", date=monday.day, windows=(window("09:00", "09:00", day=monday.day),)))
    monday.clock.time += timedelta(minutes=5)
    monday.plan()
    worked = {shift.case_manager.id: shift for shift in picture(office).shifts}
    person = monday.who()["eve"]

    assert worked[a_case_manager(person).id].week_centipoints == 100
    assert worked[a_case_manager(person).id].week_seconds == (45 + 20) * 60
    assert sorted(shift.week_centipoints for shift in worked.values()) == [0, 100]


def test_history_is_who_was_there_before(office: Office) -> None:
    yesterday = Office(office.store, day=DAY - timedelta(days=1), provider=office.provider)
    yesterday.clock.time = at("09:00", day=yesterday.day)
    yesterday.request(a_visit("ada/0", date=yesterday.day))
    yesterday.begins("ada/0", "lee")
    yesterday.ends("ada/0", "lee", "09:00")
    office.request("ada")

    assert [(past.patient, past.case_manager) for past in picture(office).history] == [(PatientId("ada"), "lee")]
