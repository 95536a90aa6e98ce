"""The best published value of an instance, from the `bks.csv` in its folder or above. Objectives are never mixed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from optimizer.benchmarks.errors import UnreadableInstance

TABLE = "bks.csv"


def best_known(instance: Path, name: str, objective: str) -> float | None:
    """The smallest value of this objective, proven or not, routes seen or not; nothing where no table lists one."""
    table = next((path for path in _tables(instance) if path.is_file()), None)
    return None if table is None else min(_values(table, name, objective), default=None)


def _tables(instance: Path) -> Iterator[Path]:
    folder = instance.resolve().parent
    yield folder / TABLE
    yield folder.parent / TABLE


def _values(table: Path, name: str, objective: str) -> Iterator[float]:
    """The home health table calls its objective `objective`, the vehicle routing table `convention`."""
    try:
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["instance"] == name and (row.get("objective") or row.get("convention")) == objective:
                    yield float(row["value"])
    except (OSError, KeyError, ValueError):
        raise UnreadableInstance(table, "its rows lack an instance, an objective or a value") from None
