"""What the engine must reach, row by row, and whether the runs reached it. Reads rows; runs nothing.

A figure of several seeds is first averaged over the seeds of its instance, so that no instance counts twice.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from optimizer.benchmarks.cases import BEST_OF_TWENTY
from optimizer.benchmarks.rows import ROUNDS, Row

EXACT: Final = 5e-4
"""Published values have three decimals."""
_A_LITTLE_LONGER: Final = 1.2
HOME_CARE: Final = ("hhcrsp", "mankowska", "kummer", "italian")
Verdict = tuple[str, bool | None]
"""What was measured, and whether it reaches the mark; None where nothing can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row of the table. `routes` narrows days to one size. Only runs with this limit count; those of a row that
    `needs_bound` are also given rounds to prove one."""

    work: str
    families: tuple[str, ...]
    sizes: tuple[int, int]
    limit_seconds: float
    must: str
    judge: Callable[[Sequence[Row], Sequence[Row]], Verdict]
    routes: int | None = None
    objective: str | None = None
    needs_bound: bool = False

    def own(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if row.solver == ROUNDS and self.covers(row)]

    def peers(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if row.solver != ROUNDS and self.covers(row)]

    def covers(self, row: Row) -> bool:
        least, most = self.sizes
        return (
            row.family in self.families
            and least <= row.size <= most
            and row.limit_seconds == self.limit_seconds
            and self.routes in (None, row.routes)
            and self.objective in (None, row.objective)
        )


def by_instance(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.instance].append(row)
    return dict(sorted(found.items()))


def all_optimal(own: Sequence[Row], _: Sequence[Row]) -> Verdict:
    """Every run equals the best known value."""
    known = [row for row in own if row.best_known is not None and row.value is not None]
    reached = [row for row in known if row.is_feasible and (row.value or 0) <= (row.best_known or 0) + EXACT]
    return f"{len(reached)} of {len(known)} runs equal", len(reached) == len(own) if known else None


def mean_gap(most: float) -> Callable[[Sequence[Row], Sequence[Row]], Verdict]:
    """To the best known value, in percent; an infeasible run fails the whole."""

    def judge(own: Sequence[Row], _: Sequence[Row]) -> Verdict:
        if not all(row.is_feasible for row in own):
            return "an infeasible answer", False
        gaps = [
            fmean(row.best_known_gap_percent for row in rows if row.best_known_gap_percent is not None)
            for rows in by_instance(own).values()
            if any(row.best_known_gap_percent is not None for row in rows)
        ]
        if not gaps:
            return "no best known value", None
        return f"mean {fmean(gaps):.2f} %, worst {max(gaps):.2f} %", fmean(gaps) <= most + 1e-9

    return judge


def no_worse_than_published(own: Sequence[Row], _: Sequence[Row]) -> Verdict:
    """Each instance, averaged over our seeds, against the best of the published twenty runs."""
    compared = {
        name: (fmean(row.value for row in rows if row.value is not None), rows[0].published[BEST_OF_TWENTY])
        for name, rows in by_instance(own).items()
        if BEST_OF_TWENTY in rows[0].published and all(row.is_feasible for row in rows)
    }
    if not compared:
        return "nothing published", None
    kept = [name for name, (value, published) in compared.items() if value <= published + EXACT]
    ratio = math.exp(fmean(math.log(max(value, EXACT) / max(best, EXACT)) for value, best in compared.values()))
    gap = mean_gap(math.inf)(own, ())[0]
    told = f"no worse on {len(kept)} of {len(compared)}, {ratio:.3f} of it; to best known {gap}"
    return told, len(kept) == len(compared)


def proven_gap(most: float) -> Callable[[Sequence[Row], Sequence[Row]], Verdict]:
    """Of the value to our own bound."""

    def judge(own: Sequence[Row], _: Sequence[Row]) -> Verdict:
        gaps = [row.gap_percent for row in own if row.gap_percent is not None]
        if not gaps:
            return "no bound", None
        optimal = sum(gap <= 1e-9 for gap in gaps)
        told = f"mean {fmean(gaps):.2f} %, worst {max(gaps):.2f} %, {optimal} of {len(own)} optimal"
        return told, len(gaps) == len(own) and max(gaps) <= most

    return judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One day, one seed: our value against the best feasible peer's."""

    ours: Row
    best: Row
    all_serve_all: bool

    @property
    def ratio(self) -> float:
        return (self.ours.value or math.inf) / (self.best.value or math.inf)

    @property
    def floor(self) -> float | None:
        """The ratio of no plan is less, as far as a bound is known."""
        return None if self.ours.bound is None else self.ours.bound / (self.best.value or math.inf)


def matches(own: Sequence[Row], peers: Sequence[Row]) -> list[Match]:
    beside: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in peers:
        beside[row.instance, row.seed].append(row)
    found = []
    for row in own:
        rivals = [peer for peer in beside[row.instance, row.seed] if peer.is_feasible and peer.value]
        if rivals and row.is_feasible and row.value:
            best = min(rivals, key=lambda peer: peer.value or math.inf)
            found.append(Match(ours=row, best=best, all_serve_all=not any(r.unserved for r in (row, *rivals))))
    return found


def better_than_peers(own: Sequence[Row], peers: Sequence[Row]) -> Verdict:
    found = matches(own, peers)
    if not found:
        return "no peer beside it", None
    loose = [match.ratio for match in found if match.all_serve_all]
    whole, worst = geometric_mean([match.ratio for match in found]), max(match.ratio for match in found)
    told = f"{whole:.3f} of the best peer, worst day {worst:.3f}"
    if loose:
        told += f"; where all serve everything {geometric_mean(loose):.3f} ({len(loose)} runs)"
    in_time = [match.ratio for match in matches(own, [row for row in peers if _kept_to_its_limit(row)])]
    if in_time:
        told += f"; of the best that kept to the limit {geometric_mean(in_time):.3f}"
    bounded = [match.floor for match in found if match.floor is not None]
    if len(bounded) == len(found):
        floor = math.floor(1_000 * geometric_mean(bounded)) / 1_000
        told += f"; below {floor:.3f} no plan can be, by the proven bounds"
    is_reached = whole <= 0.97 and worst <= 1.003 and (not loose or geometric_mean(loose) <= 0.99)
    return told, is_reached and len(found) == len(own)


def _kept_to_its_limit(row: Row) -> bool:
    """Start and end of a peer's own may take a little longer; VROOM's rule may take ten times as long."""
    return row.limit_seconds is not None and row.seconds <= _A_LITTLE_LONGER * row.limit_seconds


def geometric_mean(ratios: Sequence[float]) -> float:
    return math.exp(fmean(math.log(ratio) for ratio in ratios))


TARGETS: Final = (
    Target(work="HHCRSP `mean3`, 10 patients", families=HOME_CARE, sizes=(1, 10), limit_seconds=2, must="all optimal",
           judge=all_optimal),
    Target(work="HHCRSP `mean3`, 25 patients", families=HOME_CARE, sizes=(11, 25), limit_seconds=10,
           must="≤ 0.5 % mean gap to best known", judge=mean_gap(0.5)),
    Target(work="HHCRSP `mean3`, 50–100 patients", families=HOME_CARE, sizes=(26, 100), limit_seconds=60,
           must="≤ BRKGA-MP-IPR best of 20", judge=no_worse_than_published),
    Target(work="HHCRSP `mean3`, 200–400 patients", families=HOME_CARE, sizes=(101, 400), limit_seconds=60,
           must="≤ BRKGA-MP-IPR best of 20", judge=no_worse_than_published),
    Target(work="UHHC `weighted`, ≤ 100 patients", families=("uhhc",), sizes=(1, 100), limit_seconds=60,
           must="≤ 2 % above best known", judge=mean_gap(2)),
    Target(work="UHHC `weighted`, the rest", families=("uhhc",), sizes=(101, 1000), limit_seconds=60,
           must="≤ 5 % above best known", judge=mean_gap(5)),
    Target(work="VRPTW `dimacs`, Solomon", families=("vrptw",), sizes=(1, 100), limit_seconds=10,
           must="≤ 1 % mean gap", judge=mean_gap(1)),
    Target(work="VRPTW `dimacs`, GH-200", families=("vrptw",), sizes=(101, 200), limit_seconds=60,
           must="≤ 2 % mean gap", judge=mean_gap(2)),
    Target(work="VRPTW `dimacs`, GH-400", families=("vrptw",), sizes=(201, 400), limit_seconds=60,
           must="≤ 3 % mean gap", judge=mean_gap(3)),
    Target(work="VRPTW `dimacs`, GH-1000", families=("vrptw",), sizes=(401, 1000), limit_seconds=60,
           must="≤ 5 % mean gap", judge=mean_gap(5)),
    Target(work="home-health days, 72–400 visits", families=("day",), sizes=(72, 400), limit_seconds=10,
           must="geometric mean ≤ 0.97 of the best peer, ≤ 0.99 where all serve everything, no day above 1.003",
           judge=better_than_peers, objective="seconds"),
    Target(work="proven gap, 16 × 72", families=("day",), sizes=(72, 72), limit_seconds=30, must="≤ 0.5 %",
           judge=proven_gap(0.5), routes=16, needs_bound=True),
    Target(work="proven gap, 40 × 180", families=("day",), sizes=(180, 180), limit_seconds=120, must="≤ 1.5 %",
           judge=proven_gap(1.5), routes=40, needs_bound=True),
)  # fmt: skip
