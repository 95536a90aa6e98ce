"""Whatever the domain can say survives the store's codec."""

from __future__ import annotations

import json
import string
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as draw

from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan
from scheduler.domain.events import ItineraryPublished, ScheduleRevised, VisitUnassigned
from scheduler.domain.people import CaseManager, Patient, WorkingHours
from scheduler.domain.place import Point
from scheduler.domain.plan import Plan
from scheduler.domain.time import TimeWindow
from scheduler.domain.visit import Visit
from scheduler.store.codec import BodyUnreadable, from_json, to_json
from scheduler.store.columns import MOMENT_WIDTH, as_text
from tests.builders import a_branch, a_visit, at, window

ZONES = [ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland"), timezone(timedelta(hours=5, minutes=45)), UTC]
STORED = [Branch, Patient, CaseManager, CarePlan, Visit, Plan, ScheduleRevised, ItineraryPublished, VisitUnassigned]

texts = draw.text(draw.characters(exclude_categories=["Cs"]), max_size=12)
days = draw.dates(date(2000, 1, 1), date(2060, 12, 31))
moments = draw.builds(
    lambda naive, zone, fold: naive.replace(tzinfo=zone, fold=fold),
    draw.datetimes(datetime(2000, 1, 1), datetime(2060, 12, 31)),  # noqa: DTZ001 - gets its zone above
    draw.sampled_from(ZONES),
    draw.sampled_from([0, 1]),
)


@draw.composite
def windows(pick: draw.DrawFn) -> TimeWindow:
    opens = pick(moments).astimezone(UTC)
    closes = opens + timedelta(minutes=pick(draw.integers(0, 600)))
    zone = pick(draw.sampled_from(ZONES))
    return TimeWindow(opens=opens.astimezone(zone), closes=closes.astimezone(zone))


@draw.composite
def working_hours(pick: draw.DrawFn) -> WorkingHours:
    starts, ends = pick(draw.tuples(draw.times(max_value=time(11)), draw.times(min_value=time(12))))
    return WorkingHours(starts=starts, ends=ends, date=pick(draw.none() | days))


LEAVES: dict[Any, draw.SearchStrategy[Any]] = {
    str: texts, int: draw.integers(-(2**60), 2**60), bool: draw.booleans(), date: days, datetime: moments,
    float: draw.floats(0, 1000),
    time: draw.times(), ZoneInfo: draw.sampled_from([ZoneInfo("America/New_York"), ZoneInfo("UTC")]),
    TimeWindow: windows(), WorkingHours: working_hours(),
    Point: draw.builds(Point, latitude=draw.floats(-90, 90), longitude=draw.floats(-180, 180)),
}  # fmt: skip


def any_of(kind: Any) -> draw.SearchStrategy[Any]:
    kind = getattr(kind, "__supertype__", kind)
    if kind in LEAVES:
        return LEAVES[kind]
    if get_origin(kind) is tuple:
        return draw.lists(any_of(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) in (Union, UnionType):
        return draw.none() | any_of(get_args(kind)[0])
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return draw.builds(kind, **{part.name: any_of(hints[part.name]) for part in fields(kind)})
    return draw.sampled_from(list(kind))


@pytest.mark.parametrize("kind", STORED)
@given(data=draw.data())
def test_every_value_of_the_domain_survives_and_is_written_the_same_again(
    kind: type[Any], data: draw.DataObject
) -> None:
    value = data.draw(any_of(kind))
    text = to_json(value)
    back = from_json(kind, text)
    assert type(back) is kind
    assert to_json(back) == text
    assert _in_utc(back) == _in_utc(value)


def _in_utc(value: Any) -> Any:
    """Equal for equal instants. Datetimes of two zones never compare equal in the hour a clock is set back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, tuple):
        return tuple(_in_utc(item) for item in value)
    if is_dataclass(value):
        return {part.name: _in_utc(getattr(value, part.name)) for part in fields(value)}
    return value


@given(first=moments, second=moments)
def test_comparing_stored_text_compares_time(first: datetime, second: datetime) -> None:
    assert (as_text(first) < as_text(second)) == (first.astimezone(UTC) < second.astimezone(UTC))
    assert len(as_text(first)) == MOMENT_WIDTH
    assert datetime.fromisoformat(as_text(first)) == first.astimezone(UTC)


def test_the_text_is_sorted_compact_and_says_letters_as_they_are() -> None:
    text = to_json(a_branch(name="Søndre"))
    assert text == '{"id":"north","name":"Søndre","version":0,"week_starts_on":6,"zone":"America/New_York"}'


def test_a_moment_keeps_its_offset_but_not_the_name_of_its_zone() -> None:
    back = from_json(Visit, to_json(a_visit("ada", windows=(window("08:00", "09:00"),))))
    assert back.windows[0].opens == at("08:00")
    assert back.windows[0].opens.hour == 8
    assert not isinstance(back.windows[0].opens.tzinfo, ZoneInfo)


def test_a_field_of_a_newer_version_is_skipped_and_one_of_an_older_gets_its_default() -> None:
    body = json.loads(to_json(a_visit("ada", discipline="social_work")))
    body["colour"] = "green"
    del body["discipline"]
    back = from_json(Visit, json.dumps(body))
    assert back == replace(a_visit("ada"), discipline="nursing")


def test_a_body_that_cannot_be_read_names_its_fields_and_quotes_nothing() -> None:
    body = to_json(a_visit("ada")).replace('"minutes":45', '"minutes":"Ada Smith"')
    with pytest.raises(BodyUnreadable) as unreadable:
        from_json(Visit, body)
    assert unreadable.value.fields_wrong == ("minutes",)
    assert "Smith" not in str(unreadable.value)
    assert unreadable.value.__suppress_context__


def test_a_body_that_is_not_json_cannot_be_read() -> None:
    with pytest.raises(BodyUnreadable):
        from_json(Visit, string.punctuation)
