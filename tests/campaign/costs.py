"""What work costs: milliseconds of a core by who worked, commits and log of the database. PostgreSQL and Linux only.

Read before and after, and divide by what was done meanwhile. Commits are told by the server about a second late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from scheduler.store.engine import Store
from tests.campaign import proc

_DATABASE: Final = text(
    "SELECT xact_commit, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal"
    " FROM pg_stat_database WHERE datname = current_database()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """`families` are processes by who they are; what they started counts with them."""

    store: Store
    families: Mapping[str, Sequence[int]]

    def read(self) -> dict[str, float]:
        with self.store.reader.connect() as connection:
            row = connection.execute(_DATABASE).one()
        worked = {
            f"{name}_cpu_ms": 1000 * sum(map(proc.family_cpu_seconds, pids)) for name, pids in self.families.items()
        }
        return {**worked, "commits": float(row.xact_commit), "wal_bytes": float(row.wal)}


def each(before: Mapping[str, float], after: Mapping[str, float], pieces: int) -> dict[str, float]:
    return {name: round((after[name] - before[name]) / max(pieces, 1), 2) for name in before}
