"""The benchmarks run and say what they promise. What they measure is in `docs/benchmarks.md`, not asserted here."""

from __future__ import annotations

import pytest

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
