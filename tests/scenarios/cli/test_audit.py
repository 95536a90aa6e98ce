"""`rounds audit verify`: a chain that is whole, and one that somebody touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from scheduler.cli.demo_events import demo_events
from tests.command import environment, rounds


def test_what_a_run_wrote_is_whole_until_somebody_changes_it(tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"".join(line + b"\n" for line in demo_events()[0][:12]))
    assert rounds("run", events, "--out", tmp_path / "out").code == 0
    env = environment(database_url=f"sqlite:///{tmp_path / 'out' / 'run.db'}")

    whole = rounds("audit", "verify", "--json", env=env)
    with closing(sqlite3.connect(tmp_path / "out" / "run.db")) as connection, connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE number = 2")
    touched = rounds("audit", "verify", "--json", env=env)

    assert (whole.code, whole.said["breaks"], whole.said["rows"] > 10) == (0, [], True)
    assert touched.code == 1
    assert [found["row"] for found in touched.said["breaks"]] == [2]
