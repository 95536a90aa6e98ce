"""The demo's day as events, CloudEvents JSON: staff, patients, care plans and requests, then what a morning brings.

Forty patients, eight case managers, one Monday. Same bytes every time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from scheduler.cli.demo_people import COLLEAGUES, case_manager, one_of, patient

BRANCH: Final = "columbus"
ZONE: Final = ZoneInfo("America/New_York")
MONDAY: Final = date(2026, 11, 23)
SUNDAY_NOON: Final = datetime(2026, 11, 22, 12, tzinfo=ZONE)
PATIENTS: Final = 40
SEED: Final = 5
# Visit types of the day: (type, how many)
MIX: Final = (
    ("routine", 9), ("wound", 5), ("medication", 5), ("soc", 2), ("education", 2), ("home_safety", 1),
    ("psychosocial", 3), ("recert", 1), ("palliative", 1), ("phone", 2), ("paediatric", 1),
)  # fmt: skip


@dataclass(slots=True)
class _Wire:
    """Makes envelopes: ids count up, `entityversion` is 1."""

    count: int = 0
    lines: list[bytes] = field(default_factory=list)

    def event(self, type_: str, at: datetime, data: dict[str, Any]) -> bytes:
        self.count += 1
        said = {
            "specversion": "1.0",
            "id": f"demo-{self.count:04d}",
            "source": "/demo",
            "type": f"rounds.{type_}.v1",
            "time": at.isoformat(),
            "branch": BRANCH,
            "data": data,
        }
        return json.dumps(said, separators=(",", ":")).encode()


def demo_events() -> tuple[list[bytes], list[bytes]]:
    """(what is known by Sunday noon, what Monday morning brings)."""
    wire, chance = _Wire(), Random(SEED)  # noqa: S311  a made-up day needs no secrets
    return list(_known(wire, chance)), list(_morning(wire))


def _known(wire: _Wire, chance: Random) -> Iterator[bytes]:
    at = SUNDAY_NOON
    yield wire.event("branch.changed", at, {"name": "Columbus office", "zone": ZONE.key})
    for colleague in COLLEAGUES:
        yield wire.event("case_manager.changed", at, case_manager(colleague, chance))
    for number in range(1, PATIENTS + 1):
        yield wire.event("patient.changed", at, patient(number, chance))
    yield from _past(wire, chance)
    yield from (wire.event("care_plan.created", at, plan) for plan in _care_plans())
    numbers = iter(range(1, PATIENTS + 1))
    for type_, count in MIX:
        for _ in range(count):
            yield wire.event("visit.requested", at, _request(type_, next(numbers), chance))
    yield wire.event("visit.requested", at, _request("supervision", next(numbers), chance) | {"clinicians": 2})


def _past(wire: _Wire, chance: Random) -> Iterator[bytes]:
    """Who was where last Friday: history, so that patients see a face they know."""
    nurses = [person for person in COLLEAGUES if person.licence != "LCSW"]
    for number in range(1, PATIENTS - 9):
        begins = datetime(2026, 11, 20, 9 + number % 7, tzinfo=ZONE)
        visit = {"id": f"H-{number:02d}", "patient": f"P-{number:02d}", "type": "routine", "date": "2026-11-20"}
        done = {"visit": visit["id"], "case_manager": one_of(chance, nurses).id, "began": begins.isoformat()}
        yield wire.event("visit.requested", begins - timedelta(days=1), visit)
        yield wire.event("visit.completed", begins + timedelta(minutes=45), done)


def _care_plans() -> Iterator[dict[str, Any]]:
    """Five patients whose visits follow from orders."""
    orders = (
        ("2w4 1w5", "routine"),
        ("3w2 2w3", "wound"),
        ("1w9", "medication"),
        ("2w2 1w4", "routine"),
        ("1w4", "psychosocial"),
    )
    for number, (notation, type_) in enumerate(orders, start=PATIENTS - len(orders) + 1):
        yield {
            "id": f"CP-{number:02d}",
            "patient": f"P-{number:02d}",
            "starts": MONDAY.isoformat(),
            "orders": [{"key": "a", "notation": notation, "type": type_, "weekdays": ["mon", "wed", "fri"]}],
        }


def _request(type_: str, number: int, chance: Random) -> dict[str, Any]:
    """A third of the visits want half a day, a fifth two hours, the rest any time; some wish for an hour."""
    data: dict[str, Any] = {
        "id": f"V-{number:02d}",
        "patient": f"P-{number:02d}",
        "type": type_,
        "date": MONDAY.isoformat(),
    }
    kind = chance.random()
    if kind < 0.3:
        opens = one_of(chance, (8, 12))
        data["windows"] = [_window(opens, opens + 4)]
    elif kind < 0.5:
        opens = 8 + int(chance.random() * 6)
        data["windows"] = [_window(opens, opens + 2)]
    elif kind < 0.7:
        opens = 9 + int(chance.random() * 5)
        data["wished"] = _window(opens, opens + 1)
    return data


def _window(opens: int, closes: int) -> dict[str, str]:
    midnight = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=ZONE)
    return {
        "opens": (midnight + timedelta(hours=opens)).isoformat(),
        "closes": (midnight + timedelta(hours=closes)).isoformat(),
    }


def _morning(wire: _Wire) -> Iterator[bytes]:
    """Two cancellations, one urgent visit, one case manager ill."""
    at = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 6, 40, tzinfo=ZONE)
    ill = {
        "case_manager": "CM-3",
        "starts": at.isoformat(),
        "ends": (at + timedelta(hours=17)).isoformat(),
        "reason": "ill",
    }
    yield wire.event("case_manager.absent", at, ill)
    yield wire.event("visit.cancelled", at.replace(hour=7, minute=30), {"visit": "V-04", "reason": "patient_declined"})
    urgent = {
        "id": "V-90",
        "patient": "P-34",
        "type": "wound",
        "date": MONDAY.isoformat(),
        "windows": [_window(10, 13)],
        "priority": "urgent",
    }
    yield wire.event("visit.requested", at.replace(hour=8, minute=15), urgent)
    yield wire.event("visit.cancelled", at.replace(hour=9, minute=5), {"visit": "V-15", "reason": "hospital"})
