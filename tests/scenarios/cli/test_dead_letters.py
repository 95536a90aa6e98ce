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
