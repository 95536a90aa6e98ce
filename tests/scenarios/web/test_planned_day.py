"""A day that came in as events, was planned, and is read in every form."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from typing import Any

import pytest
from icalendar import Calendar

from optimizer.travel.straight_line import StraightLine
from scheduler.planning.outcome import Result
from scheduler.planning.service import PlanningDesk, plan_next
from scheduler.store.engine import Store
from tests.builders import BRANCH, DAY, VISIT_TYPES, a_day, a_plan, a_shift
from tests.scenarios.web.conftest import POLICY, Asking
from tests.scenarios.web.test_events import a_patient_event, audited
from web.itineraries import whole_day

OF_DAY = f"/api/branches/{BRANCH}/days/{DAY.isoformat()}"
WEEK = [{"weekday": day, "starts": "08:00", "ends": "16:00"} for day in ("mon", "tue", "wed", "thu", "fri")]


def an_event(type: str, data: dict[str, Any]) -> dict[str, Any]:
    name = data.get("id") or data["visit"]
    return {"specversion": "1.0", "id": f"{type}-{name}", "source": "/ehr/north", "branch": BRANCH,
            "type": f"rounds.{type}.v1", "time": "2026-03-02T08:00:00-05:00", "data": data}  # fmt: skip


def a_case_manager_event(name: str) -> dict[str, Any]:
    base = {"latitude": 40.01, "longitude": -75.0}
    return an_event("case_manager.changed", {"id": name, "name": name.title(), "licence": "RN", "begins_from": base,
                                             "finishes_at": base, "hours": WEEK})  # fmt: skip


def a_visit_event(name: str, **facts: Any) -> dict[str, Any]:
    return an_event("visit.requested", {"id": f"v-{name}", "patient": name, "type": "routine",
                                        "date": DAY.isoformat(), **facts})  # fmt: skip


@pytest.fixture
def planned(api: Asking, store: Store) -> Asking:
    """Kim serves Ada and Ben; nobody can serve Cyd."""
    events = [
        a_case_manager_event("kim"),
        *(a_patient_event(name) for name in ("ada", "ben", "cyd")),
        a_visit_event("ada"),
        a_visit_event("ben"),
        a_visit_event("cyd", credentials=["wound"]),
    ]
    taken = api.post("/api/events", json.dumps(events).encode())
    assert taken.json()["refused"] == 0, taken.text
    desk = PlanningDesk(owner="planner", policy=POLICY, visit_types=VISIT_TYPES, travel_provider=StraightLine())
    assert plan_next(store.unit_of_work, api.services.clock, desk).result is Result.PUBLISHED
    return api


def test_the_plan_says_who_goes_where_when_without_names(planned: Asking) -> None:
    answer = planned.get(f"{OF_DAY}/plan")

    said = answer.json()
    (route,) = (route for route in said["plan"]["routes"] if route["stops"])
    assert said["revision"] == 1
    assert said["published_at"] is not None
    assert route["case_manager"] == "kim"
    assert {stop["visit"] for stop in route["stops"]} == {"v-ada", "v-ben"}
    assert "Ada" not in answer.text


def test_the_plan_says_in_words_and_figures_how_good_it_is_proven_to_be(planned: Asking) -> None:
    said = planned.get(f"{OF_DAY}/plan").json()

    quality = said["quality"]
    assert quality["price_cents"] == said["plan"]["totals"]["price_cents"]
    assert quality["unserved"] == {"urgent": 0, "high": 0, "normal": 1, "optional": 0}
    assert all(sentence.endswith(".") for sentence in quality["sentences"])


def test_the_page_of_the_plan_tells_its_worth_who_goes_where_and_who_waits_without_names(
    planned: Asking, store: Store
) -> None:
    answer = planned.get(f"{OF_DAY}/plan.html")

    (sentence, _) = planned.get(f"{OF_DAY}/plan").json()["quality"]["sentences"]
    assert answer.status_code == 200
    assert [
        word for word in (sentence, "v-ada", "v-ben", "kim", "v-cyd", "revision 1") if word not in answer.text
    ] == []
    assert "Ada" not in answer.text
    assert "<script" not in answer.text
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert audited(store) == [], "ids only, as the plan itself"


def test_the_visit_nobody_serves_is_listed_with_its_reasons(planned: Asking) -> None:
    (missing,) = planned.get(f"{OF_DAY}/unassigned").json()["unassigned"]

    assert missing["visit"] == "v-cyd"
    assert missing["reasons"][0]["sentence"]


def test_revisions_are_listed_newest_first_and_read_by_number(planned: Asking) -> None:
    (only,) = planned.get(f"{OF_DAY}/revisions").json()["revisions"]

    assert only["revision"] == 1
    assert "visit.requested-v-ada" in only["caused_by"]
    assert planned.get(f"{OF_DAY}/revisions?before=1").json() == {"revisions": []}
    assert planned.get(f"{OF_DAY}/plan?revision=1").json() == planned.get(f"{OF_DAY}/plan").json()


def test_a_day_without_a_plan_has_no_revisions(api: Asking) -> None:
    assert api.get(f"{OF_DAY}/revisions").json() == {"revisions": []}


def test_an_itinerary_holds_the_stops_in_order(planned: Asking) -> None:
    said = planned.get(f"{OF_DAY}/itineraries/kim").json()

    starts = [stop["starts"] for route in said["routes"] for stop in route["stops"]]
    assert said["case_manager"] == "kim"
    assert starts == sorted(starts)
    assert len(starts) == 2


def test_the_page_names_patients_loads_nothing_and_is_audited(planned: Asking, store: Store) -> None:
    answer = planned.get(f"{OF_DAY}/itineraries/kim.html")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Ada" in answer.text
    assert "<script" not in answer.text
    assert audited(store) == [("itinerary.read", f"{DAY.isoformat()}/kim")]


def test_the_page_may_use_its_own_style_and_no_other(planned: Asking) -> None:
    answer = planned.get(f"{OF_DAY}/itineraries/kim.html")

    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert answer.headers["content-security-policy"].endswith(f"; style-src 'sha256-{digest}'")
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_calendar_has_an_entry_for_each_visit_and_no_names(planned: Asking) -> None:
    answer = planned.get(f"{OF_DAY}/itineraries/kim.ics")

    entries = Calendar.from_ical(answer.text).walk("VEVENT")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert {str(entry["summary"]) for entry in entries} == {"Visit v-ada", "Visit v-ben"}
    assert "Ada" not in answer.text


def test_the_map_is_geojson_and_audited(planned: Asking, store: Store) -> None:
    answer = planned.get(f"{OF_DAY}/map.geojson")

    said = answer.json()
    kinds = [feature["geometry"]["type"] for feature in said["features"]]
    assert answer.headers["content-type"] == "application/geo+json"
    assert said["type"] == "FeatureCollection"
    assert sorted(kinds) == ["LineString", "Point", "Point"]
    assert audited(store) == [("map.read", DAY.isoformat())]


@pytest.mark.parametrize("form", ["", ".html", ".ics"])
def test_whoever_does_not_work_that_day_has_no_itinerary(planned: Asking, store: Store, form: str) -> None:
    answer = planned.get(f"{OF_DAY}/itineraries/zoe{form}")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "itinerary.none"
    assert audited(store) == []


def test_a_visit_cancelled_since_leaves_the_page_of_the_published_plan_readable(planned: Asking) -> None:
    cancelled = an_event("visit.cancelled", {"visit": "v-ada", "reason": "hospital"})
    assert planned.post("/api/events", json.dumps(cancelled).encode()).status_code == 202

    page = planned.get(f"{OF_DAY}/itineraries/kim.html")

    assert page.status_code == 200
    assert "Ben" in page.text
    assert "Ada" not in page.text


def test_two_shifts_of_one_day_make_one_itinerary() -> None:
    morning, afternoon = a_shift("kim", "08:00-11:00"), a_shift("kim", "13:00-16:00", id="kim-2")
    first = a_plan(a_day(visits=["ada", "ben"], shifts=[morning]), kim="08:30 ada, 09:30 ben").routes[0]
    second = a_plan(a_day(visits=["cyd"], shifts=[afternoon]), kim="13:30 cyd").routes[0]

    whole = whole_day([first, second])

    assert [stop.visit for stop in whole.stops] == ["ada", "ben", "cyd"]
    assert (whole.leaves, whole.returns) == (first.leaves, second.returns)
    assert whole.home_metres == first.home_metres + second.home_metres
