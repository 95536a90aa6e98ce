"""An event that came too early is refused, looked at, and taken in again once what it lacked is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.command import rounds
from tests.made_up_events import a_line, a_patient, a_request

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def run_db(tmp_path: Path) -> Mapping[str, str]:
    """What is set to look at the database of a run in which a visit was requested for a patient nobody knew."""
    events = tmp_path / "events.jsonl"
    branch = a_line("e-1", "branch.changed", {"name": "East", "zone": "UTC"}, at=AT)
    early = a_line("e-2", "visit.requested", a_request("V-1", 1, date(2026, 3, 4)), at=AT)
    late = a_line("e-3", "patient.changed", a_patient(1), at=AT)
    events.write_bytes(b"\n".join((branch, early, late)))
    assert rounds("run", events, "--out", tmp_path / "out").code == 1
    return {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path / 'out' / 'run.db'}"}


def test_it_is_listed_without_its_content_and_shown_with_it(run_db: Mapping[str, str]) -> None:
    listed = rounds("dead-letters", "list", "--json", env=run_db)

    (letter,) = listed.said
    assert (letter["code"], letter["event"], "raw" in letter) == ("patient.unknown", "e-2", False)
    assert "patient.unknown" in rounds("dead-letters", "list", env=run_db).out
    shown = rounds("dead-letters", "show", str(letter["id"]), "--json", env=run_db)
    assert '"V-1"' in shown.said["raw"]
    assert '"V-1"' in rounds("dead-letters", "show", str(letter["id"]), env=run_db).out


def test_it_takes_effect_when_it_is_replayed_and_waits_no_longer(run_db: Mapping[str, str]) -> None:
    (letter,) = rounds("dead-letters", "list", "--json", env=run_db).said

    replayed = rounds("dead-letters", "replay", str(letter["id"]), "--json", env=run_db)

    assert (replayed.code, replayed.said) == (0, {"status": "applied", "problems": []})
    assert rounds("dead-letters", "list", "--json", env=run_db).said == []


@pytest.fixture
def crowd_db(tmp_path: Path) -> Mapping[str, str]:
    """Three requests for a patient nobody knew, and two lines that are no event; the patient came last."""
    branch = a_line("e-0", "branch.changed", {"name": "East", "zone": "UTC"}, at=AT)
    early = [a_line(f"e-{n}", "visit.requested", a_request(f"V-{n}", 1, date(2026, 3, 4)), at=AT) for n in range(1, 4)]
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join((branch, b"{", *early, b"[", a_line("e-9", "patient.changed", a_patient(1), at=AT))))
    assert rounds("run", events, "--out", tmp_path / "out").code == 1
    return {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path / 'out' / 'run.db'}"}


def numbers(db: Mapping[str, str], *words: str) -> list[int]:
    return [letter["id"] for letter in rounds("dead-letters", "list", *words, "--json", env=db).said]


def test_a_long_list_is_read_page_by_page_and_by_code(crowd_db: Mapping[str, str]) -> None:
    assert numbers(crowd_db) == [5, 4, 3, 2, 1]
    assert numbers(crowd_db, "--limit", "2") == [5, 4]
    assert numbers(crowd_db, "--limit", "2", "--after", "4") == [3, 2]
    assert numbers(crowd_db, "--code", "patient.unknown", "--after", "4") == [3, 2]
    assert "--after 4" in rounds("dead-letters", "list", "--limit", "2", env=crowd_db).out


def test_those_with_a_code_are_replayed_together_and_counted(crowd_db: Mapping[str, str]) -> None:
    replayed = rounds("dead-letters", "replay", "--code", "patient.unknown", "--json", env=crowd_db)

    assert (replayed.code, replayed.said) == (0, {"ended": {"applied": 3}, "stay": {}})
    assert numbers(crowd_db) == [5, 1]


def test_all_are_replayed_and_those_that_stay_say_why(crowd_db: Mapping[str, str]) -> None:
    replayed = rounds("dead-letters", "replay", "--all", "--json", env=crowd_db)

    stay = {"json.malformed": 2}
    assert (replayed.code, replayed.said) == (1, {"ended": {"applied": 3, "refused": 2}, "stay": stay})
    assert numbers(crowd_db) == [5, 1]
    again = rounds("dead-letters", "replay", "--all", env=crowd_db)
    assert (again.code, again.out.split()) == (1, ["refused:", "2", "json.malformed:", "2"])


@pytest.mark.parametrize("words", [(), ("1", "--all"), ("--all", "--code", "x.y")])
def test_what_is_to_be_replayed_is_said_in_one_way(words: tuple[str, ...], crowd_db: Mapping[str, str]) -> None:
    assert rounds("dead-letters", "replay", *words, env=crowd_db).code == 2


def test_one_is_dropped_for_a_reason(crowd_db: Mapping[str, str]) -> None:
    assert rounds("dead-letters", "drop", "1", env=crowd_db).code == 2
    assert rounds("dead-letters", "drop", "1", "--reason", "noise", "--json", env=crowd_db).said == {"dropped": 1}
    assert numbers(crowd_db) == [5, 4, 3, 2]
    assert rounds("dead-letters", "drop", "1", "--reason", "x", "--json", env=crowd_db).error["code"] == (
        "dead_letter.unknown"
    )
