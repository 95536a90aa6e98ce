"""`rounds demo`: a Monday is told, the morning happens, and little else moves."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from consumers.contracts import ParsedEvent, parse
from scheduler.cli.demo_events import MONDAY, demo_events
from scheduler.files.plan_file import read_plan
from tests.command import Answer, rounds

ILL = "CM-3"
A_FEW = 6
"""So many visits of others, of some forty, may move to make room."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out"


@pytest.fixture(scope="module")
def demo(out: Path) -> Answer:
    """With the effort everybody gets, whatever the other tests of this folder take."""
    return rounds("demo", "--out", out, "--json", env={"ROUNDS_POLICY_FILE": None})


@pytest.fixture(scope="module")
def revisions(demo: Answer, out: Path) -> list[dict[str, Any]]:
    """The data of Monday's schedule events, in order."""
    assert demo.code == 0
    events = [json.loads(line) for line in (out / "published.jsonl").read_text().splitlines()]
    return [e["data"] for e in events if ".schedule." in e["type"] and e["data"]["date"] == MONDAY.isoformat()]


def test_it_ends_well_and_writes_every_file_it_names(demo: Answer, out: Path) -> None:
    assert demo.code == 0
    assert demo.said["after"]["served"] != "0"
    for name in demo.said["files"]:
        assert Path(name).is_relative_to(out)
        assert Path(name).stat().st_size > 0


def test_its_last_line_names_files_that_are_there(tmp_path: Path) -> None:
    told = rounds("demo", "--out", tmp_path / "told")

    assert told.code == 0
    folder, _, names = told.out.strip().splitlines()[-1].removeprefix("Written to ").partition(": ")
    assert Path(folder) == tmp_path / "told"
    for name in names.split(", "):
        assert (Path(folder) / name).exists(), name


def test_its_events_are_events(demo: Answer, out: Path) -> None:
    assert demo.code == 0
    lines = (out / "events.jsonl").read_bytes().splitlines()

    assert lines == [line for part in demo_events() for line in part]
    assert all(isinstance(parse(line), ParsedEvent) for line in lines)


def test_its_plan_is_a_plan_of_monday_in_which_who_is_ill_does_nothing(demo: Answer, out: Path) -> None:
    assert demo.code == 0
    plan = read_plan((out / "plan.json").read_bytes())

    assert plan.date == MONDAY
    assert [route for route in plan.routes if route.case_manager == ILL and route.stops] == []


def test_each_step_is_one_revision_and_only_the_visits_concerned_move(
    demo: Answer, out: Path, revisions: list[dict[str, Any]]
) -> None:
    told, ill, first_cancelled, urgent, second_cancelled = revisions
    assert [r["revision"] for r in revisions] == [1, 2, 3, 4, 5]
    assert [s["revision"] for s in demo.said["steps"]] == [2, 3, 4, 5]

    of_ill = {change["visit"] for change in ill["changes"] if change["case_manager_before"] == ILL}
    assert of_ill == stops_of_who_is_ill(out)
    assert len(ill["changes"]) <= len(of_ill) + A_FEW
    assert changes(first_cancelled) == [("V-04", "removed")]
    assert changes(second_cancelled) == [("V-15", "removed")]
    assert ("V-90", "added") in changes(urgent)
    assert len(urgent["changes"]) <= 1 + A_FEW
    assert all(later["replaces"] == before["revision"] for before, later in pairwise(revisions))
    assert told["unassigned"] == revisions[-1]["unassigned"]


def test_most_stays_exactly_as_it_was_told_and_only_those_concerned_are_told_anew(
    demo: Answer, revisions: list[dict[str, Any]]
) -> None:
    served = int(demo.said["before"]["served"])
    touched = {change["visit"] for later in revisions[1:] for change in later["changes"]}

    assert demo.said["change"]["untouched"] >= served - len(touched) > served / 2
    assert [step["case_managers_told"] for step in demo.said["steps"]] == [
        len(later["case_managers"]) for later in revisions[1:]
    ]


def stops_of_who_is_ill(out: Path) -> set[str]:
    """As first told."""
    for line in (out / "published.jsonl").read_text().splitlines():
        event = json.loads(line)
        if ".itinerary." in event["type"] and event["data"]["case_manager"] == ILL:
            return {stop["visit"] for stop in event["data"]["stops"]}
    raise AssertionError(f"{ILL} was told nothing")


def changes(revision: dict[str, Any]) -> list[tuple[str, str]]:
    return [(change["visit"], change["kind"]) for change in revision["changes"]]
