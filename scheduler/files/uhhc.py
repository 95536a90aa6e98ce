"""A real day of the UHHC set (Ceschia et al. 2026, CC BY 4.0) becomes a day file.

Its minutes count from 08:00 of an ordinary day in UTC. One visit per required service; skills become credentials;
weights become prices (one unit of the objective is one cent). Reads the published JSON as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from pydantic import ValidationError

from scheduler.domain.people import TravelProfile
from scheduler.files.day_model import DayFile
from scheduler.files.documents import read_document
from scheduler.files.problems import InvalidFile, Problem, problems_of

DATE: Final = "2026-01-05"
FIRST_MINUTE: Final = 8 * 60
VISIT_TYPE: Final = "service"
OVERTIME_MINUTES: Final = 240  # shift ends are soft in this set; the day ends at midnight


def import_uhhc(raw: bytes, *, branch: str, name: str = "UHHC file") -> DayFile:
    """Raises `InvalidFile` when this is not such a file."""
    instance = read_document(raw, name=name)
    try:
        return DayFile.model_validate_json(json.dumps(_day(instance, branch)))
    except (KeyError, TypeError, IndexError):
        problem = Problem(
            path="",
            code="uhhc.format",
            sentence="It lacks the fields of a UHHC instance.",
            remedy="Give a JSON file with metadata, distances, terminal_points, caregivers and patients.",
        )
        raise InvalidFile(name, [problem]) from None
    except ValidationError as error:
        raise InvalidFile(name, problems_of(error)) from None


def _day(instance: Mapping[str, Any], branch: str) -> dict[str, Any]:
    matrix = instance["distances"]
    places = [f"place-{index}" for index in range(len(matrix))]
    points = {t["id"]: {"id": places[t["distance_matrix_index"]], **_on_map(t)} for t in instance["terminal_points"]}
    at_end = instance["metadata"]["time_window_met"] == "at_service_end"
    return {
        "format": "rounds-day/1",
        "branch": branch,
        "date": DATE,
        "time_zone": "UTC",
        "case_managers": [_case_manager(c, points) for c in instance["caregivers"]],
        "patients": [_patient(p, places) for p in instance["patients"]],
        "visits": [visit for p in instance["patients"] for visit in _visits(p, instance, at_end=at_end)],
        "visit_types": {VISIT_TYPE: {"title": "Home health service", "minutes": 30, "points": 0, "licences": ["RN"]}},
        "travel": {
            "places": places,
            "profiles": {TravelProfile.CAR.value: {"seconds": [[60 * minutes for minutes in row] for row in matrix]}},
        },
        "policy": _policy(instance),
    }


def _clock(minute: int) -> str:
    hours, minutes = divmod(FIRST_MINUTE + minute, 60)
    return f"{hours:02d}:{minutes:02d}"


def _case_manager(caregiver: Mapping[str, Any], points: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    shift = caregiver["working_shift"]
    return {
        "id": caregiver["id"],
        "name": caregiver["id"],
        "licence": "RN",
        "credentials": [{"code": ability} for ability in sorted(caregiver["abilities"])],
        "begins_from": points[caregiver["departing_point"]],
        "finishes_at": points[caregiver["arrival_point"]],
        "shifts": [{"starts": _clock(shift["start"]), "ends": _clock(shift["end"])}],
        "takes_break": bool(caregiver.get("lunch_break")),
    }


def _patient(patient: Mapping[str, Any], places: list[str]) -> dict[str, Any]:
    return {
        "id": patient["id"],
        "home": {"id": places[patient["distance_matrix_index"]], **_on_map(patient)},
        "barred": patient.get("incompatible_caregivers") or [],
    }


def _on_map(entry: Mapping[str, Any]) -> dict[str, float]:
    """For pictures; travel times come from the matrix."""
    longitude, latitude = entry["location"]
    return {"latitude": latitude, "longitude": longitude}


def _visits(patient: Mapping[str, Any], instance: Mapping[str, Any], *, at_end: bool) -> Iterator[dict[str, Any]]:
    default = {service["id"]: service["default_duration"] for service in instance["services"]}
    windows = [{"opens": _clock(w["start"]), "closes": _clock(w["end"])} for w in patient["time_windows"]]
    for number, service in zip(count(1), patient["required_services"], strict=False):
        yield {
            "id": f"{patient['id']}/{number}",
            "patient": patient["id"],
            "type": VISIT_TYPE,
            "minutes": service.get("duration") or default[service["service"]],
            "points": 0,
            "credentials": [service["service"]],
            "windows": windows,
            "late_by_price": True,
            "must_end_by_close": at_end,
            "priority": "optional" if patient.get("optional") else "normal",
            "preferred": patient.get("preferred_caregivers") or [],
            "links": [_link(patient)] if number > 1 else [],
        }


def _link(patient: Mapping[str, Any]) -> dict[str, Any]:
    """From the second service to the first; only whole patients are left out."""
    said = patient["synchronization"]
    link: dict[str, Any] = {"kind": "after", "other": f"{patient['id']}/1", "both_or_none": True}
    if said["type"] == "simultaneous":
        link |= {"kind": "together", "different_people": True}
    elif said["type"] == "sequential":
        gap = said["distance"]
        link |= {"min_gap_minutes": gap["min"], "max_gap_minutes": gap["max"], "different_people": True}
    return link


def _policy(instance: Mapping[str, Any]) -> dict[str, Any]:
    weights = instance["metadata"]["cost_components"]
    lunch = instance["lunch_breaks"]

    def weight(name: str) -> int:
        return int(weights.get(name) or 0)

    free = (
        "kilometre",
        "paid_hour",
        "wish_missed_hour",
        "stranger",
        "second_stranger",
        "not_primary",
        "wrong_language",
    )
    also_free = ("wasted_rn", "over_visit_target", "over_point_target", "outside_territory")
    return {
        "prices": dict.fromkeys((*free, *also_free), 0)
        | {
            "drive_hour": 60 * weight("travel_time"),
            "late_hour": 60 * weight("total_tardiness"),
            "latest_visit_hour": 60 * weight("highest_tardiness"),
            "wait_hour": 60 * weight("total_waiting_time"),
            "overtime_hour": 60 * weight("total_extra_time"),
            "longest_idle_hour": 60 * weight("max_idle_time"),
            "not_preferred": weight("caregiver_preferences"),
            "missed_break": weight("missed_lunch_break"),
        },
        "limits": {
            "daily_hours": 24,
            "weekly_hours": 168,
            "most_overtime_minutes": OVERTIME_MINUTES,
            "daily_visits": 1000,
            "daily_visits_target": 1000,
            "break_minutes": lunch["min_duration"],
            "break_opens": f"{_clock(lunch['start'])}:00",
            "break_closes": f"{_clock(lunch['end'] - _until_lunch_ends(instance))}:00",
            "break_after_hours": 0,
            "break_is_paid": True,
            "one_discipline_a_day": False,
        },
    }


def _until_lunch_ends(instance: Mapping[str, Any]) -> int:
    """Lunch ends by its window's close, or with `at_service_start` begins by it; our close bounds its start."""
    at_start = instance["metadata"]["time_window_met"] == "at_service_start"
    return 0 if at_start else int(instance["lunch_breaks"]["min_duration"])
