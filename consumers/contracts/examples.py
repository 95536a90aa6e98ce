"""Data of one valid event of each type, for documents and tests. Everybody in it is made up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "rounds.branch.changed.v1": {
        "name": "North office",
        "zone": "America/New_York",
        "week_starts_on": "sun",
    },
    "rounds.patient.changed.v1": {
        "id": "P-1001",
        "name": "Ada Example",
        "home": {"address": "12 Garden Street, Columbus, OH", "postal_code": "43215"},
        "languages": ["en", "es"],
        "gender_wanted": "female",
        "primary": "CM-7",
        "preferred": ["CM-7", "CM-9"],
        "barred": ["CM-3"],
        "phone": "+1 614 555 0100",
    },
    "rounds.patient.on_hold.v1": {"patient": "P-1001", "starts": "2026-11-23", "reason": "hospital"},
    "rounds.patient.returned.v1": {"patient": "P-1001", "on": "2026-11-27"},
    "rounds.case_manager.changed.v1": {
        "id": "CM-7",
        "name": "Kim Example",
        "licence": "RN",
        "licence_expires": "2028-06-30",
        "begins_from": {"latitude": 39.961, "longitude": -82.999},
        "credentials": [{"code": "wound_care", "expires": "2027-12-31"}],
        "languages": ["en", "es"],
        "gender": "female",
        "travels_by": "car",
        "hours": [
            {"weekday": "mon", "starts": "08:00", "ends": "16:30"},
            {"date": "2026-11-26", "starts": "08:00", "ends": "12:00"},
        ],
        "territory": ["43215", "43201"],
        "most_points_a_day": 6.5,
    },
    "rounds.case_manager.absent.v1": {
        "case_manager": "CM-7",
        "starts": "2026-11-23T06:00:00-05:00",
        "reason": "ill",
    },
    "rounds.case_manager.back.v1": {"case_manager": "CM-7", "from": "2026-11-25T08:00:00-05:00"},
    "rounds.credential.changed.v1": {
        "case_manager": "CM-7",
        "code": "wound_care",
        "expires": "2027-12-31",
    },
    "rounds.care_plan.created.v1": {
        "id": "CP-301",
        "patient": "P-1001",
        "starts": "2026-11-23",
        "orders": [
            {
                "key": "sn",
                "notation": "2w4 1w5",
                "type": "routine",
                "weekdays": ["mon", "tue", "thu", "fri"],
            },
            {
                "key": "wound",
                "notation": "daily x5",
                "type": "wound",
                "earliest": "08:00",
                "latest": "11:00",
            },
        ],
    },
    "rounds.care_plan.changed.v1": {
        "id": "CP-301",
        "patient": "P-1001",
        "starts": "2026-11-23",
        "orders": [{"key": "sn", "notation": "3w2 1w7", "type": "routine"}],
    },
    "rounds.care_plan.ended.v1": {"care_plan": "CP-301", "on": "2026-12-18", "reason": "goals_met"},
    "rounds.visit.requested.v1": {
        "id": "V-2001",
        "patient": "P-1001",
        "type": "wound",
        "date": "2026-11-23",
        "windows": [{"opens": "2026-11-23T08:00:00-05:00", "closes": "2026-11-23T12:00:00-05:00"}],
        "wished": {"opens": "2026-11-23T09:00:00-05:00", "closes": "2026-11-23T10:00:00-05:00"},
        "minutes": 50,
        "priority": "high",
        "preferred": ["CM-7"],
        "clinicians": 1,
    },
    "rounds.visit.changed.v1": {
        "id": "V-2001",
        "patient": "P-1001",
        "type": "wound",
        "date": "2026-11-24",
        "windows": [{"opens": "2026-11-24T13:00:00-05:00", "closes": "2026-11-24T15:00:00-05:00"}],
    },
    "rounds.visit.pinned.v1": {
        "visit": "V-2001",
        "case_manager": "CM-7",
        "starts": "2026-11-23T09:30:00-05:00",
    },
    "rounds.visit.cancelled.v1": {"visit": "V-2001", "reason": "patient_declined"},
    "rounds.visit.started.v1": {"visit": "V-2001", "case_manager": "CM-7"},
    "rounds.visit.completed.v1": {
        "visit": "V-2001",
        "case_manager": "CM-7",
        "began": "2026-11-22T15:10:00-05:00",
    },
    "rounds.visit.not_done.v1": {"visit": "V-2001", "reason": "nobody_home"},
    "rounds.itinerary.acknowledged.v1": {"case_manager": "CM-7", "date": "2026-11-23", "revision": 3},
    "rounds.itinerary.declined.v1": {
        "case_manager": "CM-7",
        "date": "2026-11-23",
        "revision": 3,
        "reason": "car_broken",
        "visit": "V-2001",
    },
}


def envelope_of(wire_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A whole event around data."""
    return {
        "specversion": "1.0",
        "id": "3f1c9a52-6f0e-4b7b-9a55-0f6f5f7c1d20",
        "source": "/ehr/north",
        "type": wire_type,
        "time": "2026-11-22T16:00:00-05:00",
        "branch": "north",
        "entityversion": 4,
        "data": dict(data),
    }
