"""What was measured lands between its marks, the last run of each command alone, and the text around it stays."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.campaign import proc
from tests.campaign.rows import add, main

PAGE = "# Page\n\n<!-- campaign load -->\nold\n<!-- end -->\n\nText.\n\n<!-- campaign soak -->\n<!-- end -->\n"


def test_the_last_run_of_a_command_is_what_the_page_shows(tmp_path: Path) -> None:
    rows, page = tmp_path / "rows" / "runs.jsonl", tmp_path / "page.md"
    page.write_text(PAGE)
    for lag in (9.5, 1.25):
        told = {"lag_seconds": {"p50": lag}, "events": 12_000, "findings": [], "late": False, "by": {"1": "9 a second"}}
        add(rows, "load", ["--seed", "7"], told)

    main([str(rows), "--write", str(page)])

    written = page.read_text()
    assert "| lag seconds | p50 1.25 |" in written
    assert "| events | 12,000 |" in written
    assert "| late | no |\n| by, 1 | 9 a second |" in written
    assert "9.5" not in written
    assert "old" not in written
    assert "Text.\n\n<!-- campaign soak -->\n<!-- end -->\n" in written
    assert len([json.loads(line) for line in rows.read_text().splitlines()]) == 2


def test_what_a_thousand_branches_would_need_follows_from_what_was_measured(tmp_path: Path) -> None:
    rows, page = tmp_path / "runs.jsonl", tmp_path / "page.md"
    page.write_text("<!-- campaign limits -->\n<!-- end -->\n")
    event = {"consumer_cpu_ms": 1.0, "database_cpu_ms": 0.5, "broker_cpu_ms": 0.1, "commits": 0.1, "wal_bytes": 2000}
    plan = {"planner_cpu_ms": 90.0, "database_cpu_ms": 9.0, "commits": 5.0, "wal_bytes": 4000}
    cold = {"each_event": event, "consumers": 1, "taken_in_per_second": 500, "topic_bytes_each": 350}
    add(rows, "cold_start", [], cold)
    add(rows, "branches", [], {"each_plan": plan})

    main([str(rows), "--write", str(page)])

    written = page.read_text()
    assert "| planners, ms of a core: little days as measured |  | 90.00 | 1,000 | 1.0 cores |" in written
    assert "| consumers, ms of a core | 1.00 |  | 278 | 0.28 cores |" in written
    assert "| database, commits | 0.10 | 5.00 | 83 | 83 each second |" in written
    assert "67 planners, 1 consumers of at most 12 | 136 connections" in written


def test_this_process_has_worked_and_holds_memory_and_files() -> None:
    with Path(os.devnull).open(encoding="utf-8"):
        more = proc.open_files(os.getpid())

    assert proc.cpu_seconds(os.getpid()) > 0
    assert proc.resident_megabytes(os.getpid()) > 1
    assert more > proc.open_files(os.getpid())
