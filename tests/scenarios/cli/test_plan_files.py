"""`rounds plan`, `check`, `explain`, `compare` and `export`: from files to files, with exit codes for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import rounds


def test_a_plan_serves_both_visits_and_is_the_same_on_paper_and_in_the_file(day_file: Path, tmp_path: Path) -> None:
    planned = rounds("plan", day_file, "--out", tmp_path / "plan.json", "--json")

    assert planned.code == 0
    assert planned.said["format"] == "rounds-plan/1"
    assert planned.said["totals"]["served"] == 2
    assert planned.out == (tmp_path / "plan.json").read_text(encoding="utf-8")


def test_a_plan_for_people_names_who_goes_where(day_file: Path) -> None:
    planned = rounds("plan", day_file)

    assert planned.code == 0
    assert [word for word in ("A. Ruiz", "v1", "v2", "served") if word not in planned.out] == []


def test_a_plan_for_people_ends_with_how_good_it_is_and_what_ended_the_search(day_file: Path) -> None:
    shown = " ".join(rounds("plan", day_file).out.split())

    assert "The search ended" in shown
    assert "rounds-engine/" in shown
    assert "2 threads" in shown


def test_what_is_asked_of_the_search_stands_in_the_plan(day_file: Path) -> None:
    asked = ("--seed", "7", "--effort", "0.2", "--gap", "1.5", "--threads", "1", "--seconds", "100")
    solve = rounds("plan", day_file, *asked, "--json").said["solve"]

    assert (solve["seed"], solve["gap_asked_percent"], solve["threads"]) == (7, 1.5, 1)


def test_progress_goes_to_standard_error_and_only_where_somebody_may_read_it(day_file: Path) -> None:
    loud, quiet, scripted = (rounds("plan", day_file, *words) for words in ((), ("--quiet",), ("--json",)))

    assert loud.err.startswith("planning 2 visits …\n")
    assert "planning" not in loud.out
    assert (quiet.err, scripted.err) == ("", "")
    assert quiet.out == loud.out


def test_the_history_goes_to_a_file_of_its_own_and_the_plan_stays_the_same(day_file: Path, tmp_path: Path) -> None:
    with_history = rounds("plan", day_file, "--json", "--history", tmp_path / "history.json")

    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))["history"]
    assert history[-1]["price_cents"] == with_history.said["totals"]["price_cents"]
    assert with_history.out == rounds("plan", day_file, "--json").out


def test_a_plan_that_was_just_made_passes_the_check(day_file: Path, plan_file: Path) -> None:
    checked = rounds("check", day_file, plan_file, "--json")

    assert (checked.code, checked.said["violations"]) == (0, [])
    assert rounds("check", day_file, plan_file).code == 0


def test_a_plan_that_breaks_a_rule_ends_with_1_and_says_which(
    day_file: Path, plan_file: Path, day: dict[str, Any]
) -> None:
    day["patients"][0]["barred"] = ["ruiz"]
    day_file.write_text(json.dumps(day))

    checked = rounds("check", day_file, plan_file, "--json")

    assert checked.code == 1
    assert [(v["severity"], v["visit"], v["case_manager"]) for v in checked.said["violations"]] == [
        ("hard", "v1", "ruiz")
    ]
    told = rounds("check", day_file, plan_file)
    assert told.code == 1
    assert checked.said["violations"][0]["code"] in told.out


def test_a_visit_nobody_can_take_is_unassigned_with_its_reason_and_no_error(
    day_file: Path, day: dict[str, Any]
) -> None:
    day["patients"][0]["barred"] = ["ruiz"]
    day_file.write_text(json.dumps(day))

    planned = rounds("plan", day_file, "--json")

    assert planned.code == 0
    assert [(each["visit"], bool(each["reasons"])) for each in planned.said["unassigned"]] == [("v1", True)]
    assert "v1" in rounds("plan", day_file).out


def test_an_explanation_names_who_has_the_visit(day_file: Path, plan_file: Path) -> None:
    explained = rounds("explain", day_file, plan_file, "v1", "--json")

    assert (explained.code, explained.said["visit"], explained.said["case_manager"]) == (0, "v1", "ruiz")
    assert explained.said["plan"]["sentences"]
    told = rounds("explain", day_file, plan_file, "v1").out
    assert "ruiz" in told
    assert "The search ended" in told


def test_an_unknown_visit_cannot_be_explained(day_file: Path, plan_file: Path) -> None:
    explained = rounds("explain", day_file, plan_file, "v404", "--json")

    assert explained.code == 1
    assert explained.error["remedy"]


def test_a_plan_differs_in_nothing_from_itself(plan_file: Path) -> None:
    compared = rounds("compare", plan_file, plan_file, "--json")

    assert (compared.code, compared.said["changes"]) == (0, [])
    assert compared.said["before"] == compared.said["after"]
    assert compared.said["quality"]["before"] == compared.said["quality"]["after"]
    assert rounds("compare", plan_file, plan_file).out.count("The search ended") == 2


@pytest.mark.parametrize("form", ["html", "ics", "csv", "geojson", "png"])
def test_an_export_writes_the_files_it_names(form: str, day_file: Path, plan_file: Path, tmp_path: Path) -> None:
    exported = rounds("export", form, day_file, plan_file, "--out", tmp_path / form, "--json")

    assert exported.code == 0
    assert exported.said["files"]
    assert all(Path(name).stat().st_size for name in exported.said["files"])


def test_every_problem_of_a_day_file_is_told_at_once(day_file: Path, day: dict[str, Any]) -> None:
    day["visits"][0] |= {"type": "dancing", "windows": [{"opens": "11:00", "closes": "09:00"}]}
    day["visits"][1]["patient"] = "p404"
    day["case_managers"][0]["shifts"] = [{"starts": "16:00", "ends": "08:00"}]
    day_file.write_text(json.dumps(day))

    refused = rounds("plan", day_file, "--json")

    assert (refused.code, refused.error["code"]) == (1, "file.invalid")
    assert {problem["path"] for problem in refused.error["problems"]} == {
        "visits[0].type",
        "visits[0].windows[0]",
        "visits[1].patient",
        "case_managers[0].shifts[0]",
    }
    told = rounds("plan", day_file)
    assert (told.code, told.out) == (1, "")
    for problem in refused.error["problems"]:
        assert problem["path"] in told.err
        assert problem["remedy"] in told.err


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"format": "rounds-day/9"}', b'{"a": 1, "a": 2}'])
def test_what_is_no_day_file_is_refused_in_words(content: bytes, day_file: Path) -> None:
    day_file.write_bytes(content)

    refused = rounds("plan", day_file, "--json")

    assert (refused.code, refused.error["code"]) == (1, "file.invalid")
    assert refused.error["problems"]


def test_a_plan_file_of_another_kind_is_refused(day_file: Path) -> None:
    refused = rounds("check", day_file, day_file, "--json")

    assert (refused.code, [p["code"] for p in refused.error["problems"]]) == (1, ["plan.format"])


@pytest.mark.parametrize("words", [("plan", "no.json"), ("check", "no.json", "no.json"), ("run", "no", "--out", "o")])
def test_a_missing_file_is_an_outside_failure(words: tuple[str, ...]) -> None:
    failed = rounds(*words, "--json")

    assert (failed.code, failed.error["code"]) == (3, "file.trouble")
    told = rounds(*words)
    assert (told.code, told.out) == (3, "")
    assert "file.trouble" in told.err


def test_a_folder_in_place_of_a_file_is_an_outside_failure(tmp_path: Path) -> None:
    assert rounds("plan", tmp_path, "--json").error["code"] == "file.trouble"


def test_brackets_in_names_are_no_markup(day_file: Path, day: dict[str, Any], tmp_path: Path) -> None:
    day["case_managers"][0]["name"] = "Ruiz [rn] [/]"
    day_file.write_text(json.dumps(day))
    assert "Ruiz [rn] [/]" in rounds("plan", day_file).out

    odd = tmp_path / "odd [dim]day[x].json"
    odd.write_text("{}")
    assert odd.name in rounds("plan", odd).err
    assert "no [bold]such[x].json" in rounds("plan", "no [bold]such[x].json").err
    made = rounds("export", "csv", day_file, planned_by(day_file), "--out", tmp_path / "odd [dim]out")
    assert (made.code, "odd [dim]out" in made.out) == (0, True)


def planned_by(day_file: Path) -> Path:
    path = day_file.with_name("again.json")
    assert rounds("plan", day_file, "--out", path).code == 0
    return path
