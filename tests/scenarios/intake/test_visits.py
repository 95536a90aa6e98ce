"""From a request to what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from consumers.receipt import Status
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.visit import LinkKind, Told, VisitStatus
from tests.builders import ZONE
from tests.office import NOW, Office, a_request, in_days

AT_ONCE = timedelta(0)
A_QUIET_WHILE = timedelta(seconds=20)


def test_a_request_takes_its_defaults_from_its_type(office: Office) -> None:
    office.hear("visit.requested", a_request(type="wound"))

    visit = office.visit("V-1")
    assert (visit.minutes, visit.centipoints, visit.credentials) == (60, 125, ("wound_care",))
    assert (visit.status, visit.discipline) == (VisitStatus.REQUESTED, "nursing")


def test_what_the_request_says_goes_before_its_type(office: Office) -> None:
    office.hear("visit.requested", a_request(minutes=90, points=1.5, licences=["LCSW"], priority="urgent"))

    visit = office.visit("V-1")
    assert (visit.minutes, visit.centipoints, visit.priority) == (90, 150, "urgent")
    assert visit.discipline == "social_work"


def test_news_about_tomorrow_is_planned_at_once_and_about_later_after_a_quiet_while(office: Office) -> None:
    office.hear("visit.requested", a_request("V-1", date=in_days(1).isoformat()))
    office.hear("visit.requested", a_request("V-2", date=in_days(4).isoformat()))

    assert office.dirty() == {in_days(1): AT_ONCE, in_days(4): A_QUIET_WHILE}


def test_a_window_late_tomorrow_is_not_urgent_yet(office: Office) -> None:
    afternoon = {"opens": "2026-03-03T14:00:00-05:00", "closes": "2026-03-03T16:00:00-05:00"}

    office.hear("visit.requested", a_request(windows=[afternoon]))

    assert office.dirty() == {in_days(1): A_QUIET_WHILE}


@pytest.mark.parametrize("days", [-1, 8, 40])
def test_days_outside_the_horizon_are_not_planned_yet(office: Office, days: int) -> None:
    receipt = office.hear("visit.requested", a_request(date=in_days(days).isoformat()))

    assert receipt.days == ()
    assert office.dirty() == {}


def test_the_horizon_ends_with_its_last_day(office: Office) -> None:
    assert office.hear("visit.requested", a_request(date=in_days(7).isoformat())).days == (in_days(7),)


def test_two_clinicians_make_two_visits_that_are_served_together(office: Office) -> None:
    office.hear("visit.requested", a_request(clinicians=2))

    (link,) = office.visit("V-1/2").links
    assert (link.kind, link.other, link.different_people) == (LinkKind.TOGETHER, "V-1", True)
    assert office.visit("V-1").links == ()


def test_a_changed_visit_for_two_stays_one_for_two(office: Office) -> None:
    office.hear("visit.requested", a_request(clinicians=2))

    office.hear("visit.changed", a_request("V-1", minutes=30))
    office.hear("visit.changed", a_request("V-1/2", minutes=60))

    assert (office.visit("V-1").minutes, office.visit("V-1/2").minutes) == (30, 60)
    assert [link.other for link in office.visit("V-1/2").links] == ["V-1"]


def test_cancelling_a_visit_cancels_both_clinicians(office: Office) -> None:
    office.hear("visit.requested", a_request(clinicians=2))

    office.hear("visit.cancelled", {"visit": "V-1", "reason": "declined"})

    assert office.visit("V-1").status is VisitStatus.CANCELLED
    assert office.visit("V-1/2").status is VisitStatus.CANCELLED


def test_cancelling_the_second_clinician_leaves_the_first(office: Office) -> None:
    office.hear("visit.requested", a_request(clinicians=2))

    office.hear("visit.cancelled", {"visit": "V-1/2", "reason": "one_is_enough"})

    assert office.visit("V-1").status is VisitStatus.REQUESTED


def test_a_cancelled_visit_is_planned_without_at_once(office: Office) -> None:
    office.hear("visit.requested", a_request())
    office.forget_news()

    receipt = office.hear("visit.cancelled", {"visit": "V-1", "reason": "declined"})

    assert receipt.days == (in_days(1),)
    assert office.dirty() == {in_days(1): AT_ONCE}
    assert office.rows("SELECT action, object, actor, reason FROM audit ORDER BY number DESC LIMIT 1") == [
        ("visit.cancelled", "V-1", "test /ehr", "declined")
    ]


def test_cancelling_twice_is_no_fault(office: Office) -> None:
    office.hear("visit.requested", a_request())
    office.hear("visit.cancelled", {"visit": "V-1", "reason": "declined"})

    again = office.hear("visit.cancelled", {"visit": "V-1", "reason": "declined"})

    assert again.status is Status.IGNORED


def test_requesting_a_known_visit_with_the_same_facts_is_no_fault(office: Office) -> None:
    office.hear("visit.requested", a_request())

    assert office.hear("visit.requested", a_request()).status is Status.IGNORED


def test_requesting_a_known_visit_with_other_facts_is_a_conflict(office: Office) -> None:
    office.hear("visit.requested", a_request())

    assert office.refuse("visit.requested", a_request(minutes=30)) == "visit.exists"


def test_a_visit_that_changes_its_day_makes_news_on_both(office: Office) -> None:
    office.hear("visit.requested", a_request())
    office.forget_news()

    office.hear("visit.changed", a_request(date=in_days(3).isoformat(), minutes=30))

    assert set(office.dirty()) == {in_days(1), in_days(3)}
    assert (office.visit("V-1").date, office.visit("V-1").minutes) == (in_days(3), 30)


def tell(office: Office, name: str) -> None:
    """The patient was told: on the visit's day, with CM-1."""
    visit = office.visit(name)
    starts = datetime.combine(visit.date, time(9), tzinfo=ZONE)
    told = Told(case_manager=CaseManagerId("CM-1"), starts=starts)
    with office.open() as uow:
        uow.visits.save(replace(visit, status=VisitStatus.TOLD, told=told))
        uow.commit()


def test_of_its_new_day_nobody_was_told_anything_yet(office: Office) -> None:
    for name in ("V-1", "V-2"):
        office.hear("visit.requested", a_request(name))
        tell(office, name)

    office.hear("visit.changed", a_request("V-1", minutes=30))
    office.hear("visit.changed", a_request("V-2", date=in_days(3).isoformat()))

    stays, moves = office.visit("V-1"), office.visit("V-2")
    assert (stays.status, stays.told is None) == (VisitStatus.TOLD, False)
    assert (moves.status, moves.told is None) == (VisitStatus.REQUESTED, True)


def test_what_was_told_for_the_day_after_tomorrow_is_not_urgent(office: Office) -> None:
    office.hear("visit.requested", a_request(date=in_days(2).isoformat()))
    tell(office, "V-1")
    office.forget_news()

    office.hear("visit.cancelled", {"visit": "V-1", "reason": "declined"})

    assert office.dirty() == {in_days(2): A_QUIET_WHILE}


def test_an_older_change_after_a_newer_one_changes_nothing(office: Office) -> None:
    office.hear("visit.requested", a_request(), entityversion=1)
    office.hear("visit.changed", a_request(minutes=30), entityversion=3)

    assert office.hear("visit.changed", a_request(minutes=90), entityversion=2).status is Status.IGNORED
    assert office.visit("V-1").minutes == 30


def test_a_visit_is_never_handed_to_another_patient(office: Office) -> None:
    office.hear("patient.changed", {"id": "P-2", "name": "Ben", "home": {"address": "Elm 1"}})
    office.hear("visit.requested", a_request())

    assert office.refuse("visit.changed", a_request(patient="P-2")) == "patient.differs"


def test_a_pin_says_who_and_when_and_can_be_taken_away(office: Office) -> None:
    office.hear("visit.requested", a_request())
    pin = {"visit": "V-1", "case_manager": "CM-1", "starts": "2026-03-03T09:30:00-05:00"}

    office.hear("visit.pinned", pin)
    pinned = office.visit("V-1").pin
    office.hear("visit.pinned", {"visit": "V-1"})

    assert pinned is not None
    assert pinned.case_manager == "CM-1"
    assert office.visit("V-1").pin is None


def test_a_time_is_not_pinned_on_another_day(office: Office) -> None:
    office.hear("visit.requested", a_request())

    code = office.refuse("visit.pinned", {"visit": "V-1", "starts": "2026-03-05T09:30:00-05:00"})

    assert code == "pin.off_the_day"


def test_a_pinned_time_stays_behind_when_the_visit_goes_to_another_day(office: Office) -> None:
    office.hear("visit.requested", a_request())
    office.hear("visit.pinned", {"visit": "V-1", "case_manager": "CM-1", "starts": "2026-03-03T09:30:00-05:00"})

    office.hear("visit.changed", a_request(date=in_days(2).isoformat()))

    pin = office.visit("V-1").pin
    assert pin is not None
    assert (pin.case_manager, pin.starts) == ("CM-1", None)


def test_a_visit_is_started_and_completed(office: Office) -> None:
    office.hear("visit.requested", a_request(date=in_days(0).isoformat()))

    office.hear("visit.started", {"visit": "V-1", "case_manager": "CM-1"})
    assert office.visit("V-1").status is VisitStatus.UNDER_WAY
    done = {"visit": "V-1", "case_manager": "CM-1", "began": "2026-03-02T10:02:00-05:00"}
    office.hear("visit.completed", done, time="2026-03-02T10:50:00-05:00")

    visit = office.visit("V-1")
    assert (visit.status, visit.case_manager) == (VisitStatus.DONE, "CM-1")
    assert visit.ended_at == NOW + timedelta(minutes=50)


def test_a_start_that_comes_after_the_end_changes_nothing(office: Office) -> None:
    office.hear("visit.requested", a_request(date=in_days(0).isoformat()))
    done = {"visit": "V-1", "case_manager": "CM-1", "began": "2026-03-02T09:02:00-05:00"}
    office.hear("visit.completed", done)

    assert office.hear("visit.started", {"visit": "V-1", "case_manager": "CM-1"}).status is Status.IGNORED


def test_a_cancelled_visit_cannot_be_changed_or_started(office: Office) -> None:
    office.hear("visit.requested", a_request())
    office.hear("visit.cancelled", {"visit": "V-1", "reason": "declined"})

    assert office.refuse("visit.changed", a_request(minutes=30)) == "visit.not_open"
    assert office.refuse("visit.started", {"visit": "V-1", "case_manager": "CM-1"}) == "visit.not_open"


def test_a_requested_visit_that_is_missed_stays_missed(office: Office) -> None:
    office.hear("visit.requested", a_request(clinicians=2))

    office.hear("visit.not_done", {"visit": "V-1", "reason": "nobody_home"})

    assert office.visit("V-1").status is VisitStatus.MISSED
    assert office.visit("V-1/2").status is VisitStatus.MISSED
    assert office.rows("SELECT count(*) FROM visit") == [(2,)]


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2026-03-08", "2026-03-08T01:30:00-05:00", "2026-03-08T03:30:00-04:00"),  # an hour is skipped
        ("2026-11-01", "2026-11-01T00:30:00-04:00", "2026-11-01T23:30:00-05:00"),  # an hour comes twice
    ],
)
def test_windows_hold_on_the_days_when_clocks_change(office: Office, day: str, opens: str, closes: str) -> None:
    office.hear("visit.requested", a_request(date=day, windows=[{"opens": opens, "closes": closes}]))

    (window,) = office.visit("V-1").windows
    assert window.opens.isoformat() == opens


def test_the_day_of_a_window_is_that_of_the_branch(office: Office) -> None:
    late_evening = {"opens": "2026-03-04T03:00:00+00:00", "closes": "2026-03-04T04:00:00+00:00"}

    assert office.hear("visit.requested", a_request(windows=[late_evening])).status is Status.APPLIED
    assert office.refuse("visit.requested", a_request("V-2", date="2026-03-04", windows=[late_evening])) == (
        "window.off_the_day"
    )


def test_a_request_can_ask_for_a_gap_to_another_visit(office: Office) -> None:
    office.hear("visit.requested", a_request("V-1"))
    gap = {"kind": "after", "other": "V-1", "min_gap_minutes": 240, "max_gap_minutes": 360}
    office.hear("visit.requested", a_request("V-2", links=[gap]))

    (link,) = office.visit("V-2").links
    assert (link.kind, link.other, link.min_gap_minutes, link.max_gap_minutes) == (LinkKind.AFTER, "V-1", 240, 360)


def test_a_change_of_needs_replaces_the_links_but_the_second_clinician_stays_bound(office: Office) -> None:
    office.hear("visit.requested", a_request("V-1"))
    office.hear("visit.requested", a_request("V-2", clinicians=2))
    apart = {"kind": "apart", "other": "V-1"}
    office.hear("visit.changed", a_request("V-2", links=[apart]))

    assert [link.kind for link in office.visit("V-2").links] == [LinkKind.APART]
    assert [link.kind for link in office.visit("V-2/2").links] == [LinkKind.TOGETHER]


def test_a_gap_that_cannot_be_kept_is_refused(office: Office) -> None:
    gap = {"kind": "after", "other": "V-1", "min_gap_minutes": 60, "max_gap_minutes": 30}

    assert office.refuse("visit.requested", a_request("V-2", links=[gap])) == "link.gap"
