"""One row of a benchmark: who solved what with which means, and how it was judged. JSON lines, appended and read back.

Seconds are of the search alone; `startup_seconds` are those before it (reading, compiling, once a process).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from optimizer.answer import gap_percent
from optimizer.benchmarks.errors import UnreadableInstance

ROUNDS: Final = "rounds"
MOST_GLANCES: Final = 200
Glance = tuple[float, float, float | None]
"""Seconds, the best value then, and its bound then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`value`, `bound`, `best_known` are in the family's official unit; without a solution there is no value.

    Gaps are percent: of the value to the proven bound, and to the best known value. `limit_seconds` is what was given,
    `seconds` what it took. `cannot` is what a peer was not asked. `where` tells machine, versions, date and command.
    """

    family: str
    instance: str
    objective: str
    size: int
    routes: int
    visits: int
    solver: str
    version: str
    seed: int
    threads: int
    cores: str
    limit_seconds: float | None
    limit_rounds: int | None = None
    bound_rounds: int = 0
    value: float | None = None
    bound: float | None = None
    gap_percent: float | None = None
    unserved: int | None = None
    is_feasible: bool = False
    faults: tuple[str, ...] = ()
    best_known: float | None = None
    best_known_gap_percent: float | None = None
    published: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    startup_seconds: float = 0.0
    rounds: int | None = None
    stopped_by: str = ""
    cannot: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)
    history: tuple[Glance, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal keys are the same run; a second one would say nothing new."""
        asked = (self.limit_seconds, self.limit_rounds, self.bound_rounds, self.threads)
        return (self.family, self.instance, self.objective, self.solver, self.version, self.seed, *asked)

    def said(self) -> dict[str, Any]:
        return asdict(self)


def row_from(said: Mapping[str, Any]) -> Row:
    """Raises `KeyError` or `TypeError` for what is no row. Names it does not know are left out."""
    known = {each.name for each in fields(Row)}
    kept = {name: _frozen(value) for name, value in said.items() if name in known}
    return Row(**kept)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def append(path: Path, row: Mapping[str, Any]) -> None:
    """One line at the end of the file, at once, so that an interrupted run keeps what it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row, sort_keys=True) + "\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """What stands in a file of rows: JSON lines, or the one document of `--json`. Raises `UnreadableInstance`."""
    text = path.read_text(encoding="utf-8")
    try:
        said = _document(text)
    except ValueError:
        said = None
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise UnreadableInstance(path, "it holds something else than rows of a benchmark")
    yield from said


def _document(text: str) -> Any:
    """The whole text as one document, or else each of its lines."""
    try:
        said = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return said.get("rows", [said]) if isinstance(said, dict) else said


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """The runs in these files; of equal keys the last. Raises `UnreadableInstance` and `OSError`."""
    found: dict[tuple[object, ...], Row] = {}
    for path in paths:
        for said in read_lines(path):
            if "solver" in said:
                try:
                    row = row_from(said)
                except TypeError:
                    raise UnreadableInstance(path, "a row lacks its fields") from None
                found[row.key] = row
    return list(found.values())


def with_known_bounds(rows: Iterable[Row]) -> list[Row]:
    """The runs, those that were asked for no bound with the greatest that any of our own proved of their instance.

    A bound is of plans that leave as many unserved, so it is lent between runs that do.
    """
    known: dict[tuple[object, ...], float] = {}
    runs = list(rows)
    for row in runs:
        if row.bound is not None:
            known[_bounded(row)] = max(row.bound, known.get(_bounded(row), row.bound))
    return [_bounded_by(row, known.get(_bounded(row))) for row in runs]


def _bounded(row: Row) -> tuple[object, ...]:
    return (row.family, row.instance, row.objective, row.unserved)


def _bounded_by(row: Row, bound: float | None) -> Row:
    if bound is None or row.bound is not None or row.value is None or row.solver != ROUNDS:
        return row
    return replace(row, bound=bound, gap_percent=gap_percent(row.value, bound))


def thinned(glances: Iterable[Glance]) -> tuple[Glance, ...]:
    """Not more than `MOST_GLANCES`, the first and the last among them."""
    known = tuple(glances)
    if len(known) <= MOST_GLANCES:
        return known
    step = (len(known) - 1) / (MOST_GLANCES - 1)
    return tuple(known[round(number * step)] for number in range(MOST_GLANCES))
