"""Day files: what is read, and every problem told at once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from optimizer.travel.straight_line import StraightLine
from scheduler.domain.policy import Policy
from scheduler.files.day_reading import Agency, read_day
from scheduler.files.problems import InvalidFile
from scheduler.files.visit_types import visit_types_from

AGENCY = Agency(
    policy=Policy(),
    visit_types=visit_types_from(
        {"routine": {"title": "Skilled nursing visit", "minutes": 45, "points": 1.0, "licences": ["RN", "LPN"]}}
    ),
    travel=StraightLine(),
)


def a_day_file(**changes: Any) -> dict[str, Any]:
    day: dict[str, Any] = {
        "format": "rounds-day/1",
        "branch": "north",
        "date": "2026-03-03",
        "time_zone": "America/New_York",
        "case_managers": [
            {
                "id": "ruiz",
                "name": "A. Ruiz",
                "licence": "RN",
                "begins_from": {"latitude": 39.96, "longitude": -83.0},
                "shifts": [{"starts": "08:00", "ends": "16:30"}],
            }
        ],
        "patients": [{"id": "p1", "home": {"latitude": 39.98, "longitude": -83.02}}],
        "visits": [
            {"id": "v1", "patient": "p1", "type": "routine", "windows": [{"opens": "09:00", "closes": "11:00"}]}
        ],
    }
    return day | changes


def problems(**changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidFile) as caught:
        read_day(json.dumps(a_day_file(**changes)).encode(), AGENCY)
    return {problem.path: problem.code for problem in caught.value.problems}


def test_a_visit_takes_what_it_leaves_out_from_its_type() -> None:
    day = read_day(json.dumps(a_day_file()).encode(), AGENCY)

    (visit,) = day.visits
    assert (visit.minutes, visit.centipoints, [*map(str, visit.licences)]) == (45, 100, ["RN", "LPN"])
    assert visit.windows[0].opens == datetime.fromisoformat("2026-03-03T09:00:00-05:00")


def test_travel_left_out_is_estimated_and_says_so() -> None:
    day = read_day(json.dumps(a_day_file()).encode(), AGENCY)

    seconds = day.travel.seconds(day.shifts[0].case_manager.profile, day.patients[0].home.id, day.places[0].id)
    assert day.travel.provider == StraightLine().name
    assert seconds is not None
    assert 120 < seconds < 900


def test_a_given_matrix_is_used_as_it_is() -> None:
    travel = {
        "places": ["case-manager:ruiz", "patient:p1"],
        "profiles": {"car": {"seconds": [[0, 700], [-1, 0]]}},
    }
    day = read_day(json.dumps(a_day_file(travel=travel)).encode(), AGENCY)

    office, home = day.places[0].id, day.patients[0].home.id
    car = day.shifts[0].case_manager.profile
    assert day.travel.seconds(car, office, home) == 700
    assert day.travel.seconds(car, home, office) is None
    assert day.travel.provider == "given"


def test_every_problem_is_told_at_once_with_its_path() -> None:
    found = problems(
        visits=[
            {"id": "v1", "patient": "nobody", "type": "routine"},
            {"id": "v1", "patient": "p1", "type": "dance", "windows": [{"opens": "11:00", "closes": "09:00"}]},
            {"id": "v3", "patient": "p1", "type": "routine", "links": [{"kind": "after", "other": "v9"}]},
        ],
        policy={"prices": {"drive_hours": 1}},
    )

    assert found == {
        "visits[0].id": "id.double",
        "visits[1].id": "id.double",
        "visits[0].patient": "reference.unknown",
        "visits[1].type": "reference.unknown",
        "visits[1].windows[0]": "window.invalid",
        "visits[2].links[0].other": "reference.unknown",
        "policy.prices.drive_hours": "field.unknown",
    }


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"date": "2026-02-30"}, "date"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"format": "rounds-day/9"}, "format"),
        ({"visits": [{"id": "v 1", "patient": "p1", "type": "routine"}]}, "visits[0].id"),
        ({"visits": [{"id": "v1", "patient": "p1", "type": "routine", "minutes": "long"}]}, "visits[0].minutes"),
        ({"now": "2026-03-03T09:00:00"}, "now"),
        ({"travel": {"places": ["x"], "profiles": {}}}, "travel.places"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], path: str) -> None:
    assert path in problems(**changes)


@pytest.mark.parametrize("half", [{"latitude": 39.98}, {"longitude": -83.0, "address": "12 Elm Street"}])
def test_half_a_point_is_refused_wherever_it_stands(half: dict[str, Any]) -> None:
    day = a_day_file()
    day["case_managers"][0] |= {"begins_from": half, "finishes_at": half}
    day["patients"][0]["home"] = half
    day["visits"][0]["place"] = half

    found = problems(**day)

    assert found == dict.fromkeys(
        ("case_managers[0].begins_from", "case_managers[0].finishes_at", "patients[0].home", "visits[0].place"),
        "place.half_a_point",
    )


def test_a_shift_on_another_day_or_upside_down_is_refused() -> None:
    person = a_day_file()["case_managers"][0]
    upside_down = person | {"shifts": [{"starts": "16:00", "ends": "08:00"}]}
    elsewhere = person | {
        "id": "lee",
        "shifts": [{"starts": "2026-03-04T08:00:00-05:00", "ends": "2026-03-04T09:00:00-05:00"}],
    }

    assert problems(case_managers=[upside_down, elsewhere]) == {
        "case_managers[0].shifts[0]": "shift.invalid",
        "case_managers[1].shifts[0]": "shift.outside",
    }


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "json.malformed"),
        (b"\xff{}", "json.not_utf8"),
        (b'{"branch": NaN}', "json.not_a_number"),
        (b'{"a": 1, "a": 2}', "json.repeated_field"),
        (b"[" * 100_000 + b"]" * 100_000, "json.too_deep"),
        (b"[]", "json.not_an_object"),
    ],
)
def test_bytes_that_are_no_day_file_are_refused_in_words(raw: bytes, code: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_day(raw, AGENCY)

    assert [problem.code for problem in caught.value.problems] == [code]
    assert all(problem.remedy for problem in caught.value.problems)


def test_problems_never_repeat_what_was_given() -> None:
    with pytest.raises(InvalidFile) as caught:
        read_day(json.dumps(a_day_file(patients=[{"id": "p1", "name": 5, "home": "12 Elm Street"}])).encode(), AGENCY)

    assert "Elm" not in " ".join(map(str, caught.value.problems))


def test_clock_times_are_right_on_both_daylight_saving_days() -> None:
    spring = read_day(json.dumps(a_day_file(date="2026-03-08")).encode(), AGENCY)
    autumn = read_day(json.dumps(a_day_file(date="2026-11-01")).encode(), AGENCY)

    assert spring.visits[0].windows[0].opens.isoformat() == "2026-03-08T09:00:00-04:00"
    assert autumn.visits[0].windows[0].opens.isoformat() == "2026-11-01T09:00:00-05:00"
    assert [(d.bounds[1].timestamp() - d.bounds[0].timestamp()) / 3600 for d in (spring, autumn)] == [23, 25]
