"""Orders become visits, change with as little change as can be, and are made up when they are missed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date

import pytest

from consumers.receipt import Receipt, Status
from scheduler.domain.visit import Visit, VisitStatus
from tests.office import TODAY, Office, in_days

SUNDAY_BEFORE = in_days(-1)


def a_plan(*orders: dict[str, object], starts: date = TODAY, **facts: object) -> dict[str, object]:
    return {"id": "CP-1", "patient": "P-1", "starts": starts.isoformat(), "orders": list(orders), **facts}


def an_order(notation: str, key: str = "sn", **facts: object) -> dict[str, object]:
    return {"key": key, "notation": notation, "type": "routine", **facts}


def create(office: Office, *orders: dict[str, object]) -> Receipt:
    return office.hear("care_plan.created", a_plan(*orders))


def open_visits(office: Office) -> Sequence[Visit]:
    return sorted((v for v in office.visits_of("CP-1") if v.is_open), key=lambda v: v.date)


def test_two_a_week_for_two_weeks_are_four_visits_not_on_adjacent_days(office: Office) -> None:
    receipt = create(office, an_order("2w2"))

    days = [visit.date for visit in open_visits(office)]
    assert len(days) == 4
    assert all((later - earlier).days >= 2 for earlier, later in itertools.pairwise(days))
    assert receipt.days == tuple(day for day in days if day <= in_days(7))


def test_a_visit_is_named_after_its_order_week_and_number(office: Office) -> None:
    create(office, an_order("1w1"))

    (visit,) = open_visits(office)
    assert visit.id == f"CP-1/sn/{SUNDAY_BEFORE.isoformat()}/1"
    assert visit.order is not None
    assert visit.order.care_plan == "CP-1"


def test_a_visit_takes_its_length_windows_and_credentials_from_order_and_type(office: Office) -> None:
    create(
        office,
        an_order(
            "1w1", type="wound", minutes=75, earliest="08:00", latest="11:00", weekdays=["wed"], credentials=["picc"]
        ),
    )

    (visit,) = open_visits(office)
    assert (visit.date, visit.minutes, visit.credentials) == (in_days(2), 75, ("picc", "wound_care"))
    (window,) = visit.windows
    assert (window.opens.isoformat(), window.closes.isoformat()) == (
        "2026-03-04T08:00:00-05:00",
        "2026-03-04T11:00:00-05:00",
    )


def test_windows_follow_the_clock_when_it_changes(office: Office) -> None:
    create(office, an_order("daily x10", earliest="08:00", latest="09:00"))

    hours = {f"{window.opens:%H:%M}" for visit in open_visits(office) for window in visit.windows}
    offsets = {f"{window.opens:%z}" for visit in open_visits(office) for window in visit.windows}
    assert (hours, offsets) == ({"08:00"}, {"-0500", "-0400"})


def test_as_needed_visits_are_never_scheduled(office: Office) -> None:
    assert create(office, an_order("PRN x2 for pain")).status is Status.APPLIED
    assert open_visits(office) == []


def test_several_orders_that_cannot_be_read_are_told_together(office: Office) -> None:
    receipt = office.take_in(
        b'{"specversion":"1.0","id":"e","source":"/s","type":"rounds.care_plan.created.v1","branch":"north",'
        b'"time":"2026-03-02T10:00:00-05:00","data":{"id":"CP-1","patient":"P-1","starts":"2026-03-02","orders":['
        b'{"key":"a","notation":"2x4","type":"routine"},{"key":"b","notation":"","type":"routine"}]}}'
    )

    assert [problem.path for problem in receipt.problems] == ["data.orders[0].notation", "data.orders[1].notation"]


def test_creating_the_same_care_plan_again_is_no_fault_and_another_one_is(office: Office) -> None:
    create(office, an_order("2w2"))

    assert create(office, an_order("2w2")).status is Status.IGNORED
    assert office.refuse("care_plan.created", a_plan(an_order("3w2"))) == "care_plan.exists"


def test_more_visits_leave_those_that_stand_where_they_are(office: Office) -> None:
    create(office, an_order("2w1 1w3"))
    before = {visit.id: visit.date for visit in open_visits(office)}

    office.hear("care_plan.changed", a_plan(an_order("2w1 1w3 1w2")))

    after = {visit.id: visit.date for visit in open_visits(office)}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2


def test_the_same_order_written_otherwise_changes_nothing(office: Office) -> None:
    create(office, an_order("2w2"))
    before = open_visits(office)
    office.forget_news()

    receipt = office.hear("care_plan.changed", a_plan(an_order("2x/wk x 2 wks")))

    assert receipt.days == ()
    assert open_visits(office) == before


def test_fewer_visits_cancel_only_the_surplus(office: Office) -> None:
    create(office, an_order("3w2"))
    before = {visit.id for visit in open_visits(office)}

    office.hear("care_plan.changed", a_plan(an_order("2w2")))

    after = {visit.id for visit in open_visits(office)}
    assert after <= before
    assert len(before - after) == 2
    dropped = [visit for visit in office.visits_of("CP-1") if visit.status is VisitStatus.CANCELLED]
    assert {visit.reason for visit in dropped} == {"order changed"}


def test_an_order_that_is_gone_takes_its_visits_along(office: Office) -> None:
    create(office, an_order("1w2"), an_order("1w2", key="sw", type="psychosocial"))

    office.hear("care_plan.changed", a_plan(an_order("1w2")))

    assert {visit.type for visit in open_visits(office)} == {"routine"}


def test_a_longer_visit_is_longer_wherever_it_stands(office: Office) -> None:
    create(office, an_order("2w2"))
    days = [visit.date for visit in open_visits(office)]

    office.hear("care_plan.changed", a_plan(an_order("2w2", minutes=60)))

    assert [visit.date for visit in open_visits(office)] == days
    assert {visit.minutes for visit in open_visits(office)} == {60}


def test_a_visit_changed_by_hand_stays_so_when_only_the_frequency_changes(office: Office) -> None:
    create(office, an_order("1w2"))
    first = open_visits(office)[0]
    office.hear(
        "visit.changed",
        {"id": first.id, "patient": "P-1", "type": "routine", "date": first.date.isoformat(), "minutes": 90},
    )

    office.hear("care_plan.changed", a_plan(an_order("1w3")))

    assert office.visit(first.id).minutes == 90


def test_a_done_visit_counts_and_is_left_alone(office: Office) -> None:
    create(office, an_order("2w1"))
    first, *_ = open_visits(office)
    office.hear("visit.completed", {"visit": first.id, "case_manager": "CM-1", "began": "2026-03-02T09:00:00-05:00"})

    office.hear("care_plan.changed", a_plan(an_order("1w1")))

    assert office.visit(first.id).status is VisitStatus.DONE
    assert open_visits(office) == []


def test_a_pinned_visit_is_not_moved_by_its_order(office: Office) -> None:
    create(office, an_order("1w2", weekdays=["mon"]))
    second = open_visits(office)[1]
    office.hear("visit.pinned", {"visit": second.id, "case_manager": "CM-1"})

    office.hear("care_plan.changed", a_plan(an_order("1w2", weekdays=["thu"])))

    assert [visit.date for visit in open_visits(office)] == [in_days(3), in_days(7)]


def test_a_name_once_dropped_is_never_used_again(office: Office) -> None:
    create(office, an_order("2w1"))
    office.hear("care_plan.changed", a_plan(an_order("1w1")))

    office.hear("care_plan.changed", a_plan(an_order("2w1")))

    names = [str(visit.id).rsplit("/", 1)[1] for visit in office.visits_of("CP-1")]
    assert sorted(names) == ["1", "2", "3"]


def test_an_ended_care_plan_keeps_the_visits_up_to_its_last_day(office: Office) -> None:
    create(office, an_order("1w5", weekdays=["wed"]))

    office.hear("care_plan.ended", {"care_plan": "CP-1", "on": in_days(9).isoformat(), "reason": "goals_met"})

    assert [visit.date for visit in open_visits(office)] == [in_days(2), in_days(9)]


def test_a_missed_visit_is_made_up_later_in_its_week(office: Office) -> None:
    create(office, an_order("1w2", weekdays=["tue", "thu"]))
    missed = open_visits(office)[0]
    office.forget_news()

    receipt = office.hear("visit.not_done", {"visit": missed.id, "reason": "nobody_home"})

    again = open_visits(office)[0]
    assert (missed.date, again.date) == (in_days(1), in_days(3))
    assert again.id != missed.id
    assert receipt.days == (in_days(1), in_days(3))
    assert office.visit(missed.id).status is VisitStatus.MISSED


def test_a_missed_visit_with_no_room_left_in_its_week_stays_missed(office: Office) -> None:
    create(office, an_order("1w2", weekdays=["tue"]))
    missed = open_visits(office)[0]

    office.hear("visit.not_done", {"visit": missed.id, "reason": "nobody_home"})

    assert [visit.date for visit in open_visits(office)] == [in_days(8)]


def test_a_missed_visit_is_not_made_up_while_the_patient_is_away(office: Office) -> None:
    create(office, an_order("1w2", weekdays=["tue", "thu"]))
    office.hear("patient.on_hold", {"patient": "P-1", "starts": in_days(2).isoformat()})
    missed = open_visits(office)[0]

    office.hear("visit.not_done", {"visit": missed.id, "reason": "in_hospital"})

    assert all(visit.date > in_days(6) for visit in open_visits(office))


def test_days_away_from_home_get_no_visits_when_their_end_is_known(office: Office) -> None:
    office.hear("patient.on_hold", {"patient": "P-1", "starts": "2026-03-03", "ends": "2026-03-06"})

    create(office, an_order("daily x5"))

    assert [visit.date for visit in open_visits(office)] == [in_days(0), in_days(4)]


@pytest.mark.parametrize("kind", ["care_plan.created", "care_plan.changed"])
def test_every_visit_an_order_makes_or_drops_is_in_the_audit(office: Office, kind: str) -> None:
    create(office, an_order("2w1"))
    if kind == "care_plan.changed":
        office.hear(kind, a_plan(an_order("1w1")))

    actions = [action for (action,) in office.rows("SELECT action FROM audit WHERE object LIKE 'CP-1/%'")]
    assert actions == ["visit.ordered"] * 2 + ["visit.cancelled"] * (kind == "care_plan.changed")
