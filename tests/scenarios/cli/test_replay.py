"""`rounds run` twice on the demo's events, in two processes that hash differently: the same bytes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scheduler.cli.demo_events import demo_events
from tests.command import PROGRAM, environment, quick_policy, rounds
from tests.demands import ROOT


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders both processes wrote."""
    folder = tmp_path_factory.mktemp("replay")
    events = folder / "events.jsonl"
    events.write_bytes(b"".join(line + b"\n" for lines in demo_events() for line in lines))
    policy = quick_policy(folder)
    processes = [
        subprocess.Popen(
            [*PROGRAM, "run", events, "--out", folder / seed],
            cwd=ROOT,
            env=environment(policy_file=policy) | {"PYTHONHASHSEED": seed},
            stdout=subprocess.DEVNULL,
        )
        for seed in ("1", "2")
    ]
    assert [process.wait(timeout=300) for process in processes] == [0, 0]
    return [folder / "1", folder / "2"]


def test_plans_and_published_events_are_the_same_bytes(runs: list[Path]) -> None:
    one, other = (
        {path.relative_to(run): path.read_bytes() for path in (*run.rglob("plan.json"), run / "published.jsonl")}
        for run in runs
    )

    assert len(one) > 3
    assert all(one.values())
    assert one == other


def test_itineraries_calendars_tables_and_maps_are_the_same_bytes(runs: list[Path]) -> None:
    one, other = (
        {
            path.relative_to(run): path.read_bytes()
            for path in run.rglob("*")
            if path.suffix in {".html", ".ics", ".csv", ".geojson"}
        }
        for run in runs
    )

    assert {path.suffix for path in one} == {".html", ".ics", ".csv", ".geojson"}
    assert one == other


def test_a_second_run_into_the_same_folder_begins_anew(tmp_path: Path) -> None:
    known, _ = demo_events()
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(known[:20]))

    first, second = (rounds("run", events, "--out", tmp_path / "out", "--json") for _ in range(2))

    assert (first.code, first.said["events"]["applied"]) == (0, 20)
    assert second.said == first.said
