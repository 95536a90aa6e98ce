"""Branches, patients and case managers: who is there, who is away, and what is planned anew for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from consumers.receipt import Status
from scheduler.domain.errors import Unavailable
from scheduler.domain.ids import CaseManagerId, PatientId
from scheduler.domain.people import CaseManager, Patient
from scheduler.domain.place import Point
from scheduler.domain.visit import Priority
from tests.office import BRANCH, HOURS, Office, a_request, in_days

ADA = {"id": "P-1", "name": "Ada Example", "home": {"latitude": 39.96, "longitude": -83.0}}
AT_THE_OFFICE = {"latitude": 39.96, "longitude": -83.0}
KIM = {"id": "CM-1", "name": "Kim Example", "licence": "RN", "begins_from": AT_THE_OFFICE, "hours": HOURS}


@pytest.fixture
def planned_week(office: Office) -> Office:
    """A visit of `P-1` on each of the next three days."""
    for days in (1, 2, 3):
        office.hear("visit.requested", a_request(f"V-{days}", date=in_days(days).isoformat()))
    office.forget_news()
    return office


def patient(office: Office, name: str) -> Patient:
    with office.open() as uow:
        return uow.patients.get(BRANCH, PatientId(name))


def case_manager(office: Office, name: str) -> CaseManager:
    with office.open() as uow:
        return uow.case_managers.get(BRANCH, CaseManagerId(name))


def test_another_zone_plans_every_day_anew_and_another_name_none(planned_week: Office) -> None:
    renamed = planned_week.hear("branch.changed", {"name": "Northern", "zone": "America/New_York"})
    moved = planned_week.hear("branch.changed", {"name": "Northern", "zone": "America/Chicago"})

    assert (renamed.days, len(moved.days)) == ((), 3)


def test_where_a_patient_lives_plans_their_days_anew_and_their_name_does_not(planned_week: Office) -> None:
    renamed = planned_week.hear("patient.changed", ADA | {"name": "Ada Married"})
    moved = planned_week.hear("patient.changed", ADA | {"home": {"latitude": 39.0, "longitude": -83.0}})

    assert (renamed.days, moved.days) == ((), (in_days(1), in_days(2), in_days(3)))


def test_a_hold_plans_only_its_days_anew(planned_week: Office) -> None:
    hold = {"patient": "P-1", "starts": in_days(2).isoformat(), "reason": "hospital"}

    receipt = planned_week.hear("patient.on_hold", hold)

    assert receipt.days == (in_days(2), in_days(3))
    assert patient(planned_week, "P-1").is_away_on(in_days(2))
    assert planned_week.hear("patient.on_hold", hold).status is Status.IGNORED


def test_a_hold_survives_new_facts_about_the_patient(planned_week: Office) -> None:
    planned_week.hear("patient.on_hold", {"patient": "P-1", "starts": in_days(2).isoformat()})

    planned_week.hear("patient.changed", ADA | {"languages": ["es"]})

    assert patient(planned_week, "P-1").is_away_on(in_days(2))


def test_a_patient_back_after_a_night_gets_a_resumption_of_care_on_the_next_day(planned_week: Office) -> None:
    planned_week.hear("patient.on_hold", {"patient": "P-1", "starts": in_days(-3).isoformat()})
    planned_week.forget_news()

    receipt = planned_week.hear("patient.returned", {"patient": "P-1", "on": in_days(1).isoformat()})

    visit = planned_week.visit(f"P-1/roc/{in_days(1).isoformat()}")
    assert (visit.date, visit.type, visit.priority) == (in_days(2), "roc", Priority.HIGH)
    assert receipt.days == (in_days(1), in_days(2), in_days(3))
    assert not patient(planned_week, "P-1").is_away_on(in_days(1))


def test_a_return_on_the_same_day_needs_no_resumption(planned_week: Office) -> None:
    planned_week.hear("patient.on_hold", {"patient": "P-1", "starts": in_days(1).isoformat()})

    planned_week.hear("patient.returned", {"patient": "P-1", "on": in_days(1).isoformat()})

    assert planned_week.rows("SELECT count(*) FROM visit WHERE id LIKE '%roc%'") == [(0,)]


def test_a_return_on_the_day_it_was_expected_gets_its_resumption_too(planned_week: Office) -> None:
    hold = {"patient": "P-1", "starts": in_days(-3).isoformat(), "ends": in_days(1).isoformat()}
    planned_week.hear("patient.on_hold", hold)

    planned_week.hear("patient.returned", {"patient": "P-1", "on": in_days(1).isoformat()})
    planned_week.hear("patient.returned", {"patient": "P-1", "on": in_days(1).isoformat()})

    assert planned_week.rows("SELECT count(*) FROM visit WHERE id LIKE '%roc%'") == [(1,)]


def test_a_patient_who_was_not_away_cannot_return(planned_week: Office) -> None:
    receipt = planned_week.hear("patient.returned", {"patient": "P-1", "on": in_days(1).isoformat()})

    assert receipt.status is Status.IGNORED


def test_late_news_of_a_return_makes_the_resumption_today(planned_week: Office) -> None:
    planned_week.hear("patient.on_hold", {"patient": "P-1", "starts": in_days(-9).isoformat()})

    planned_week.hear("patient.returned", {"patient": "P-1", "on": in_days(-4).isoformat()})

    assert planned_week.visit(f"P-1/roc/{in_days(-4).isoformat()}").date == in_days(0)


def test_an_absence_plans_its_days_anew_and_a_return_the_rest_of_them(planned_week: Office) -> None:
    away = {"case_manager": "CM-1", "starts": "2026-03-04T08:00:00-05:00", "reason": "ill"}

    absent = planned_week.hear("case_manager.absent", away)
    back = planned_week.hear("case_manager.back", {"case_manager": "CM-1", "from": "2026-03-05T08:00:00-05:00"})

    assert (absent.days, back.days) == ((in_days(2), in_days(3)), (in_days(3),))
    (absence,) = case_manager(planned_week, "CM-1").absences
    assert absence.ends is not None
    assert absence.ends.isoformat() == "2026-03-05T08:00:00-05:00"


def test_coming_back_leaves_a_planned_holiday_alone(planned_week: Office) -> None:
    planned_week.hear(
        "case_manager.absent",
        {"case_manager": "CM-1", "starts": "2026-03-20T00:00:00-04:00", "ends": "2026-03-27T00:00:00-04:00"},
    )
    planned_week.hear("case_manager.absent", {"case_manager": "CM-1", "starts": "2026-03-02T08:00:00-05:00"})

    planned_week.hear("case_manager.back", {"case_manager": "CM-1", "from": "2026-03-03T08:00:00-05:00"})

    ends = sorted(f"{a.ends:%d %b}" for a in case_manager(planned_week, "CM-1").absences)
    assert ends == ["03 Mar", "27 Mar"]


def test_nobody_comes_back_who_was_not_absent(planned_week: Office) -> None:
    back = {"case_manager": "CM-1", "from": "2026-03-03T08:00:00-05:00"}

    assert planned_week.hear("case_manager.back", back).status is Status.IGNORED


def test_absences_survive_new_facts_about_the_case_manager(planned_week: Office) -> None:
    planned_week.hear("case_manager.absent", {"case_manager": "CM-1", "starts": "2026-03-04T08:00:00-05:00"})

    receipt = planned_week.hear("case_manager.changed", KIM | {"languages": ["en", "es"]})

    assert len(receipt.days) == 3
    assert len(case_manager(planned_week, "CM-1").absences) == 1


def test_a_credential_is_gained_renewed_and_lost(planned_week: Office) -> None:
    news = {"case_manager": "CM-1", "code": "wound_care"}

    gained = planned_week.hear("credential.changed", news | {"expires": "2026-06-30"})
    planned_week.hear("credential.changed", news | {"expires": "2027-06-30"})
    renewed = case_manager(planned_week, "CM-1").credentials
    planned_week.hear("credential.changed", news | {"revoked": True})

    assert len(gained.days) == 3
    assert [f"{c.code} {c.expires}" for c in renewed] == ["wound_care 2027-06-30"]
    assert case_manager(planned_week, "CM-1").credentials == ()


class Gazetteer:
    """A geocoder that knows one street, counts questions and can be down."""

    provider = "gazetteer"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_down = False

    def locate(self, address: str) -> Point | None:
        self.asked.append(address)
        if self.is_down:
            raise Unavailable("down")
        return Point(latitude=40.0, longitude=-83.0) if address == "12 Elm Street" else None


def test_an_address_is_found_once_and_remembered(office: Office) -> None:
    office.geocoder = gazetteer = Gazetteer()

    for name in ("P-2", "P-3"):
        office.hear("patient.changed", {"id": name, "name": "Ben", "home": {"address": "12 Elm Street"}})

    assert gazetteer.asked == ["12 Elm Street"]
    assert patient(office, "P-3").home.point == Point(latitude=40.0, longitude=-83.0)
    assert patient(office, "P-3").home.source == "geocoded"


@pytest.mark.parametrize("is_down", [True, False])
def test_an_address_nobody_finds_waits_for_a_person(office: Office, is_down: bool) -> None:
    office.geocoder = gazetteer = Gazetteer()
    gazetteer.is_down = is_down

    office.hear("patient.changed", {"id": "P-2", "name": "Ben", "home": {"address": "Nowhere 7"}})

    assert patient(office, "P-2").home.needs_address


def test_coordinates_that_are_given_are_not_looked_up(office: Office) -> None:
    office.geocoder = gazetteer = Gazetteer()

    office.hear("patient.changed", ADA | {"home": {"address": "12 Elm Street", "latitude": 1, "longitude": 2}})

    assert gazetteer.asked == []


def test_an_address_that_did_not_change_keeps_its_point(office: Office, tmp_path: Path) -> None:
    del tmp_path
    office.geocoder = Gazetteer()
    office.hear("patient.changed", {"id": "P-2", "name": "Ben", "home": {"address": "12 Elm Street"}})
    office.geocoder = None

    receipt = office.hear("patient.changed", {"id": "P-2", "name": "Bo", "home": {"address": "12 Elm Street"}})

    assert receipt.status is Status.APPLIED
    assert not patient(office, "P-2").home.needs_address


def test_a_branch_of_its_own_never_sees_another_branchs_patient(office: Office) -> None:
    office.hear("branch.changed", {"name": "South", "zone": "America/Chicago"}, branch="south")

    assert office.refuse("visit.requested", a_request(), branch="south") == "patient.unknown"


def test_a_burst_of_news_costs_patience_at_most(office: Office) -> None:
    for number in range(30):
        office.hear("visit.requested", a_request(f"V-{number}", date=in_days(4).isoformat()))
        office.clock.advance(seconds=10)

    assert office.dirty()[in_days(4)] == timedelta(0)
