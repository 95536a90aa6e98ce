"""An envelope out of shape, and data out of shape, say where and why."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.contracts import ParsedEvent, Unreadable, parse
from tests.office import a_request, an_event
from tests.unit.consumers.contracts.answers import only_problem, problems

FACTS = {"id": "P-2", "name": "Ben", "home": {"latitude": 1, "longitude": 2}}
KIM = {"id": "CM-1", "name": "Kim", "licence": "RN", "begins_from": {"latitude": 1, "longitude": 2}}
PLAN = {"id": "CP-1", "patient": "P-1", "starts": "2026-03-02"}
ORDER = {"key": "sn", "notation": "1w1", "type": "routine"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("rounds.visit.requested.v2", "event.unknown_version"),
        ("rounds.visit.asked.v1", "event.unknown_type"),
        ("visit.requested", "event.unknown_type"),
        (7, "event.no_type"),
        (None, "event.no_type"),
    ],
)
def test_a_type_nobody_speaks_says_which_ones_are_spoken(said: object, code: str) -> None:
    assert only_problem(an_event("visit.requested", a_request(), type=said)) == ("type", code)


@pytest.mark.parametrize(
    ("attributes", "path", "code"),
    [
        ({"specversion": "0.3"}, "specversion", "field.not_one_of"),
        ({"id": None}, "id", "field.missing"),
        ({"id": ""}, "id", "field.pattern"),
        ({"id": "x" * 129}, "id", "field.too_long"),
        ({"source": "with space"}, "source", "field.pattern"),
        ({"time": None}, "time", "field.missing"),
        ({"time": "2026-03-02T10:00:00"}, "time", "time.naive"),
        ({"time": "2026-03-02"}, "time", "time.malformed"),
        ({"time": 1772463600}, "time", "time.malformed"),
        ({"time": "1772463600"}, "time", "time.malformed"),
        ({"time": "2026-02-30T10:00:00Z"}, "time", "time.impossible"),
        ({"time": "2026-03-02T25:00:00Z"}, "time", "time.impossible"),
        ({"time": "1026-03-02T10:00:00Z"}, "time", "date.out_of_range"),
        ({"branch": None}, "branch", "field.missing"),
        ({"branch": "north office"}, "branch", "field.pattern"),
        ({"entityversion": 0}, "entityversion", "field.too_small"),
        ({"entityversion": 2**31}, "entityversion", "field.too_large"),
        ({"entityversion": "3"}, "entityversion", "field.wrong_type"),
        ({"entityversion": True}, "entityversion", "field.wrong_type"),
        ({"datacontenttype": "text/xml"}, "datacontenttype", "field.not_one_of"),
        ({"traceState": "x"}, "traceState", "event.no_attribute"),
        ({"data_base64": "x"}, "data_base64", "event.no_attribute"),
        ({"Ada Example": "x"}, "(unknown)", "event.no_attribute"),
        ({"trace": {"a": 1}}, "trace", "event.extension_value"),
        ({"trace": "x" * 301}, "trace", "event.extension_value"),
    ],
)
def test_an_envelope_out_of_shape_says_where(attributes: dict[str, Any], path: str, code: str) -> None:
    assert only_problem(an_event("visit.requested", a_request(), **attributes)) == (path, code)


@pytest.mark.parametrize(("data", "code"), [(None, "missing"), ("x", "wrong_type"), ([], "wrong_type")])
def test_data_must_be_an_object(data: object, code: str) -> None:
    assert only_problem(an_event("visit.requested", data)) == ("data", f"field.{code}")


def test_a_null_is_not_a_missing_field() -> None:
    raw = an_event("visit.cancelled", {"visit": None, "reason": "x"})

    assert only_problem(raw) == ("data.visit", "field.wrong_type")


def test_extensions_of_others_are_let_through() -> None:
    raw = an_event("visit.requested", a_request(), traceparent="00-4bf9-00f0-01", sampled=True, partitionkey="n")

    assert isinstance(parse(raw), ParsedEvent)


@pytest.mark.parametrize(
    ("kind", "data", "path", "code"),
    [
        ("visit.requested", a_request(minutes=45.5), "data.minutes", "field.wrong_type"),
        ("visit.requested", a_request(minutes="45"), "data.minutes", "field.wrong_type"),
        ("visit.requested", a_request(minutes=4), "data.minutes", "field.too_small"),
        ("visit.requested", a_request(minutes=10**30), "data.minutes", "field.too_large"),
        ("visit.requested", a_request(points=21), "data.points", "field.too_large"),
        ("visit.requested", a_request(date="2026-02-29"), "data.date", "date.impossible"),
        ("visit.requested", a_request(date="02/28/2026"), "data.date", "date.malformed"),
        ("visit.requested", a_request(date="20260302"), "data.date", "date.malformed"),
        ("visit.requested", a_request(date="9999-12-31"), "data.date", "date.out_of_range"),
        ("visit.requested", a_request(clinicians=3), "data.clinicians", "field.too_large"),
        ("visit.requested", a_request(priority="asap"), "data.priority", "field.not_one_of"),
        ("visit.requested", a_request(licences=[]), "data.licences", "field.too_few"),
        ("visit.requested", a_request(preferred=["CM"] * 21), "data.preferred", "field.too_many"),
        ("visit.requested", a_request("V-1/2"), "data.id", "field.pattern"),
        ("visit.requested", a_request(remote="no"), "data.remote", "field.wrong_type"),
        ("visit.requested", a_request(diagnosis="x"), "data.diagnosis", "field.unknown"),
        (
            "visit.requested",
            a_request(windows=[{"opens": "2026-03-03T10:00:00-05:00", "closes": "2026-03-03T09:00:00-05:00"}]),
            "data.windows[0]",
            "window.invalid",
        ),
        (
            "visit.requested",
            a_request(wished={"opens": "2026-03-03T10:00:00", "closes": "2026-03-03T11:00:00-05:00"}),
            "data.wished.opens",
            "time.naive",
        ),
        (
            "visit.completed",
            {"visit": "V-1", "case_manager": "CM-1", "began": "2026-03-02T10:00:01-05:00"},
            "",
            "visit.ended_before_it_began",
        ),
        ("visit.cancelled", {"visit": "V-1", "reason": "x\u0000"}, "data.reason", "field.pattern"),
        ("branch.changed", {"name": "N", "zone": "Mars/Olympus"}, "data.zone", "zone.unknown"),
        ("branch.changed", {"name": "N", "zone": "../etc/passwd"}, "data.zone", "zone.unknown"),
        ("branch.changed", {"name": "N", "zone": "America"}, "data.zone", "zone.unknown"),
        ("branch.changed", {"name": "N", "zone": 5}, "data.zone", "zone.unknown"),
        ("patient.changed", FACTS | {"home": {}}, "data.home", "place.nowhere"),
        ("patient.changed", FACTS | {"home": {"latitude": 1}}, "data.home", "place.half_a_point"),
        (
            "patient.changed",
            FACTS | {"home": {"latitude": 91, "longitude": 0}},
            "data.home.latitude",
            "field.too_large",
        ),
        (
            "patient.changed",
            FACTS | {"required": ["CM-1"], "barred": ["CM-1"]},
            "data",
            "patient.required_and_barred",
        ),
        ("patient.changed", FACTS | {"languages": ["english"]}, "data.languages[0]", "field.pattern"),
        (
            "patient.on_hold",
            {"patient": "P-1", "starts": "2026-03-02", "ends": "2026-03-02"},
            "data",
            "hold.invalid",
        ),
        (
            "case_manager.changed",
            KIM | {"hours": [{"weekday": "mon", "starts": "16:00", "ends": "08:00"}]},
            "data.hours[0]",
            "shift.invalid",
        ),
        (
            "case_manager.changed",
            KIM | {"hours": [{"starts": "08:00", "ends": "16:00"}]},
            "data.hours[0]",
            "shift.which_day",
        ),
        (
            "case_manager.changed",
            KIM | {"hours": [{"weekday": "mon", "starts": "8:00", "ends": "24:00"}]},
            "data.hours[0].starts",
            "field.pattern",
        ),
        (
            "case_manager.changed",
            KIM | {"credentials": [{"code": "a"}, {"code": "a"}]},
            "data",
            "credential.repeated",
        ),
        (
            "case_manager.absent",
            {"case_manager": "CM-1", "starts": "2026-03-02T10:00:00Z", "ends": "2026-03-02T10:00:00Z"},
            "data",
            "absence.invalid",
        ),
        (
            "care_plan.created",
            PLAN | {"orders": [ORDER | {"notation": "2x4"}]},
            "data.orders[0].notation",
            "order.syntax",
        ),
        (
            "care_plan.created",
            PLAN | {"orders": [ORDER | {"earliest": "11:00", "latest": "08:00"}]},
            "data.orders[0]",
            "window.invalid",
        ),
        ("care_plan.created", PLAN | {"orders": [ORDER, ORDER]}, "data", "order.repeated_key"),
        ("care_plan.created", PLAN | {"orders": [], "ends": "2026-03-01"}, "data", "care_plan.invalid"),
        ("care_plan.created", PLAN | {"orders": [], "ends": "2028-03-01"}, "data", "care_plan.too_long"),
        (
            "itinerary.acknowledged",
            {"case_manager": "CM-1", "date": "2026-03-02", "revision": 0},
            "data.revision",
            "field.too_small",
        ),
    ],
)
def test_data_out_of_shape_says_where(kind: str, data: dict[str, Any], path: str, code: str) -> None:
    found = problems(an_event(kind, data))

    assert (found[0].path, found[0].code) == (path, code)


def test_every_problem_is_told_at_once() -> None:
    window = {"opens": "2026-03-03T10:00:00", "closes": "tomorrow"}
    found = problems(an_event("visit.requested", a_request(minutes=0, windows=[window], x=1), time="now", Y=2))

    assert {problem.path for problem in found} == {
        "Y",
        "time",
        "data.minutes",
        "data.windows[0].opens",
        "data.windows[0].closes",
        "data.x",
    }


def test_an_unreadable_event_is_known_by_its_id_when_it_has_one() -> None:
    parsed = parse(an_event("visit.requested", None, id="e-7"))

    assert isinstance(parsed, Unreadable)
    assert (parsed.event, parsed.source) == ("e-7", "/ehr")
