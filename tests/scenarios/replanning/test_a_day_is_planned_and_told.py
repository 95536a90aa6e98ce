"""From requests to a plan, and in the evening to people."""

from __future__ import annotations

from datetime import timedelta

from scheduler.domain.visit import VisitStatus
from scheduler.planning.outcome import Result
from tests.scenarios.replanning.office import Office


def test_a_day_that_was_planned_is_told_the_evening_before(office: Office) -> None:
    office.request("ada", "ben")
    office.at("09:10", days_before=1)
    first = office.plan()

    assert (first.result, first.revision) == (Result.PLANNED, 1)
    assert office.visit("ada").status is VisitStatus.PLANNED
    assert office.sent() == [], "nobody is told before the evening"

    office.at("17:59", days_before=1)
    office.publish()
    assert office.sent() == []

    office.at("18:00", days_before=1)
    office.publish()
    told = office.sent()

    assert [kind for kind, _ in told].count("visit.assigned") == 2
    assert told[0][0] == "schedule.published"
    assert {data["case_manager"] for kind, data in told if kind == "itinerary.published"} == set(office.who().values())
    assert office.visit("ada").status is VisitStatus.TOLD
    assert office.visit("ada").told is not None


def test_a_day_is_told_only_once(office: Office) -> None:
    office.told_day("ada")
    office.publish()

    assert office.sent() == []


def test_what_caused_a_revision_is_kept_with_it(office: Office) -> None:
    office.request("ada", "ben")
    office.at("09:10", days_before=1)
    office.plan()

    assert office.head().caused_by == ("e1", "e2")


def test_a_burst_of_news_costs_one_plan(office: Office) -> None:
    office.request(*(f"v{number}" for number in range(5)))
    office.at("09:10", days_before=1)

    assert office.plan().result is Result.PLANNED
    assert office.plan().result is Result.IDLE


def test_news_that_changes_nothing_makes_no_revision(office: Office) -> None:
    office.request("ada", "ben")
    office.at("09:10", days_before=1)
    office.plan()
    office.request("cyd")
    office.cancel("cyd")
    office.at("09:30", days_before=1)
    again = office.plan()

    assert (again.result, again.revision) == (Result.UNCHANGED, 1)
    assert office.plan().result is Result.IDLE


def test_a_day_that_is_planned_after_its_evening_is_told_at_once(office: Office) -> None:
    office.at("20:00", days_before=1)
    office.request("ada")
    office.clock.time += timedelta(minutes=5)

    assert office.plan().result is Result.PUBLISHED
    assert "schedule.published" in [kind for kind, _ in office.sent()]


def test_a_visit_nobody_can_serve_is_told_with_its_reasons(office: Office) -> None:
    office.told_day("ada")
    office.at("07:00")
    for nurse in ("kim", "lee"):
        office.sick(nurse)
    office.plan()
    told = dict(office.sent())

    assert told["visit.unassigned"]["visit"] == "ada"
    assert told["visit.unassigned"]["reasons"]
    assert office.visit("ada").status is VisitStatus.REQUESTED


def test_a_visit_cancelled_at_the_last_minute_is_not_told_in_the_evening(office: Office) -> None:
    office.request("ada", "ben")
    office.at("09:10", days_before=1)
    office.plan()
    office.at("17:59", days_before=1)
    office.cancel("ada")
    office.at("18:00", days_before=1)
    office.publish()
    assert office.sent() == []

    assert office.plan().result is Result.PUBLISHED, "the next plan is told as soon as it is made"
    assert [data["visits"] for kind, data in office.sent() if kind == "schedule.published"] == [["ben"]]
