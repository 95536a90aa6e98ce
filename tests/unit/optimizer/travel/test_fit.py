from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from optimizer.travel.curve import DEFAULT_CURVES
from optimizer.travel.fit import KNOT_METRES, Pairs, fit_curve, main
from optimizer.travel.provider import Profile

if TYPE_CHECKING:
    from pathlib import Path

CAR = DEFAULT_CURVES[Profile.CAR]


def pairs_on_the_default_curve(count: int = 3_000) -> Pairs:
    straight = np.random.default_rng(5).integers(500, 40_000, size=count)
    return Pairs(
        draw=(np.arange(count) % 6).astype(np.float64),
        straight=straight.astype(np.float64),
        road=CAR.road_metres(straight).astype(np.float64),
        seconds=CAR.seconds(straight).astype(np.float64),
    )


def test_fitting_finds_the_curve_its_data_came_from() -> None:
    fitted = fit_curve(pairs_on_the_default_curve())

    assert np.array(fitted.knots) == pytest.approx(np.array(CAR.knots), abs=2)


def test_data_that_get_slower_with_distance_still_give_a_usable_curve() -> None:
    straight = np.linspace(500, 40_000, 500)
    steepening = Pairs(draw=straight, straight=straight, road=1.3 * straight, seconds=straight**2 / 20_000)

    assert [knot.straight_metres for knot in fit_curve(steepening).knots] == list(KNOT_METRES)


def written(pairs: Pairs, folder: Path) -> str:
    columns = np.column_stack([pairs.draw, pairs.straight, pairs.road, pairs.seconds])
    header = "draw,straight_metres,road_metres,road_seconds"
    np.savetxt(folder / "pairs.csv", columns, delimiter=",", header=header, comments="", fmt="%d")
    return str(folder / "pairs.csv")


def test_the_report_shows_the_curve_beside_its_rivals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([written(pairs_on_the_default_curve(), tmp_path)]) == 0

    printed = capsys.readouterr().out
    assert "seconds: 380 s + 0.064 s/m" in printed
    assert printed.count("| 0.5-40 km | 1000 |") == 5


def test_a_band_without_pairs_is_told_rather_than_fitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = pairs_on_the_default_curve()

    assert main([written(pairs.where(pairs.straight >= 1_000), tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "there is no pair from 500 to 1000 m in the fitted draws",
        "there is no pair from 500 to 1000 m in the held-out draws",
    ]


def test_a_missing_file_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "pairs.csv" in capsys.readouterr().err
