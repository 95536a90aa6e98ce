"""Fit the straight-line curve to road times of one's own region, and say how good it is.

    python -m optimizer.travel.fit pairs.csv

The file has the columns draw, straight_metres, road_metres, road_seconds: one line per pair of places, with
the numbers of any road engine. `draw` numbers the random draws the places came from; every third draw is
held out, so no place is in both halves. Development only: the product never imports this.

The curve is a sum of min(distance, knot) with weights >= 0, which is to say: rising, never steepening. It
is fitted by least squares, long hops weighing less, so it follows the mean and the hops of a day add up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.travel.curve import Knot, StraightLineCurve
from optimizer.travel.provider import WholeNumbers

Floats = NDArray[np.float64]
Estimate = Callable[[Floats], Floats]

KNOT_METRES = (500, 1_000, 2_000, 4_000, 8_000, 16_000, 40_000)
BAND_METRES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Columns of equal length: metres, metres, seconds."""

    draw: Floats
    straight: Floats
    road: Floats
    seconds: Floats

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(
            draw=self.draw[chosen],
            straight=self.straight[chosen],
            road=self.road[chosen],
            seconds=self.seconds[chosen],
        )


def read_pairs(path: Path) -> Pairs:
    columns = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    draw, straight, road, seconds = columns.T
    return Pairs(draw=draw, straight=straight, road=road, seconds=seconds)


def fit_curve(pairs: Pairs) -> StraightLineCurve:
    """The best curve with bends at KNOT_METRES, for both road metres and seconds."""
    road = _whole(_heights(pairs.straight, pairs.road))
    seconds = _whole(_heights(pairs.straight, pairs.seconds))
    return StraightLineCurve(knots=tuple(map(Knot, KNOT_METRES, road, seconds)))


def _heights(straight: Floats, values: Floats) -> Floats:
    """Heights at the knots: non-negative least squares, exact, because 7 weights have only 127 subsets."""
    columns = _columns(straight) / straight[:, None]
    gram, target = columns.T @ columns, columns.T @ (values / straight)
    _, weights = min(_candidates(gram, target), key=itemgetter(0))
    return _columns(np.array(KNOT_METRES, dtype=np.float64)) @ weights


def _columns(straight: Floats) -> Floats:
    bends = [np.minimum(straight, knot) for knot in KNOT_METRES[:-1]]
    return np.stack([*bends, straight], axis=1)


def _candidates(gram: Floats, target: Floats) -> Iterator[tuple[float, Floats]]:
    for size in range(1, len(target) + 1):
        for subset in map(list, combinations(range(len(target)), size)):
            solved = np.linalg.solve(gram[np.ix_(subset, subset)], target[subset])
            if (solved >= 0).all():
                weights = np.zeros(len(target))
                weights[subset] = solved
                yield float(weights @ gram @ weights - 2 * weights @ target), weights


def _whole(heights: Floats) -> list[int]:
    """Round each height half up, but never so far that a piece gets steeper than the one before."""
    whole = [0, int(np.floor(heights[0] + 0.5))]
    corners = (0, *KNOT_METRES)
    for (left, here, right), height in zip(
        zip(corners, corners[1:], corners[2:], strict=False), heights[1:], strict=True
    ):
        steepest = whole[-1] + (whole[-1] - whole[-2]) * (right - here) // (here - left)
        whole.append(min(int(np.floor(height + 0.5)), steepest))
    return whole[1:]


def rivals(pairs: Pairs) -> dict[str, Estimate]:
    """Simpler estimates of the seconds, to be beaten."""
    detour = float(np.median(pairs.road / pairs.straight))
    metres_per_second = float(pairs.road.sum() / pairs.seconds.sum())
    sides = np.stack([np.ones_like(pairs.straight), pairs.straight], axis=1) / pairs.straight[:, None]
    start, slope = np.linalg.lstsq(sides, pairs.seconds / pairs.straight, rcond=None)[0]
    return {
        "380 s + 0.064 s/m": lambda straight: 380 + 0.064 * straight,
        f"{start:.0f} s + {slope:.3f} s/m": lambda straight: start + slope * straight,
        f"detour {detour:.2f}, {3.6 * metres_per_second:.0f} km/h": lambda straight: (
            straight * detour / metres_per_second
        ),
    }


def errors_by_band(estimate: Estimate, straight: Floats, truth: Floats) -> Iterator[tuple[str, int, Floats]]:
    """Band, pairs, and in per cent: median error, 90th percentile of the error, bias of the band's total."""
    for low, high in (*pairwise(BAND_METRES), (BAND_METRES[0], BAND_METRES[-1])):
        inside = (straight >= low) & (straight < high)
        guess, true = estimate(straight[inside]), truth[inside]
        relative = np.abs(guess - true) / true
        row = (np.median(relative), np.percentile(relative, 90), guess.sum() / true.sum() - 1)
        yield f"{low / 1000:g}-{high / 1000:g} km", int(inside.sum()), 100 * np.array(row)


def table(title: str, estimate: Estimate, straight: Floats, truth: Floats) -> Iterator[str]:
    yield f"\n{title}\n\n| band | pairs | median error | p90 | bias |\n| --- | --- | --- | --- | --- |"
    for band, count, (median, ninety, bias) in errors_by_band(estimate, straight, truth):
        yield f"| {band} | {count} | {median:.1f} % | {ninety:.1f} % | {bias:+.1f} % |"


def halves(pairs: Pairs) -> tuple[Pairs, Pairs]:
    """What is fitted, and what is held out."""
    return pairs.where(pairs.draw % 3 != 0), pairs.where(pairs.draw % 3 == 0)


def empty_bands(pairs: Pairs) -> Iterator[str]:
    """A bend needs pairs on both of its sides, and an error needs pairs to be seen in."""
    for half, name in zip(halves(pairs), ("fitted", "held-out"), strict=True):
        for low, high in pairwise(BAND_METRES):
            if not ((half.straight >= low) & (half.straight < high)).any():
                yield f"there is no pair from {low} to {high} m in the {name} draws"


def report(pairs: Pairs) -> Iterator[str]:
    """Lines to read: the knots, then the errors on the draws held out."""
    fitted, held = halves(pairs)
    curve = fit_curve(fitted)
    yield from map(str, curve.knots)
    yield from table("seconds: curve", _in_whole(curve.seconds), held.straight, held.seconds)
    for name, estimate in rivals(fitted).items():
        yield from table(f"seconds: {name}", estimate, held.straight, held.seconds)
    yield from table("road metres: curve", _in_whole(curve.road_metres), held.straight, held.road)


def _in_whole(column: Callable[[WholeNumbers], WholeNumbers]) -> Estimate:
    return lambda straight: column(np.floor(straight + 0.5).astype(np.int64)).astype(np.float64)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m optimizer.travel.fit pairs.csv\n")
        return 2
    pairs = read_pairs(Path(arguments[0]))
    if faults := list(empty_bands(pairs)):
        sys.stderr.writelines(f"{fault}\n" for fault in faults)
        return 1
    sys.stdout.writelines(f"{line}\n" for line in report(pairs))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
