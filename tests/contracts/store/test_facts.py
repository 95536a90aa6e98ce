"""Branches, patients, case managers and care plans in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from scheduler.domain.care_plan import CarePlan, CarePlanOrder
from scheduler.domain.ids import BranchId, CarePlanId, CaseManagerId, PatientId
from scheduler.domain.missing import UnknownBranch, UnknownCarePlan, UnknownCaseManager, UnknownPatient
from scheduler.domain.people import Absence, Credential, WorkingHours
from scheduler.domain.visit import Priority
from scheduler.store.engine import Store
from tests.builders import BRANCH, DAY, a_branch, a_case_manager, a_patient, at

ELSEWHERE = BranchId("south")
A_PLAN = CarePlan(
    id=CarePlanId("plan-1"), branch=BRANCH, patient=PatientId("ada"), starts=DAY,
    orders=(CarePlanOrder(key="sn", notation="2w4 1w5", visit_type="routine", priority=Priority.HIGH),),
)  # fmt: skip


def test_a_branch_comes_back_as_it_was_saved(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.branches.save(a_branch())
        uow.branches.save(a_branch(id=ELSEWHERE, name="Südstadt"))
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        assert uow.branches.get(BRANCH) == a_branch()
        assert [branch.name for branch in uow.branches.all()] == ["North branch", "Südstadt"]


def test_people_and_care_plans_come_back_as_they_were_saved(store: Store) -> None:
    kim = replace(
        a_case_manager("kim"),
        licence_expires=date(2027, 1, 31),
        credentials=(Credential(code="wound_care", expires=DAY),),
        absences=(Absence(starts=at("12:00"), reason="dentist"),),
        hours=(WorkingHours(starts=time(8), ends=time(16, 30), date=DAY),),
    )
    ada = a_patient("ada", primary=CaseManagerId("kim"), languages=("es", "en"))
    with store.unit_of_work() as uow:
        uow.case_managers.save(kim)
        uow.patients.save(ada)
        uow.care_plans.save(A_PLAN)
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        assert uow.case_managers.get(BRANCH, kim.id) == kim
        assert uow.patients.get(BRANCH, ada.id) == ada
        assert uow.care_plans.get(BRANCH, A_PLAN.id) == A_PLAN


def test_newer_facts_replace_older_ones(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.patients.save(a_patient("ada", version=1))
        uow.patients.save(a_patient("ada", version=2, phone="555-0100"))
        uow.care_plans.save(A_PLAN)
        uow.care_plans.save(replace(A_PLAN, ends=DAY, version=5))
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        assert uow.patients.get(BRANCH, PatientId("ada")).phone == "555-0100"
        assert uow.care_plans.get(BRANCH, A_PLAN.id).ends == DAY


def test_one_branch_never_sees_the_people_of_another(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.case_managers.save(a_case_manager("kim"))
        uow.case_managers.save(a_case_manager("lou", branch=ELSEWHERE))
        uow.patients.save(a_patient("ada", branch=ELSEWHERE))
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        assert [who.id for who in uow.case_managers.of_branch(BRANCH)] == ["kim"]
        assert uow.case_managers.find(BRANCH, CaseManagerId("lou")) is None
        assert uow.patients.of(BRANCH, [PatientId("ada")]) == []


def test_people_are_listed_by_the_bytes_of_their_ids_on_every_database(store: Store) -> None:
    names = ["b", "B", "a-2", "a10", "ä"]
    with store.unit_of_work() as uow:
        for name in names:
            uow.case_managers.save(a_case_manager(name))
            uow.patients.save(a_patient(name))
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        assert [who.id for who in uow.case_managers.of_branch(BRANCH)] == sorted(names)
        asked = [PatientId(name) for name in ("ä", "b", "B", "b", "nobody")]
        assert [who.id for who in uow.patients.of(BRANCH, asked)] == ["B", "b", "ä"]


def test_asking_for_no_patients_answers_none(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.patients.save(a_patient("ada"))
        assert uow.patients.of(BRANCH, []) == []


@pytest.mark.parametrize(
    ("room", "error"),
    [
        ("patients", UnknownPatient),
        ("case_managers", UnknownCaseManager),
        ("care_plans", UnknownCarePlan),
    ],
)
def test_whoever_is_not_there_is_named_in_the_error(store: Store, room: str, error: type[Exception]) -> None:
    with store.unit_of_work() as uow:
        repository: Any = getattr(uow, room)
        assert repository.find(BRANCH, "nobody") is None
        with pytest.raises(error, match="nobody"):
            repository.get(BRANCH, "nobody")


def test_an_unknown_branch_is_named_in_the_error(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert uow.branches.find(BRANCH) is None
        with pytest.raises(UnknownBranch, match=BRANCH):
            uow.branches.get(BRANCH)
