"""Instances of each public family, small enough to judge by hand: places in a row, ten minutes (or metres) apart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.benchmarks.family import Instance, read
from optimizer.benchmarks.reference import Stop, solution_from_routes
from optimizer.solution import Solution

Document = dict[str, Any]
Facts = Mapping[str, Any]
ROW = [[10 * abs(here - there) for there in range(4)] for here in range(4)]


def written(folder: Path, document: Document, family: str) -> Instance:
    path = folder / "little.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read(path, family)


def two_patients(link: Facts | None = None, **changes: Any) -> Document:
    """Ada needs one service of 20 minutes, Ben two of 30 minutes; only Dee may do the second of them."""
    return {
        "patients": [
            {"id": "Ada", "time_window": [0, 60], "required_caregivers": [{"service": "bath", "duration": 20}]},
            {
                "id": "Ben",
                "time_window": [30, 60],
                "required_caregivers": [{"service": "bath", "duration": 30}, {"service": "drip"}],
                "synchronization": link or {"type": "simultaneous"},
            },
        ],
        "services": [{"id": "bath", "default_duration": 10}, {"id": "drip", "default_duration": 30}],
        "caregivers": [{"id": "Cyd", "abilities": ["bath"]}, {"id": "Dee", "abilities": ["bath", "drip"]}],
        "central_offices": [{"id": "office"}],
        "distances": [row[:3] for row in ROW[:3]],
    } | changes


WEIGHTS = {
    "travel_time": 1,
    "total_tardiness": 2,
    "highest_tardiness": 5,
    "total_waiting_time": 3,
    "total_extra_time": 7,
    "max_idle_time": 11,
    "caregiver_preferences": 13,
    "optional_patients": 1000,
    "missed_lunch_break": 100,
}


def a_real_day(patients: Sequence[Facts] | None = None, *, met: str = "at_service_end", **changes: Any) -> Document:
    """Cyd works from 0 to 400 and may have lunch from 100 to 200, Dee works from 0 to 200; both live at place 0."""
    ada = {"id": "Ada", "distance_matrix_index": 1, **bath(), "time_windows": [{"start": 0, "end": 60}]}
    ben = {"id": "Ben", "distance_matrix_index": 2, **bath(), "time_windows": [{"start": 90, "end": 150}]}
    return {
        "metadata": {"time_window_met": met, "cost_components": WEIGHTS},
        "patients": [ada, ben] if patients is None else list(patients),
        "services": [{"id": "bath", "default_duration": 20}, {"id": "drip", "default_duration": 20}],
        "caregivers": [_caregiver("Cyd", 400, has_lunch=True), _caregiver("Dee", 200, has_lunch=False)],
        "terminal_points": [{"id": "home", "distance_matrix_index": 0}],
        "lunch_breaks": {"start": 100, "end": 200, "min_duration": 30},
        "distances": ROW,
    } | changes


def bath(*more: str) -> Document:
    return {"required_services": [{"service": service} for service in ("bath", *more)]}


def _caregiver(name: str, until: int, *, has_lunch: bool) -> Document:
    return {
        "id": name,
        "abilities": ["bath", "drip"] if has_lunch else ["bath"],
        "departing_point": "home",
        "arrival_point": "home",
        "working_shift": {"start": 0, "end": until},
        "lunch_break": has_lunch,
    }


SOLOMON = """LITTLE

VEHICLE
NUMBER     CAPACITY
  {vehicles}         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0         0          0        100          0
    1      1         1         6          0         50         10
    2      2         2         4         20         60         10
    3     -3         4         5          0         95          0
"""
"""The depot lies in the corner: customers 1 and 2 are 1.4 apart, 3 is 5.0 away."""


def three_customers(folder: Path, *, vehicles: int = 2) -> Instance:
    path = folder / "little.txt"
    path.write_text(SOLOMON.format(vehicles=vehicles), encoding="utf-8")
    return read(path, "vrptw")


def days(instance: Instance, *routes: Sequence[tuple[int, ...]]) -> Solution:
    """Stops as (visit, start) or, with lunch before it, (visit, start, start of lunch)."""
    return solution_from_routes(instance, [[Stop(*stop) for stop in route] for route in routes])
