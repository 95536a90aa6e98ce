"""What a geocoder can answer, and the key under which an address is remembered."""

from __future__ import annotations

from optimizer.travel.geocoding import Located, Precision, normalised
from optimizer.travel.provider import Point


def test_normalising_keeps_the_words_apart() -> None:
    assert normalised("1 Broad\u00a0St,\n Columbus") == "1 broad st, columbus"
    assert normalised("11 Broad St") != normalised("1 1 Broad St")


def test_however_it_is_spelt_an_address_has_one_key() -> None:
    assert normalised("1  Broad St , Columbus") == normalised("1 BROAD ST,Columbus,")


def test_a_located_home_prints_without_its_coordinates() -> None:
    home = Located(point=Point(latitude=39.96, longitude=-83.0), precision=Precision.HOUSE, provider="here")

    assert "39" not in repr(home)
