"""A plan as files: what each holds, what none may hold, and the same bytes for the same plan."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId, PlaceId, ShiftId
from scheduler.domain.place import Place, Point
from scheduler.domain.plan import BreakTime, Plan
from tests.builders import a_case_manager, a_day, a_patient, a_place, a_plan, a_shift, a_visit, at
from web.exports.bundle import EXPORTS, write_bundle
from web.exports.calendar import itinerary_calendar
from web.exports.geojson import plan_geojson, track
from web.exports.itinerary import itinerary_page
from web.exports.pictures import routes_picture, timeline_picture
from web.exports.table import COLUMNS, plan_csv

MADE_AT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"
SECRETS = ("Ada Secret", "12 Hidden Street")


@pytest.fixture
def day() -> Day:
    """Ada at home, Cyd by phone, Ben at home; Lee has nothing to do."""
    hidden = replace(a_place("ada"), address="12 Hidden Street")
    ada = replace(a_patient("ada", home=hidden), name="Ada Secret")
    ben = replace(a_patient("ben"), name="<script>alert(1)</script>")
    visits = ("ada", a_visit("cyd", type="phone", minutes=15, is_remote=True), "ben")
    return a_day(visits=visits, patients=(ada, ben), shifts=("kim", "lee"))


@pytest.fixture
def plan(day: Day) -> Plan:
    made = a_plan(day, kim="09:00 ada, 10:00 cyd, 13:00 ben")
    pause = BreakTime(before=2, starts=at("11:00"), ends=at("11:30"), is_paid=False)
    return replace(made, routes=(replace(made.routes[0], breaks=(pause,)), *made.routes[1:]))


class TestCalendar:
    def test_each_stop_is_an_event_at_its_time_in_utc(self, plan: Plan) -> None:
        made = itinerary_calendar(plan, plan.routes[0], revision=3, made_at=MADE_AT)

        events = events_of(made)
        assert [(str(e["summary"]), e["dtstart"].dt, e["dtend"].dt) for e in events] == [
            ("Visit ada", at("09:00"), at("09:45")),
            ("Visit cyd", at("10:00"), at("10:15")),
            ("Visit ben", at("13:00"), at("13:45")),
        ]
        assert b"DTSTART:20260303T140000Z" in made
        assert {int(e["sequence"]) for e in events} == {3}
        assert len({str(e["uid"]) for e in events}) == 3

    def test_lines_end_as_the_standard_has_it(self, plan: Plan) -> None:
        made = itinerary_calendar(plan, plan.routes[0], revision=1, made_at=MADE_AT)

        assert made.count(b"\n") == made.count(b"\r\n")
        assert max(map(len, made.split(b"\r\n"))) <= 75

    def test_a_later_revision_keeps_the_ids_of_its_events(self, plan: Plan) -> None:
        before, after = (
            events_of(itinerary_calendar(plan, plan.routes[0], revision=revision, made_at=MADE_AT))
            for revision in (1, 2)
        )

        assert [e["uid"] for e in before] == [e["uid"] for e in after]

    def test_a_free_day_is_an_empty_calendar(self, plan: Plan) -> None:
        made = itinerary_calendar(plan, plan.routes[1], revision=1, made_at=MADE_AT)

        assert events_of(made) == []


class TestMap:
    def test_a_route_is_a_line_from_start_to_end_and_a_point_for_each_stop_on_the_map(
        self, day: Day, plan: Plan
    ) -> None:
        line, *points = features(day, plan)

        assert line["geometry"]["type"] == "LineString"
        assert line["properties"] == {
            "case_manager": "kim",
            "leaves": plan.routes[0].leaves.isoformat(),
            "returns": plan.routes[0].returns.isoformat(),
            "visits": 3,
        }
        home = position("kim")
        assert line["geometry"]["coordinates"] == [home, position("ada"), position("ben"), home]
        assert [(p["geometry"], p["properties"]["visit"], p["properties"]["number"]) for p in points] == [
            ({"type": "Point", "coordinates": position("ada")}, "ada", 1),
            ({"type": "Point", "coordinates": position("ben")}, "ben", 3),
        ]

    def test_longitude_comes_first_and_lies_on_earth(self, day: Day, plan: Plan) -> None:
        for longitude, latitude in track(day, plan.routes[0]):
            assert (-76 < longitude < -74, 39 < latitude < 41) == (True, True)

    def test_a_route_of_a_shift_that_is_gone_and_one_stop_has_no_line(self, day: Day) -> None:
        made = a_plan(day, kim="09:00 ada")
        orphan = replace(made, routes=(replace(made.routes[0], shift=ShiftId("gone")),))

        assert [f["geometry"]["type"] for f in features(day, orphan)] == ["Point"]
        assert routes_picture(day, orphan).startswith(PNG)


class TestTable:
    def test_each_stop_is_a_line_with_its_number(self, plan: Plan) -> None:
        header, *rows = csv.reader(io.StringIO(plan_csv(plan).decode(), newline=""))

        assert tuple(header) == COLUMNS
        assert [row[:3] for row in rows] == [["kim", "1", "ada"], ["kim", "2", "cyd"], ["kim", "3", "ben"]]
        assert {len(row) for row in rows} == {len(COLUMNS)}
        assert datetime.fromisoformat(rows[0][4]) == at("09:00")


class TestPage:
    def test_it_tells_one_person_where_to_be_when(self, day: Day, plan: Plan) -> None:
        page = itinerary_page(day, plan, plan.routes[0], revision=3)

        for told in ("Kim", *SECRETS, "09:00–09:45", "Break", "11:00–11:30", "by phone", "revision 3", "geo:"):
            assert told in page

    def test_names_are_text_never_markup(self, day: Day, plan: Plan) -> None:
        page = itinerary_page(day, plan, plan.routes[0], revision=None)

        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_it_loads_nothing_from_elsewhere(self, day: Day, plan: Plan) -> None:
        page = itinerary_page(day, plan, plan.routes[0], revision=1)

        assert [word for word in ("http:", "https:", "src=", "<link", "@import", "url(") if word in page] == []

    def test_a_free_day_says_so(self, day: Day, plan: Plan) -> None:
        assert "No visits today." in itinerary_page(day, plan, plan.routes[1], revision=1)

    def test_a_visit_that_is_gone_keeps_its_time(self, day: Day, plan: Plan) -> None:
        without = replace(day, visits=day.visits[1:])

        page = itinerary_page(without, plan, plan.routes[0], revision=1)

        assert "Visit ada" in page
        assert "09:00–09:45" in page
        assert "Ada Secret" not in page


class TestPictures:
    def test_both_are_png(self, day: Day, plan: Plan) -> None:
        assert routes_picture(day, plan).startswith(PNG)
        assert timeline_picture(day, plan).startswith(PNG)

    def test_a_day_on_which_nobody_drives_has_pictures_too(self, day: Day) -> None:
        idle = a_plan(day)

        assert routes_picture(day, idle).startswith(PNG)
        assert timeline_picture(day, idle).startswith(PNG)

    def test_people_without_a_place_on_the_map_are_left_out(self) -> None:
        nowhere = Place(id=PlaceId("nowhere"), point=None)
        person = a_case_manager("kim", begins_from=nowhere, finishes_at=nowhere)
        day = a_day(visits=[a_visit("cyd", type="phone", is_remote=True)], shifts=[a_shift(person)])

        assert routes_picture(day, a_plan(day, kim="09:00 cyd")).startswith(PNG)

    def test_dollars_in_a_name_are_no_mathematics(self) -> None:
        person = replace(a_case_manager("kim"), name=r"$\frac{Kim$")
        day = a_day(visits=["ada"], shifts=[a_shift(person)])
        made = a_plan(day, kim="09:00 ada")

        assert routes_picture(day, made).startswith(PNG)
        assert timeline_picture(day, made).startswith(PNG)


class TestBundle:
    def test_the_same_plan_gives_the_same_bytes_but_for_pictures(self, day: Day, plan: Plan, tmp_path: Path) -> None:
        first, second = (written(tmp_path / name, day, plan) for name in ("first", "second"))

        assert first.keys() == second.keys()
        assert {name: data for name, data in first.items() if not name.endswith(".png")} == {
            name: data for name, data in second.items() if not name.endswith(".png")
        }

    def test_patients_are_named_on_pages_only(self, day: Day, plan: Plan, tmp_path: Path) -> None:
        made = written(tmp_path, day, plan)

        assert [
            name
            for name, data in made.items()
            if not name.endswith((".html", ".png")) and any(secret.encode() in data for secret in (*SECRETS, "script"))
        ] == []

    def test_the_page_of_the_plan_names_no_patient_and_takes_no_id_for_markup(
        self, day: Day, plan: Plan, tmp_path: Path
    ) -> None:
        odd = replace(plan, routes=(replace(plan.routes[0], case_manager=CaseManagerId("<b>kim")), *plan.routes[1:]))
        page = written(tmp_path, day, odd)["plan.html"].decode()

        assert [secret for secret in (*SECRETS, "script", "<b>kim") if secret in page] == []
        assert [
            told for told in ("&lt;b&gt;kim", "09:45", "Without a visit: lee", "not proven") if told not in page
        ] == []

    def test_a_second_shift_of_the_same_person_has_files_of_its_own(self, day: Day, plan: Plan, tmp_path: Path) -> None:
        twice = replace(plan, routes=tuple(replace(r, case_manager=CaseManagerId("kim")) for r in plan.routes))

        assert {"itineraries/kim.html", "itineraries/kim~2.html"} <= written(tmp_path, day, twice).keys()

    @pytest.mark.parametrize("name", ["../../out", "/etc/x", "..", "a/b", "kim~2", "a\x00b", ""])
    def test_no_name_leads_out_of_the_folder_or_over_another_file(
        self, name: str, day: Day, plan: Plan, tmp_path: Path
    ) -> None:
        kim, lee = plan.routes
        odd = replace(plan, routes=(kim, kim, replace(lee, case_manager=CaseManagerId(name))))

        made = written(tmp_path / "deep" / "out", day, odd)

        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == len(made)
        assert len([path for path in made if path.startswith("itineraries/")]) == 6


def written(folder: Path, day: Day, plan: Plan) -> dict[str, bytes]:
    """Content by name, each written once."""
    paths = write_bundle(folder, day, plan, revision=1, made_at=MADE_AT, formats=tuple(EXPORTS))
    assert len(paths) == len(set(paths))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def events_of(calendar: bytes) -> list[Any]:
    return list(Calendar.from_ical(calendar).walk("VEVENT"))


def features(day: Day, plan: Plan) -> list[dict[str, Any]]:
    said = json.loads(plan_geojson(day, plan))
    assert said.keys() == {"type", "features"}
    assert said["type"] == "FeatureCollection"
    assert all(f.keys() == {"type", "geometry", "properties"} and f["type"] == "Feature" for f in said["features"])
    found: list[dict[str, Any]] = said["features"]
    return found


def position(name: str) -> list[float]:
    point = a_place(name).point
    assert isinstance(point, Point)
    return [round(point.longitude, 6), round(point.latitude, 6)]
