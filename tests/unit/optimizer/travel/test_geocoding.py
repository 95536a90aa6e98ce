from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from optimizer.travel.geocoding import (
    Answer,
    CachedGeocoder,
    Down,
    Geocoder,
    Located,
    MemoryGeocodeCache,
    NoGeocoder,
    NotFound,
    Precision,
    WhyDown,
    WhyNotFound,
    normalised,
)
from optimizer.travel.provider import Point

HOME = Located(point=Point(latitude=39.96, longitude=-83.0), precision=Precision.HOUSE, provider="nominatim:here")


@dataclass
class Scripted:
    """Gives its answers in turn and counts the calls."""

    answers: list[Answer]
    provider: str = "nominatim:here"
    asked: list[str] = field(default_factory=list)

    def locate(self, address: str) -> Answer:
        self.asked.append(address)
        return self.answers[len(self.asked) - 1]


def test_without_a_geocoder_every_address_waits_for_a_person() -> None:
    geocoder: Geocoder = NoGeocoder()

    assert geocoder.locate("1 Broad St") == NotFound(reason=WhyNotFound.NO_GEOCODER)
    assert str(WhyNotFound.NO_GEOCODER) == "no geocoder configured"


def test_a_known_address_is_not_asked_again_however_it_is_spelt() -> None:
    server = Scripted([HOME])
    geocoder = CachedGeocoder(geocoder=server, cache=MemoryGeocodeCache())

    answers = [geocoder.locate("1  Broad St , Columbus"), geocoder.locate("1 BROAD ST,Columbus,")]

    assert answers == [HOME, HOME]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer", [Down(reason=WhyDown.TIMED_OUT), NotFound(reason=WhyNotFound.NO_MATCH)], ids=["down", "not found"]
)
def test_only_found_places_are_remembered(answer: Answer) -> None:
    server = Scripted([answer, HOME])
    geocoder = CachedGeocoder(geocoder=server, cache=MemoryGeocodeCache())

    assert [geocoder.locate("1 Broad St"), geocoder.locate("1 Broad St")] == [answer, HOME]


def test_another_geocoder_does_not_inherit_what_one_remembered() -> None:
    cache = MemoryGeocodeCache()
    CachedGeocoder(geocoder=Scripted([HOME]), cache=cache).locate("1 Broad St")
    other = Scripted([NotFound(reason=WhyNotFound.NO_MATCH)], provider="photon:there")

    answer = CachedGeocoder(geocoder=other, cache=cache).locate("1 Broad St")

    assert answer == NotFound(reason=WhyNotFound.NO_MATCH)


def test_a_place_verified_by_a_person_answers_without_asking_the_server() -> None:
    verified = Located(point=HOME.point, precision=Precision.HOUSE, provider="person")
    cache, server = MemoryGeocodeCache(), Scripted([])
    cache.put(normalised("1 Broad St"), server.provider, verified)

    assert CachedGeocoder(geocoder=server, cache=cache).locate("1 broad st") == verified
    assert not server.asked


def test_normalising_keeps_the_words_apart() -> None:
    assert normalised("1 Broad\u00a0St,\n Columbus") == "1 broad st, columbus"
    assert normalised("11 Broad St") != normalised("1 1 Broad St")


def test_a_located_home_prints_without_its_coordinates_and_a_cache_without_addresses() -> None:
    cache = MemoryGeocodeCache()
    cache.put("1 broad st", "nominatim:here", HOME)

    assert "39" not in repr(HOME)
    assert "broad" not in repr(cache)
