"""What a geocoder answers with."""

from __future__ import annotations

from optimizer.travel.geocoding import Located, Precision
from optimizer.travel.provider import Point


def test_a_located_home_prints_without_its_coordinates() -> None:
    home = Located(point=Point(latitude=39.96, longitude=-83.0), precision=Precision.HOUSE, provider="here")

    assert "39" not in repr(home)
