"""One slot per job, branch and local date, whatever the clocks of the zone do that night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.branch import Branch
from scheduler.domain.ids import BranchId
from scheduler.domain.policy import Planning
from scheduler.jobs.agenda import PUBLISH_EVENING, RETENTION, ROLL_HORIZON, Agenda, DueSlot, agenda_of

NEW_YORK, PHOENIX, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix"), ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # New York's two odd nights
AGENDA = agenda_of(Planning())


def branch(name: str, zone: ZoneInfo = NEW_YORK) -> Branch:
    return Branch(id=BranchId(name), name=name.title(), zone=zone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def around(day: date) -> tuple[datetime, datetime]:
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    return noon - timedelta(hours=36), noon + timedelta(hours=36)


def slots_of(job: str, branches: Sequence[Branch], since: datetime, until: datetime) -> list[DueSlot]:
    return [slot for slot in AGENDA.due(branches, since, until) if slot.job == job]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
@pytest.mark.parametrize("zone", [NEW_YORK, PHOENIX, BERLIN])
def test_a_night_has_exactly_one_slot_even_when_clocks_change(zone: ZoneInfo, day: date) -> None:
    nightly = slots_of(ROLL_HORIZON, [branch("north", zone)], *around(day))

    assert [slot.slot for slot in nightly].count(day) == 1
    assert len({slot.slot for slot in nightly}) == len(nightly)


def test_half_past_two_that_does_not_exist_is_an_hour_later_on_the_clock() -> None:
    (nightly,) = (s for s in slots_of(ROLL_HORIZON, [branch("north")], *around(SPRING)) if s.slot == SPRING)

    assert nightly.moment == utc("2026-03-08T07:30:00")
    assert f"{nightly.moment.astimezone(NEW_YORK):%H:%M}" == "03:30"


def test_half_past_two_that_comes_twice_is_its_first() -> None:
    twice = date(2026, 10, 25)

    (nightly,) = (s for s in slots_of(ROLL_HORIZON, [branch("mitte", BERLIN)], *around(twice)) if s.slot == twice)

    assert nightly.moment == utc("2026-10-25T00:30:00")


def test_a_zone_without_daylight_saving_keeps_its_hour_in_utc() -> None:
    nightly = slots_of(
        ROLL_HORIZON, [branch("desert", PHOENIX)], utc("2026-03-01T00:00:00"), utc("2026-04-01T00:00:00")
    )

    assert {slot.moment.time() for slot in nightly} == {time(9, 30)}
    assert len(nightly) == 31


def test_two_branches_in_two_zones_have_their_own_nights() -> None:
    both = [branch("east", NEW_YORK), branch("west", PHOENIX)]

    nightly = slots_of(ROLL_HORIZON, both, utc("2026-03-03T00:00:00"), utc("2026-03-04T00:00:00"))

    assert [(slot.run, slot.moment) for slot in nightly] == [
        ("roll-horizon/east", utc("2026-03-03T07:30:00")),
        ("roll-horizon/west", utc("2026-03-03T09:30:00")),
    ]


def test_the_evening_is_told_at_the_hour_of_the_policy() -> None:
    agenda = agenda_of(Planning(publish_hour=time(17, 15)))

    told = [s for s in agenda.due([branch("north")], *around(date(2026, 7, 1))) if s.job == PUBLISH_EVENING]

    assert {f"{slot.moment.astimezone(NEW_YORK):%H:%M}" for slot in told} == {"17:15"}


def test_purging_is_one_slot_a_day_for_all_branches() -> None:
    both = [branch("east"), branch("west", PHOENIX)]

    purges = slots_of(RETENTION, both, utc("2026-03-03T00:00:00"), utc("2026-03-05T00:00:00"))

    assert [(slot.branch, slot.run, slot.due) for slot in purges] == [
        (None, "retention", "2026-03-03"),
        (None, "retention", "2026-03-04"),
    ]


def test_a_slot_falls_due_at_its_moment_and_not_again_after_it() -> None:
    moment = utc("2026-03-03T07:30:00")
    (slot,) = slots_of(ROLL_HORIZON, [branch("north")], moment - timedelta(seconds=1), moment)

    assert slot.moment == moment
    assert not slots_of(ROLL_HORIZON, [branch("north")], moment, moment + timedelta(hours=1))


@given(
    cuts=st.lists(st.integers(min_value=0, max_value=60 * 24 * 14), min_size=2, max_size=8, unique=True),
    start=st.sampled_from([SPRING, AUTUMN, date(2026, 10, 25), date(2026, 7, 1)]),
)
def test_no_slot_is_lost_or_repeated_however_time_is_cut(cuts: list[int], start: date) -> None:
    branches = [branch("east"), branch("west", PHOENIX), branch("mitte", BERLIN)]
    begins = datetime.combine(start - timedelta(days=7), time.min, tzinfo=UTC)
    moments = [begins + timedelta(minutes=minutes) for minutes in sorted(cuts)]

    in_pieces = [slot for a, b in pairwise(moments) for slot in AGENDA.due(branches, a, b)]

    assert in_pieces == AGENDA.due(branches, moments[0], moments[-1])


def test_walking_from_slot_to_slot_meets_every_slot_even_those_at_one_moment() -> None:
    branches = [branch("a"), branch("b"), branch("c", PHOENIX)]
    begins, ends = utc("2026-03-06T00:00:00"), utc("2026-03-12T00:00:00")
    walked = [AGENDA.next_due(branches, begins)]
    while walked[-1].moment <= ends:
        walked.append(AGENDA.next_due(branches, walked[-1]))

    assert walked[:-1] == AGENDA.due(branches, begins, ends)


def test_there_is_always_something_next_even_without_branches() -> None:
    assert AGENDA.next_due([], utc("2026-03-03T04:00:00")).run == "retention"


def outstanding(agenda: Agenda, done: dict[str, str], now: datetime) -> list[tuple[str, str, list[str]]]:
    turns = agenda.outstanding([branch("north")], done.get, now)
    return [(turn.slot.run, turn.slot.due, [slot.due for slot in turn.covers]) for turn in turns]


def test_after_three_days_down_only_the_newest_slot_runs_and_covers_the_older_ones() -> None:
    done = dict.fromkeys(("roll-horizon/north", "publish-evening/north", "retention"), "2026-03-06")

    turns = outstanding(AGENDA, done, utc("2026-03-09T16:00:00"))  # noon in New York

    assert turns == [
        ("publish-evening/north", "2026-03-08", ["2026-03-07"]),
        ("retention", "2026-03-09", ["2026-03-07", "2026-03-08"]),
        ("roll-horizon/north", "2026-03-09", ["2026-03-07", "2026-03-08"]),
    ]


def test_whoever_never_ran_begins_with_the_newest_slot_of_each_job() -> None:
    turns = outstanding(AGENDA, {}, utc("2026-03-09T16:00:00"))

    assert {(run, due) for run, due, _ in turns} == {
        ("publish-evening/north", "2026-03-08"),
        ("retention", "2026-03-09"),
        ("roll-horizon/north", "2026-03-09"),
    }


def test_nothing_is_outstanding_when_all_is_done_even_by_a_clock_that_runs_ahead() -> None:
    done = {"roll-horizon/north": "2026-03-10", "publish-evening/north": "2026-03-08", "retention": "2026-03-09"}

    assert outstanding(AGENDA, done, utc("2026-03-09T16:00:00")) == []
