"""A made-up office's good weekend as lines of an event file: equal arguments give equal bytes.

Everything is known by Saturday noon. The Sunday, a daylight-saving night in some tests, and the Monday are planned.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("America/New_York")
BRANCH: Final = "east"
PATIENTS: Final = 6
EVERY_DAY: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def a_line(name: str, kind: str, data: Any, *, at: datetime, **attributes: Any) -> bytes:
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": name,
        "source": "/ehr",
        "type": f"rounds.{kind}.v1",
        "time": at.isoformat(),
        "branch": BRANCH,
        "data": data,
    }
    return json.dumps(event | attributes).encode()


def noon_before(sunday: date) -> datetime:
    return datetime.combine(sunday - timedelta(days=1), time(12), ZONE)


def a_home(number: int) -> dict[str, float]:
    return {"latitude": 39.90 + number / 100, "longitude": -83.0 + number / 200}


def a_colleague(name: str, *, starts: str = "08:00", ends: str = "16:00", works: bool = True) -> dict[str, Any]:
    hours = [{"weekday": day, "starts": starts, "ends": ends} for day in EVERY_DAY] if works else []
    return {"id": name, "name": f"{name} Example", "licence": "RN", "begins_from": a_home(0), "hours": hours}


def a_patient(number: int) -> dict[str, Any]:
    return {"id": f"P-{number}", "name": f"Secret Person {number}", "home": a_home(number)}


def a_good_weekend(sunday: date, *, night_window: tuple[str, str]) -> list[bytes]:
    """`CM-2` works nights, `CM-3` never does. `V-night` must start in the window; `V-idle` is pinned to `CM-3`."""
    at, monday = noon_before(sunday), sunday + timedelta(days=1)
    facts: list[tuple[str, dict[str, Any]]] = [
        ("branch.changed", {"name": "East", "zone": ZONE.key}),
        ("case_manager.changed", a_colleague("CM-1")),
        ("case_manager.changed", a_colleague("CM-2", starts="00:00", ends="07:30")),
        ("case_manager.changed", a_colleague("CM-3", works=False)),
        *(("patient.changed", a_patient(number)) for number in range(1, PATIENTS + 1)),
        ("care_plan.created", a_care_plan("CP-1", "P-1", sunday)),
        *(("visit.requested", a_request(f"V-{number}", number, sunday)) for number in range(2, 5)),
        ("visit.requested", a_request("V-5", 5, monday)),
        ("visit.requested", a_request("V-night", 6, sunday) | {"windows": [_window(*night_window)]}),
        ("visit.requested", a_request("V-idle", 6, monday)),
        ("visit.pinned", {"visit": "V-idle", "case_manager": "CM-3"}),
    ]
    return [
        a_line(f"good-{number}", kind, data, at=at + timedelta(seconds=number), entityversion=number)
        for number, (kind, data) in enumerate(facts, start=1)
    ]


def a_care_plan(name: str, patient: str, starts: date, *, notation: str = "daily x3") -> dict[str, Any]:
    order = {"key": "a", "notation": notation, "type": "routine"}
    return {"id": name, "patient": patient, "starts": starts.isoformat(), "orders": [order]}


def a_request(name: str, patient: int, day: date) -> dict[str, Any]:
    return {"id": name, "patient": f"P-{patient}", "type": "routine", "date": day.isoformat()}


def _window(opens: str, closes: str) -> dict[str, str]:
    return {"opens": opens, "closes": closes}
