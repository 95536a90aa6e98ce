"""Visits in the store, and the queries over them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId, VisitId
from scheduler.domain.missing import UnknownVisit
from scheduler.domain.visit import Link, LinkKind, OrderRef, Pin, Told, Visit, VisitStatus
from scheduler.store.engine import Store
from tests.builders import BRANCH, DAY, a_visit, at, window

TOMORROW = DAY + timedelta(days=1)
KIM, LOU = CaseManagerId("kim"), CaseManagerId("lou")
ADA, BEN = PatientId("ada"), PatientId("ben")


def saved(store: Store, *visits: Visit) -> None:
    with store.unit_of_work() as uow:
        for visit in visits:
            uow.visits.save(visit)
        uow.commit()


def done(name: str, day: date, by: CaseManagerId = KIM) -> Visit:
    return a_visit(name, date=day, status=VisitStatus.DONE, case_manager=by)


def test_a_visit_comes_back_as_it_was_saved(store: Store) -> None:
    visit = a_visit(
        "ada",
        windows=(window("08:00", "10:00"), window("13:00", "13:00")),
        links=(Link(kind=LinkKind.AFTER, other=VisitId("ben"), min_gap_minutes=60),),
        pin=Pin(case_manager=KIM, starts=at("09:00")),
        told=Told(case_manager=KIM, starts=at("09:00")),
        order=OrderRef(care_plan=CarePlanId("plan-1"), key="sn/2026-03-03"),
    )
    saved(store, visit)

    with store.unit_of_work(read_only=True) as uow:
        assert uow.visits.get(BRANCH, visit.id) == visit


def test_saving_a_visit_again_moves_it_in_every_query(store: Store) -> None:
    saved(store, a_visit("ada"))
    saved(store, a_visit("ada", date=TOMORROW, status=VisitStatus.CANCELLED))

    with store.unit_of_work(read_only=True) as uow:
        assert uow.visits.on(BRANCH, DAY) == []
        assert [visit.status for visit in uow.visits.on(BRANCH, TOMORROW)] == [VisitStatus.CANCELLED]
        assert uow.visits.days_with_open_visits(BRANCH, DAY, TOMORROW) == []


def test_a_day_holds_every_visit_of_its_branch_whatever_the_state_by_id(store: Store) -> None:
    elsewhere = a_visit("cyd", branch=BranchId("south"))
    saved(store, a_visit("ben"), a_visit("ada").cancelled("away"), a_visit("dan", date=TOMORROW), elsewhere)

    with store.unit_of_work(read_only=True) as uow:
        assert [visit.id for visit in uow.visits.on(BRANCH, DAY)] == ["ada", "ben"]


def test_the_visits_of_a_care_plan_are_found_across_days(store: Store) -> None:
    ours = OrderRef(care_plan=CarePlanId("plan-1"), key="sn")
    other = OrderRef(care_plan=CarePlanId("plan-2"), key="sn")
    saved(
        store,
        a_visit("ada/1", order=ours),
        a_visit("ada/2", order=ours, date=TOMORROW),
        a_visit("ben", order=other),
        a_visit("cyd"),
    )

    with store.unit_of_work(read_only=True) as uow:
        found = uow.visits.of_care_plan(BRANCH, CarePlanId("plan-1"))
        assert [visit.id for visit in found] == ["ada/1", "ada/2"]


def test_the_visits_of_a_patient_are_found_between_two_days_inclusive(store: Store) -> None:
    days = [DAY + timedelta(days=n) for n in range(4)]
    saved(store, *(a_visit(f"ada/{n}", date=day) for n, day in enumerate(days)), a_visit("ben"))

    with store.unit_of_work(read_only=True) as uow:
        found = uow.visits.of_patient(BRANCH, ADA, days[1], days[2])
        assert [visit.id for visit in found] == ["ada/1", "ada/2"]


def test_history_is_the_last_done_visits_of_each_patient_before_the_day_newest_first(store: Store) -> None:
    ago = [DAY - timedelta(days=n) for n in range(6)]
    saved(
        store,
        done("ada/0", ago[0]),  # the day itself is not before the day
        done("ada/1", ago[1], by=LOU),
        done("ada/2", ago[2]),
        done("ada/3", ago[3]),
        a_visit("ada/4", date=ago[1], status=VisitStatus.MISSED, case_manager=KIM),
        done("ben/1", ago[5], by=LOU),
        done("cyd/1", ago[1]),
    )

    with store.unit_of_work(read_only=True) as uow:
        history = uow.visits.history(BRANCH, [ADA, BEN], DAY, 2)

    assert [(past.patient, past.case_manager, past.date) for past in history] == [
        (ADA, LOU, ago[1]),
        (ADA, KIM, ago[2]),
        (BEN, LOU, ago[5]),
    ]


def test_days_with_open_visits_are_listed_once_by_day(store: Store) -> None:
    later = DAY + timedelta(days=3)
    saved(
        store,
        a_visit("ada", date=later),
        a_visit("ben"),
        a_visit("cyd", status=VisitStatus.TOLD),
        done("dan", TOMORROW),
        a_visit("eve", date=later + timedelta(days=1)),
    )

    with store.unit_of_work(read_only=True) as uow:
        assert uow.visits.days_with_open_visits(BRANCH, DAY, later) == [DAY, later]


def test_an_unknown_visit_is_named_in_the_error(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.visits.find(BRANCH, VisitId("nobody")) is None
        with pytest.raises(UnknownVisit, match="nobody"):
            uow.visits.get(BRANCH, VisitId("nobody"))
