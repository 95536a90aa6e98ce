"""`rounds bench`: made-up days, rows of runs, and the report; wrong input is told before anything runs."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimizer.benchmarks import peers
from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.report import BEGIN, END
from optimizer.benchmarks.rows import Row
from optimizer.benchmarks.runner import Means, Watching, blank_row
from scheduler.cli import bench_runs
from tests.command import rounds

QUICK = ("--rounds", "20", "--seconds", "20")


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """Two very small plain days, one loose, one tight."""
    folder = tmp_path / "days"
    assert rounds("bench", "day", "--generate", "2", "--sizes", "2x6", "--out", folder).code == 0
    return folder


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Row]:
    """Every run ends at once with a row of value 1; the list holds what was run."""
    run: list[Row] = []
    monkeypatch.setattr(bench_runs, "engine_row", at_once(run))
    return run


def at_once(run: list[Row]) -> Callable[[Case, Means, Watching], Row]:
    def engine_row(case: Case, means: Means, watching: Watching) -> Row:
        del watching
        run.append(replace(blank_row(case, means), value=1.0, is_feasible=True, seconds=0.5))
        return run[-1]

    return engine_row


def test_made_up_days_are_the_same_bytes_each_time_and_the_product_can_plan_them(days: Path, tmp_path: Path) -> None:
    again = rounds("bench", "day", "--generate", "2", "--sizes", "2x6", "--out", tmp_path / "again", "--json")

    files = sorted(path.name for path in days.iterdir())
    assert files == ["plain-2x6-loose-1.day.json", "plain-2x6-tight-2.day.json"]
    assert [Path(name).name for name in again.said["files"]] == files
    assert all((days / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)
    assert rounds("plan", days / files[0], "--json").code == 0


def test_a_run_on_days_prints_a_row_for_each_and_each_is_feasible(days: Path) -> None:
    ran = rounds("bench", "day", days, *QUICK, "--json")

    assert ran.code == 0
    rows = ran.said["rows"]
    assert [row["instance"] for row in rows] == ["plain-2x6-loose-1", "plain-2x6-tight-2"]
    assert all(row["is_feasible"] and row["value"] > 0 and row["objective"] == "seconds" for row in rows)
    assert all(row["startup_seconds"] >= 0 and row["where"]["date"] for row in rows)


def test_every_seed_is_a_row_and_people_see_a_table(days: Path, told: list[Row]) -> None:
    ran = rounds("bench", "day", days, "--seeds", "3")

    assert ran.code == 0
    assert [(row.instance, row.seed) for row in told] == [
        (name, seed) for name in ("plain-2x6-loose-1", "plain-2x6-tight-2") for seed in (1, 2, 3)
    ]
    assert len(ran.out.splitlines()) == 1 + 6
    assert ran.out.split()[:2] == ["instance", "solver"]


def test_finished_runs_are_not_run_again(days: Path, told: list[Row], tmp_path: Path) -> None:
    out = tmp_path / "runs.jsonl"
    rounds("bench", "day", days, "--out", out)
    first = len(told)

    again = rounds("bench", "day", days, "--out", out, "--seeds", "2", "--json")

    assert (first, len(told)) == (2, 4)
    assert len(again.said["rows"]) == 4
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4


def test_an_infeasible_answer_is_loud_and_ends_with_1(days: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def engine_row(case: Case, means: Means, watching: Watching) -> Row:
        del watching
        return replace(blank_row(case, means), value=1.0, faults=("window: too late",))

    monkeypatch.setattr(bench_runs, "engine_row", engine_row)

    ran = rounds("bench", "day", days)

    assert ran.code == 1
    assert ran.out.count("INFEASIBLE") == 2
    assert "window: too late" in ran.err


def test_ctrl_c_ends_the_run_under_way_and_prints_what_is_done(days: Path, told: list[Row], tmp_path: Path) -> None:
    quick = at_once(told)

    def interrupted(case: Case, means: Means, watching: Watching) -> Row:
        if told:
            signal.raise_signal(signal.SIGINT)
            assert watching.is_cancelled()
        return quick(case, means, watching)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_runs, "engine_row", interrupted)
        ran = rounds("bench", "day", days, "--seeds", "3", "--out", tmp_path / "runs.jsonl", "--json")

    assert ran.code == 130
    assert ran.said["interrupted"] is True
    assert len(ran.said["rows"]) == 2
    assert len((tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()) == 1, "a run cut short is no run"


def test_a_public_instance_has_its_best_known_value_beside_it(shared_data: Path, told: list[Row]) -> None:
    folder = shared_data / "bench"
    assert rounds("bench", "hhcrsp", folder / "hhcrsp/mankowska/InstanzCPLEX_HCSRP_10_1.json").code == 0
    assert rounds("bench", "vrptw", folder / "vrptw" / "C10*.txt").code == 0

    first = told[0]
    assert (first.best_known, first.size, first.published["brkga_mp_ipr_best20"]) == (218.199, 10, 226.98)
    assert {row.instance for row in told[1:]} == {"C101", "C104"}


def test_peers_stand_beside_the_engine_and_say_what_they_were_not_asked(
    days: Path, told: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    def peer_row(case: Case, peer: Any, means: Means, watching: Watching) -> Row:
        del watching
        return replace(blank_row(case, means, peer), cannot=("breaks",), faults=("refused",))

    monkeypatch.setattr(bench_runs, "peer_row", peer_row)

    ran = rounds("bench", "day", days, "--peers", "ortools", "--json")

    assert ran.code == 0, "a peer's infeasible answer is told, and is no fault of ours"
    assert [row["solver"] for row in ran.said["rows"]] == ["rounds", "ortools"] * 2
    assert "ortools cannot: breaks" in ran.err
    assert "INFEASIBLE" in ran.err
    assert len(told) == 2


def test_an_unknown_peer_is_refused_before_anything_runs(days: Path, told: list[Row]) -> None:
    refused = rounds("bench", "day", days, "--peers", "pyvrp,gurobi", "--json")

    assert (refused.code, refused.error["code"], told) == (1, "bench.refused", [])
    assert "gurobi" in refused.error["sentence"]


def test_a_peer_that_is_not_installed_is_told_with_what_to_install(
    days: Path, told: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda _: None)

    refused = rounds("bench", "day", days, "--peers", "pyvrp")

    assert (refused.code, told) == (1, [])
    assert "rounds[bench]" in refused.err


@pytest.mark.parametrize(
    ("family", "content"),
    [("hhcrsp", "{}"), ("hhcrsp", "no json"), ("uhhc", "[]"), ("vrptw", "C101\n\nVEHICLE\n"), ("day", "{}")],
)
def test_a_file_that_is_no_instance_is_refused_in_words(family: str, content: str, tmp_path: Path) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_text(content)

    refused = rounds("bench", family, odd, "--json")

    assert refused.code == 1
    assert "odd" in refused.error["sentence"]
    assert refused.error["remedy"]


def test_a_missing_file_an_empty_folder_and_a_pattern_of_nothing_are_told(tmp_path: Path) -> None:
    missing = rounds("bench", "vrptw", tmp_path / "none.txt", "--json")
    assert (missing.code, missing.error["code"]) == (3, "file.trouble")
    for nothing in (tmp_path, tmp_path / "*.txt"):
        empty = rounds("bench", "vrptw", nothing, "--json")
        assert (empty.code, empty.error["code"]) == (1, "bench.nothing")


@pytest.mark.parametrize("size", ["16", "16x", "0x5", "axb", "16x72x1", "3000x1"])
def test_a_size_that_is_none_is_refused(size: str, tmp_path: Path) -> None:
    refused = rounds("bench", "day", "--generate", "1", "--sizes", size, "--out", tmp_path, "--json")

    assert (refused.code, refused.error["code"]) == (1, "bench.size")
    assert list(tmp_path.glob("*.day.json")) == []


def test_made_up_days_need_a_folder_and_runs_need_files() -> None:
    assert rounds("bench", "day", "--generate", "1", "--json").error["code"] == "bench.no_folder"
    assert rounds("bench", "day").code == 2
    assert rounds("bench", "day", "x.json", "--generate", "1").code == 2
    assert rounds("bench", "hhcrsp").code == 2
    assert rounds("bench", "vrptw", "x.txt", "--seconds", "0").code == 2


def test_a_report_is_written_between_its_marks_and_nowhere_else(days: Path, told: list[Row], tmp_path: Path) -> None:
    rounds("bench", "day", days, "--out", tmp_path / "runs.jsonl")
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{BEGIN}\n{END}\n\nend\n", encoding="utf-8")

    written = rounds("bench", "report", tmp_path / "runs.jsonl", "--write", page)

    text = page.read_text(encoding="utf-8")
    assert (written.code, len(told)) == (0, 2)
    assert "plain-2x6-loose-1" in text
    assert text.startswith("# Page")
    assert text.endswith("end\n")
    assert "plain-2x6-loose-1" in rounds("bench", "report", tmp_path / "runs.jsonl").out
    unmarked = rounds("bench", "report", tmp_path / "runs.jsonl", "--write", tmp_path / "runs.jsonl", "--json")
    assert (unmarked.code, "marked" in unmarked.error["sentence"]) == (1, True)


def test_a_file_of_something_else_makes_no_report(tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text(json.dumps([1]), encoding="utf-8")

    assert rounds("bench", "report", tmp_path / "odd.jsonl", "--json").error["code"] == "bench.refused"
    assert rounds("bench", "report", tmp_path / "none.jsonl", "--json").error["code"] == "file.trouble"
