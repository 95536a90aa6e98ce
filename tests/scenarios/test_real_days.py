"""The twelve real days of the UHHC set, as a user plans them: import, plan, check, each by its command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import rounds

DAYS = [
    "i-054", "i-077", "i-083", "i-100", "i-116", "i-164", "i-219", "i-247", "i-263", "i-272", "i-369", "i-416",
]  # fmt: skip
LITTLE_EFFORT = "0.2"


@pytest.mark.parametrize("day", DAYS)
def test_a_real_day_is_planned_with_no_hard_violation(day: str, shared_data: Path, tmp_path: Path) -> None:
    instance = shared_data / "bench/hhcrsp/uhhc" / f"{day}.json"
    day_file, plan_file = str(tmp_path / "day.json"), str(tmp_path / "plan.json")

    imported = rounds("import", "uhhc", instance, "--out", day_file)
    planned = rounds("plan", day_file, "--out", plan_file, "--effort", LITTLE_EFFORT, "--json")
    checked = rounds("check", day_file, plan_file, "--json")

    assert (imported.code, planned.code, checked.code) == (0, 0, 0)
    assert not [violation for violation in checked.said["violations"] if violation["severity"] == "hard"]
    assert _left_out(plan_file) <= _may_be_left_out(instance)


def _left_out(plan_file: str) -> set[str]:
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    return {missing["patient"] for missing in plan["unassigned"]}


def _may_be_left_out(instance: Path) -> set[str]:
    patients = json.loads(instance.read_text(encoding="utf-8"))["patients"]
    return {patient["id"] for patient in patients if patient.get("optional")}
