"""A branch with two case managers and four visits today, as events on the wire, for tests that live in real time.

It lies in a zone where it is between five and six in the morning now, whatever the hour of the test: the evening in
which today is first told is over, so each plan is told at once, and no visit is so near that it is frozen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

BRANCH = "harbour"
LOCAL_HOUR = 5
VISITS = ("V-1", "V-2", "V-3", "V-4")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Ada Placeholder", "Ben Placeholder", "Cyd Placeholder", "Dora Placeholder")
SECRETS = (*NAMES, "Quay Street", "-83.01")
"""Of patients' names, addresses and coordinates what no other text holds: it must never be told."""


class LittleBranch:
    """Its day, fixed when made, and its events, each under an id of its own."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        self._count = 0
        self.zone = morning_zone(self._now)
        self.day: date = self._now.astimezone(self.zone).date()

    def known(self) -> Iterator[bytes]:
        """Everything that is known in the morning."""
        yield self.event("branch.changed", {"name": "Harbour office", "zone": self.zone.key})
        for number in (1, 2):
            yield self.event("case_manager.changed", _case_manager(number))
        for number, name in enumerate(NAMES, start=1):
            yield self.event("patient.changed", _patient(number, name))
        for number, visit in enumerate(VISITS, start=1):
            yield self.event("visit.requested", self.request(visit, patient=f"P-{number}", hour=7 + 2 * number))

    def request(self, visit: str, *, patient: str, hour: int = 12) -> dict[str, Any]:
        """It may start within two hours of `hour`."""
        opens = datetime.combine(self.day, time(hour), self.zone)
        window = {"opens": opens.isoformat(), "closes": (opens + timedelta(hours=2)).isoformat()}
        return {
            "id": visit,
            "patient": patient,
            "type": "routine",
            "date": self.day.isoformat(),
            "windows": [window],
        }

    def cancelled(self, visit: str, *, id: str) -> bytes:
        return self.event("visit.cancelled", {"visit": visit, "reason": "patient_declined"}, id=id)

    def event(self, kind: str, data: Mapping[str, Any], *, id: str | None = None) -> bytes:
        self._count += 1
        said = {
            "specversion": "1.0",
            "id": id or f"e-{self._count:03d}",
            "source": "/ehr/harbour",
            "type": f"rounds.{kind}.v1",
            "time": self._now.isoformat(),
            "branch": BRANCH,
            "data": data,
        }
        return json.dumps(said).encode()


def morning_zone(now: datetime) -> ZoneInfo:
    """The zone of a fixed offset where the local hour is `LOCAL_HOUR`. The names in Etc count westwards."""
    hours_east = (LOCAL_HOUR - now.astimezone(UTC).hour + 12) % 24 - 12
    return ZoneInfo(f"Etc/GMT{-hours_east:+d}")


def _case_manager(number: int) -> dict[str, Any]:
    return {
        "id": f"CM-{number}",
        "name": f"Case Manager {number}, RN",
        "licence": "RN",
        "begins_from": {"latitude": 39.9622, "longitude": -83.0007 - number / 100},
        "hours": [{"weekday": weekday, "starts": "08:00", "ends": "18:00"} for weekday in WEEK],
    }


def _patient(number: int, name: str) -> dict[str, Any]:
    home = {
        "address": f"{number} Quay Street",
        "latitude": 39.95 + number / 1000,
        "longitude": -83.01 - number / 10_000,
    }
    return {"id": f"P-{number}", "name": name, "home": home}
