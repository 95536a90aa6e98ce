"""Small days and plans as files, a policy whose search is over soon, and nothing set for Rounds from outside."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.command import quick_policy, rounds


@pytest.fixture(autouse=True)
def _a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ROUNDS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ROUNDS_POLICY_FILE", str(quick_policy(tmp_path)))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def day() -> dict[str, Any]:
    """One case manager, two patients, two visits."""
    return {
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
        "patients": [
            {"id": "p1", "name": "Ada", "home": {"latitude": 39.98, "longitude": -83.02}},
            {"id": "p2", "name": "Ben", "home": {"latitude": 39.99, "longitude": -83.01}},
        ],
        "visits": [
            {"id": "v1", "patient": "p1", "type": "routine", "windows": [{"opens": "09:00", "closes": "11:00"}]},
            {"id": "v2", "patient": "p2", "type": "routine"},
        ],
    }


@pytest.fixture
def day_file(day: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "day.json"
    path.write_text(json.dumps(day), encoding="utf-8")
    return path


@pytest.fixture
def plan_file(day_file: Path) -> Path:
    """The day's plan, as the command makes it."""
    path = day_file.with_name("plan.json")
    assert rounds("plan", day_file, "--out", path).code == 0
    return path
