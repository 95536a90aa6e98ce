"""The benchmarks run and say what they promise. What they measure is in `docs/benchmarks.md`, not asserted here."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.benchmarks.rows import read_rows
from tests.benchmarks import engine_campaign, real_days
from tests.benchmarks.engine_measures import hot_spots
from tests.benchmarks.intake import main
from tests.benchmarks.kernel_map import spoken
from tests.command import quick_policy, rounds


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


def test_the_engine_campaign_tells_what_it_would_run_and_reports_what_it_ran(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shared_data: Path
) -> None:
    data, out = shared_data / "bench", tmp_path / "runs.jsonl"

    engine_campaign.main(["--data", str(data), "--out", str(out), "--only", "UHHC", "--dry"])

    assert capsys.readouterr().err == "8 instances, about 0.4 hours\n"
    assert not out.exists()


def test_the_engine_answers_a_small_day_and_a_small_public_instance_within_their_judges(
    tmp_path: Path, shared_data: Path
) -> None:
    assert rounds("bench", "day", "--generate", "2", "--sizes", "4x12", "--out", tmp_path / "days").code == 0
    ten_patients = shared_data / "bench/hhcrsp/mankowska/InstanzCPLEX_HCSRP_10_1.json"
    quick = ("--rounds", "200", "--seconds", "20", "--out", tmp_path / "runs.jsonl")

    assert rounds("bench", "day", tmp_path / "days", *quick).code == 0
    assert rounds("bench", "hhcrsp", ten_patients, *quick).code == 0

    rows = read_rows([tmp_path / "runs.jsonl"])
    assert [row.is_feasible for row in rows] == [True] * 3
    assert all(row.bound is None or row.value is None or row.bound <= row.value + 1e-6 for row in rows)


def test_hot_spots_name_kernels_and_libraries() -> None:
    told = """
# Overhead  Shared Object  Symbol
    41.20%  [JIT] tid 7              [.] ruin.ruin
     3.10%  libpython3.11.so.1.0     [.] _PyEval_EvalFrameDefault
"""

    assert hot_spots(told) == [[41.2, "kernel ruin.ruin"], [3.1, "libpython3.11: _PyEval_EvalFrameDefault"]]


def test_a_kernel_is_named_by_where_it_stands() -> None:
    assert spoken(
        "_ZN9optimizer6kernel4ruin4ruinB2v1B38c8tJTIeFIjxB2IKSgI4CrvQ_3dE5ArrayIxLi1E1C7mutable7alignedE"
    ) == ("ruin.ruin")
    assert spoken("NRT_decref") == "NRT_decref"
