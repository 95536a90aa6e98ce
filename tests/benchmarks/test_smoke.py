"""The benchmarks run and say what they promise. What they measure is in `docs/benchmarks.md`, not asserted here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import real_days
from tests.benchmarks.intake import main
from tests.command import quick_policy


def test_the_intake_benchmark_prints_its_machine_and_its_tables(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDS_POLICY_FILE", str(quick_policy(tmp_path_factory.mktemp("policy"))))

    main(["--visits", "40", "--branches", "2", "--visits-a-day", "5", "--events", "12", "--repeats", "1"])

    told = capsys.readouterr().out
    assert "SQLite" in told.splitlines()[0]
    rows = [line.split("|")[1].strip() for line in told.splitlines() if line.startswith("|")]
    assert rows == [
        "planning one branch-day",
        "---",
        "with all branches present",
        "with that branch alone",
        "taking in one event",
        "---",
        "batch of 1, requests, changes, cancellations",
    ]


def test_the_benchmark_of_real_days_prints_a_row_a_day(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUNDS_POLICY_FILE", str(quick_policy(tmp_path)))

    real_days.main([str(shared_data / "bench/hhcrsp/uhhc/i-116.json")])

    day = [cell.strip() for cell in capsys.readouterr().out.splitlines()[-1].strip("|").split("|")]
    assert day[:6] == ["i-116", "13", "4", "13", "0", "0"]
