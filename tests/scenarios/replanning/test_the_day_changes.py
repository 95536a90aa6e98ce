"""What an event changes on a day that people were told, and what it leaves alone."""

from __future__ import annotations

from typing import Any

from scheduler.domain.visit import Priority, VisitStatus
from scheduler.planning.outcome import Result
from tests.builders import a_visit, at, window
from tests.scenarios.replanning.office import Office


def fixed(name: str, clock: str) -> Any:
    """A visit that starts at this time or not at all, so two of them need two people."""
    return a_visit(name, windows=(window(clock, clock),))


TWO_FULL_ROUTES = tuple(
    fixed(name, clock)
    for clock, names in {"09:00": ("ada", "amy"), "11:00": ("ben", "bob"), "13:00": ("cyd", "coy")}.items()
    for name in names
)


def kinds(sent: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [kind for kind, _ in sent]


def changes(sent: list[tuple[str, dict[str, Any]]]) -> dict[str, str]:
    return {
        item["visit"]: item["kind"] for kind, data in sent if kind == "schedule.revised" for item in data["changes"]
    }


def itineraries(sent: list[tuple[str, dict[str, Any]]]) -> dict[str, list[str]]:
    return {
        data["case_manager"]: [stop["visit"] for stop in data["stops"]]
        for kind, data in sent
        if kind == "itinerary.published"
    }


def test_a_cancelled_visit_leaves_its_route_and_only_its_person_is_told(office: Office) -> None:
    before = office.told_day(*TWO_FULL_ROUTES)
    office.at("08:00")
    office.cancel("cyd")
    outcome = office.plan()
    sent = office.sent()
    found = before.where(a_visit("cyd").id)
    assert found is not None

    assert outcome.result is Result.PUBLISHED
    assert changes(sent) == {"cyd": "removed"}
    assert list(itineraries(sent)) == [found[0].case_manager]
    assert "visit.assigned" not in kinds(sent)


def test_what_is_left_after_a_cancellation_keeps_its_told_times(office: Office) -> None:
    office.told_day("ada", "ben", "cyd")
    first, second, third = next(stops for stops in office.routes().values() if stops)
    office.at("06:00")
    office.cancel(first.split()[1])
    office.plan()

    assert next(stops for stops in office.routes().values() if stops) == [second, third]


def test_a_case_manager_who_falls_ill_keeps_what_has_begun_and_loses_the_rest(office: Office) -> None:
    office.told_day(*TWO_FULL_ROUTES)
    who, times = office.who(), office.routes()["lee"]
    kims = [visit for visit, person in who.items() if person == "kim"]
    begun = next(visit for visit in kims if visit in ("ada", "amy"))
    office.at("09:00")
    office.begins(begun, "kim")
    office.at("09:10")
    office.sick("kim")
    office.plan()
    sent = office.sent()

    assert office.routes()["kim"] == [f"09:00 {begun}"]
    assert office.routes()["lee"] == times, "whoever is full keeps a full day"
    lost = set(kims) - {begun}
    assert {visit for visit, kind in changes(sent).items() if kind == "unassigned"} == lost
    unassigned = [data for kind, data in sent if kind == "visit.unassigned"]
    assert {reason["case_manager"] for data in unassigned for reason in data["reasons"]} == {"kim", "lee"}
    assert list(itineraries(sent)) == ["kim"]


def test_a_healthy_colleague_takes_what_the_ill_one_leaves(office: Office) -> None:
    office.told_day("ada", "ben", "cyd")
    person = next(iter(set(office.who().values())))
    other = {"kim": "lee", "lee": "kim"}[person]
    office.at("07:00")
    office.sick(person)
    office.plan()

    assert set(office.who().values()) == {other}
    assert len(office.who()) == 3


def test_an_urgent_visit_goes_into_a_gap_and_moves_nobody(office: Office) -> None:
    office.told_day(*TWO_FULL_ROUTES)
    office.at("08:05")
    office.request(a_visit("urg", priority=Priority.URGENT, windows=(window("09:45", "10:15"),)))
    office.plan()
    sent = office.sent()

    assert changes(sent) == {"urg": "added"}
    assert len(itineraries(sent)) == 1
    assert [data["visit"] for kind, data in sent if kind == "visit.assigned"] == ["urg"]


def test_an_urgent_visit_comes_before_one_that_can_wait(office: Office) -> None:
    office.told_day(*TWO_FULL_ROUTES)
    office.at("08:05")
    office.request(a_visit("urg", priority=Priority.URGENT, windows=(window("13:00", "13:00"),)))
    office.plan()

    assert "urg" in office.who()
    assert len({"cyd", "coy"} & office.who().keys()) == 1


def test_a_late_runner_moves_the_next_stop_and_no_more_than_that(office: Office) -> None:
    office.told_day(fixed("ada", "10:00"), fixed("ben", "11:00"))
    [first, second] = next(stops for stops in office.routes().values() if stops)
    assert second == "11:00 ben"
    person = office.who()["ada"]
    office.clock.time = at("10:20")
    office.begins("ada", person)
    office.at("10:25")
    office.plan()
    sent = office.sent()

    # Ada takes until 11:05, so Ben, due at 11:00 sharp, cannot be this person's; the colleague is free.
    assert office.who()["ben"] != person
    assert changes(sent) == {"ben": "moved_person"}
    assert first.endswith("ada")


def test_a_flexible_stop_waits_for_its_late_runner(office: Office) -> None:
    office.told_day("ada", "ben")
    first, second = next(stops for stops in office.routes().values() if stops)
    person = office.who()["ada"]
    office.at("08:40")
    office.begins(first.split()[1], person)
    office.at("08:45")
    office.plan()
    sent = office.sent()
    name = second.split()[1]

    assert office.routes()[person] == [f"08:40 {first.split()[1]}", f"09:35 {name}"]
    assert changes(sent) == {name: "moved_time"}
    assert office.visit(name).told is not None
    assert office.visit(name).told.starts == at("09:35")  # type: ignore[union-attr]


def test_an_imminent_stop_stays_though_another_plan_were_cheaper(office: Office) -> None:
    office.told_day("ada", "ben", "cyd")
    person, stops = next((person, stops) for person, stops in office.routes().items() if stops)
    office.at("07:50")
    office.request("dot", "eve")
    office.plan()

    assert office.routes()[person][0] == stops[0]


def test_a_person_may_move_what_is_imminent(office: Office) -> None:
    office.told_day("ada", "ben")
    person, stops = next((person, stops) for person, stops in office.routes().items() if stops)
    other = {"kim": "lee", "lee": "kim"}[person]
    name = stops[0].split()[1]
    office.at("07:50")
    office.pin(name, to=other, clock="09:30")
    office.plan()

    assert office.routes()[other] == [f"09:30 {name}"]


def test_a_visit_begun_by_a_colleague_stays_where_it_happens(office: Office) -> None:
    office.told_day(*TWO_FULL_ROUTES)
    before = office.who()
    person = before["ada"]
    other = {"kim": "lee", "lee": "kim"}[person]
    office.at("08:40")
    office.begins("ada", other)
    office.at("08:41")
    outcome = office.plan()

    assert outcome.planned is not None
    assert outcome.planned.blocking == ()
    assert office.who()["ada"] == other
    assert office.who()["amy"] == person, "each has the other's first visit now"
    assert office.who()["ben"] == before["ben"]


def test_a_day_that_went_as_planned_makes_no_news(office: Office) -> None:
    office.told_day("ada", "ben")
    revision = office.head().number
    person, stops = next((person, stops) for person, stops in office.routes().items() if stops)
    began, name = stops[0].split()
    office.at(began)
    office.begins(name, person)
    office.plan()
    office.clock.time = at("08:55")
    office.ends(name, person, began)
    office.plan()

    assert office.sent() == []
    assert office.head().number == revision
    assert office.visit(name).status is VisitStatus.DONE


def test_a_patient_who_left_for_hospital_is_not_visited(office: Office) -> None:
    office.told_day("ada", "ben")
    office.at("07:00")
    office.hold("ada")
    office.plan()

    assert list(office.who()) == ["ben"]
    assert changes(office.sent())["ada"] in ("removed", "unassigned")
