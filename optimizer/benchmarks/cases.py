"""An instance as a run needs it: how large it is, what leaving a visit out costs, what others published about it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from optimizer.benchmarks.family import Instance
from optimizer.problem import Problem

PUBLISHED: Final = ("published_mankowska.csv", "published_kummer.csv")
"""What each published method reached, in the folder above an instance of the home health care set."""
BEST_OF_TWENTY: Final = "brkga_mp_ipr_best20"
_NO_NUMBERS: Final = frozenset({"instance", "paper_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`size` counts patients or customers. `unserved_price` is what each visit left out adds to the official value, in
    the engine's cents; without one, every visit must be served that has no price of its own for it."""

    instance: Instance
    size: int
    unserved_price: int | None = None
    published: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: Instance, path: Path) -> Case:
        """A public instance with what lies beside its file."""
        published = dict(_published(path, instance.name))
        return cls(instance=instance, size=patients(instance.problem), published=published)

    def value_of(self, price: int, unserved: int) -> float:
        """The official value of a price of the engine with so many visits in no priced class left out."""
        return self.instance.value_of(price + unserved * (self.unserved_price or 0))


def patients(problem: Problem) -> int:
    """Visits that are related are of one patient."""
    first = list(range(len(problem.visits)))

    def root(visit: int) -> int:
        while first[visit] != visit:
            visit = first[visit]
        return visit

    for relation in problem.relations:
        first[root(relation.second)] = root(relation.first)
    return len({root(visit) for visit in range(len(problem.visits))})


def _published(path: Path, name: str) -> Mapping[str, float]:
    for table in (path.resolve().parent.parent / name for name in PUBLISHED):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    if row.get("instance") == name:
                        return {key: float(text) for key, text in row.items() if text and key not in _NO_NUMBERS}
    return {}
