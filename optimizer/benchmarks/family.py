"""Public benchmark instances: one shape for all families, and the door they are read through.

An instance carries the engine's `Problem` and its official objective side by side. The two share no code: `judge`
reads the instance's own file. Times in `Solution` are whole units of the problem (seconds nowhere: a thousandth of a
minute, a minute or a tenth, whichever is exact). Reads files; never searches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from optimizer.benchmarks.errors import UnknownFamily
from optimizer.problem import Problem
from optimizer.solution import Solution

FAMILIES: Final = ("hhcrsp", "uhhc", "vrptw")
"""What `read` reads. A `hhcrsp` file may name its own branch of the family: mankowska, kummer or italian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The official objective of a solution, its components unweighted, and every rule it breaks."""

    value: float
    is_feasible: bool
    faults: tuple[str, ...]
    parts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """`best_known` is the smallest published value of the same objective, where the file's folder tells one.

    Official value = engine price / `scale` + `constant`, for every feasible solution.
    """

    family: str
    name: str
    objective: str
    problem: Problem
    scale: int
    constant: float
    judge: Callable[[Solution], Verdict]
    best_known: float | None

    def value_of(self, price: int) -> float:
        """The official value of an engine price."""
        return price / self.scale + self.constant


def read(path: Path, family: str) -> Instance:
    """Raises `UnknownFamily`, `UnreadableInstance` or `InexactNumbers`."""
    # The readers know the shape above, so they cannot be imported before it.
    from optimizer.benchmarks import hhcrsp, uhhc, vrptw  # noqa: PLC0415

    readers: Mapping[str, Callable[[Path], Instance]] = {
        "hhcrsp": hhcrsp.read,
        "uhhc": uhhc.read,
        "vrptw": vrptw.read,
    }
    if family not in readers:
        raise UnknownFamily(family, FAMILIES)
    return readers[family](path)
