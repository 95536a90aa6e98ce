"""`rounds plot`: what a file holds becomes the picture that fits it, or a refusal in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from optimizer.benchmarks.rows import append
from tests.command import rounds

PNG = b"\x89PNG\r\n"
POINT: dict[str, Any] = {"seconds": 0.5, "unserved": [0, 1], "price_cents": 900, "bound_cents": None}
LAST: dict[str, Any] = {"seconds": 2.0, "unserved": [0, 0], "price_cents": 1100, "bound_cents": 1000}


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"history": [POINT, LAST]}), encoding="utf-8")
    return path


def a_line(instance: str, seed: int) -> dict[str, Any]:
    said: dict[str, Any] = dict.fromkeys(("family", "objective", "solver", "version", "cores"), "day")
    said |= dict.fromkeys(("size", "routes", "visits", "threads"), 1)
    return said | {
        "instance": instance, "seed": seed, "limit_seconds": 1.0, "history": [[0.1, 200.0, None], [0.9, 100.0, 90.0]],
    }  # fmt: skip


def test_a_plan_with_its_day_is_drawn_as_routes_and_alone_as_its_schedule(
    day_file: Path, plan_file: Path, tmp_path: Path
) -> None:
    routes = rounds("plot", plan_file, "--day", day_file, "--json")
    schedule = rounds("plot", plan_file, "--json")

    assert (routes.code, routes.said) == (0, {"file": str(tmp_path / "plan.routes.png"), "kind": "routes"})
    assert (schedule.code, schedule.said["kind"]) == (0, "schedule")
    assert (tmp_path / "plan.routes.png").read_bytes().startswith(PNG)
    assert (tmp_path / "plan.schedule.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("kind", ["routes", "schedule"])
def test_an_svg_is_the_same_bytes_each_time(kind: str, day_file: Path, plan_file: Path, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        drawn = rounds("plot", plan_file, "--kind", kind, "--day", day_file, "--out", tmp_path / name)
        assert (drawn.code, name in drawn.out) == (0, True)

    assert b"<svg" in (tmp_path / "a.svg").read_bytes()
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_schedule_names_people_where_the_day_is_known_and_ids_where_not(
    day_file: Path, plan_file: Path, tmp_path: Path
) -> None:
    rounds("plot", plan_file, "--kind", "schedule", "--out", tmp_path / "ids.svg")
    rounds("plot", plan_file, "--kind", "schedule", "--day", day_file, "--out", tmp_path / "names.svg")

    assert b"<!-- ruiz -->" in (tmp_path / "ids.svg").read_bytes()
    assert b"<!-- A. Ruiz -->" in (tmp_path / "names.svg").read_bytes()


def test_a_history_and_rows_of_a_bench_are_drawn_as_convergence(history: Path, tmp_path: Path) -> None:
    for seed, instance in ((1, "one"), (2, "one"), (1, "other")):
        append(tmp_path / f"{instance}.jsonl", a_line(instance, seed))
        append(tmp_path / "all.jsonl", a_line(instance, seed))

    for path in (history, tmp_path / "one.jsonl", tmp_path / "all.jsonl"):
        drawn = rounds("plot", path, "--json")
        assert (drawn.code, drawn.said["kind"]) == (0, "convergence")
        assert Path(drawn.said["file"]).read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("file", "kind"),
    [("plan.json", "convergence"), ("plan.json", "routes"), ("history.json", "routes"), ("history.json", "schedule")],
)
def test_a_file_without_what_the_picture_shows_is_refused(
    file: str, kind: str, plan_file: Path, history: Path, tmp_path: Path
) -> None:
    assert {plan_file.name, history.name} == {"plan.json", "history.json"}

    refused = rounds("plot", tmp_path / file, "--kind", kind, "--json")

    assert (refused.code, refused.error["code"]) == (1, "plot.nothing_to_show")
    assert "rounds plan" in refused.error["remedy"]


def test_a_day_without_coordinates_has_a_schedule_and_no_map(
    day: dict[str, Any], plan_file: Path, tmp_path: Path
) -> None:
    for entry in (*day["patients"], *day["case_managers"]):
        for place in ("home", "begins_from"):
            entry.get(place, {}).clear()
    (tmp_path / "blind.json").write_text(json.dumps(day), encoding="utf-8")

    assert rounds("plot", plan_file, "--day", tmp_path / "blind.json", "--json").said["kind"] == "schedule"
    refused = rounds("plot", plan_file, "--day", tmp_path / "blind.json", "--kind", "routes", "--json")
    assert refused.error["code"] == "plot.nothing_to_show"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"history": [{}]}', '{"history": [3]}', '{"rows": []}'])
def test_a_file_of_nothing_known_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(content)

    refused = rounds("plot", tmp_path / "odd.json", "--json")

    assert refused.code == 1
    assert refused.error["code"] in ("plot.nothing_to_show", "bench.refused")


def test_another_form_of_picture_and_a_missing_file_are_told(plan_file: Path, tmp_path: Path) -> None:
    assert rounds("plot", plan_file, "--out", tmp_path / "x.pdf", "--json").error["code"] == "plot.form"
    assert rounds("plot", tmp_path / "none.json", "--json").error["code"] == "file.trouble"
    assert not (tmp_path / "x.pdf").exists()
