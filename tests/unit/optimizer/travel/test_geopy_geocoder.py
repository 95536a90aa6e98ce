from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable

from optimizer.travel.errors import InvalidGeocoderSettings
from optimizer.travel.geocoding import Down, Located, NotFound, Precision, WhyDown, WhyNotFound
from optimizer.travel.geopy_geocoder import GeocoderKind, GeocoderSettings, GeopyGeocoder
from optimizer.travel.provider import Point

ADDRESS = "12 Elm Street Apt 7, Columbus 43215"
Reply = Callable[[], Any]


class Transport:
    """Stands in for the network: gives one reply to every request and keeps the requested addresses."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.urls: list[str] = []

    def adapter(self, **_: object) -> BaseSyncAdapter:
        transport = self

        class Adapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
            def get_json(self, url: str, **_: object) -> object:
                transport.urls.append(url)
                return transport.reply()

            get_text = get_json

        return Adapter(proxies=None, ssl_context=None)


def geocoder(transport: Transport, kind: GeocoderKind = GeocoderKind.NOMINATIM, **more: Any) -> GeopyGeocoder:
    settings = GeocoderSettings(
        kind=kind, domain="geo.example", user_agent="rounds-test", **{"seconds_between_requests": 0.0, **more}
    )
    return GeopyGeocoder(settings, adapter_factory=transport.adapter)


def answers(*matches: object) -> Reply:
    return lambda: list(matches)


def fails(error: Exception) -> Reply:
    def reply() -> None:
        raise error

    return reply


def a_match(*, number: str | None = "12", road: str | None = "Elm Street", lat: str = "39.96") -> dict[str, object]:
    parts = {"house_number": number, "road": road, "city": "Columbus"}
    address = {part: text for part, text in parts.items() if text}
    return {"lat": lat, "lon": "-83.0", "display_name": "somewhere", "address": address}


def a_feature(**properties: str) -> dict[str, object]:
    return {"geometry": {"coordinates": [-83.0, 39.96]}, "properties": properties}


def test_a_house_found_by_its_number_is_located() -> None:
    assert geocoder(Transport(answers(a_match()))).locate(ADDRESS) == Located(
        point=Point(latitude=39.96, longitude=-83.0),
        precision=Precision.HOUSE,
        provider="nominatim:geo.example",
    )


def test_photon_answers_are_read_too() -> None:
    found = a_feature(housenumber="12", street="Elm Street", type="house")
    transport = Transport(lambda: {"features": [found]})

    answer = geocoder(transport, GeocoderKind.PHOTON).locate(ADDRESS)

    assert isinstance(answer, Located)
    assert (answer.precision, answer.provider) == (Precision.HOUSE, "photon:geo.example")


@pytest.mark.parametrize(
    ("kind", "reply"),
    [(GeocoderKind.NOMINATIM, list), (GeocoderKind.PHOTON, lambda: {"features": []})],
)
def test_an_address_nobody_knows_is_not_found(kind: GeocoderKind, reply: Reply) -> None:
    assert geocoder(Transport(reply), kind).locate(ADDRESS) == NotFound(reason=WhyNotFound.NO_MATCH)


@pytest.mark.parametrize(
    "match",
    [a_match(number=None), a_match(number=None, road=None), a_match(number="14"), a_match(number="7")],
    ids=["street", "town", "the neighbour", "the number of the flat"],
)
def test_a_coarse_match_or_another_house_is_not_taken_for_the_home(match: object) -> None:
    answer = geocoder(Transport(answers(match))).locate(ADDRESS)

    assert answer == NotFound(reason=WhyNotFound.TOO_COARSE)


def test_the_middle_of_the_street_counts_only_when_allowed_and_says_so() -> None:
    answer = geocoder(Transport(answers(a_match(number=None))), accepts_street=True).locate(ADDRESS)

    assert isinstance(answer, Located)
    assert answer.precision is Precision.STREET


def test_two_equal_matches_far_apart_are_left_to_a_person() -> None:
    far = geocoder(Transport(answers(a_match(), a_match(lat="40.10")))).locate(ADDRESS)
    near = geocoder(Transport(answers(a_match(), a_match(lat="39.9601")))).locate(ADDRESS)

    assert far == NotFound(reason=WhyNotFound.AMBIGUOUS)
    assert isinstance(near, Located)


def test_an_exact_match_is_not_made_doubtful_by_a_coarse_one_elsewhere() -> None:
    answer = geocoder(Transport(answers(a_match(number=None, lat="40.10"), a_match()))).locate(ADDRESS)

    assert isinstance(answer, Located)
    assert answer.point.latitude == 39.96


def http(status: int) -> Exception:
    error: Exception = AdapterHTTPError("no", status_code=status, headers={}, text=f"cannot serve {ADDRESS}")
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GeocoderUnavailable("x"), WhyDown.UNREACHABLE),
        (GeocoderServiceError("[Errno 111] Connection refused"), WhyDown.UNREACHABLE),
        (GeocoderTimedOut("x"), WhyDown.TIMED_OUT),
        (http(500), WhyDown.UNREACHABLE),
        (http(429), WhyDown.TOO_MANY_REQUESTS),
        (http(403), WhyDown.NOT_PERMITTED),
        (GeocoderParseError("x"), WhyDown.UNREADABLE),
    ],
)
def test_a_server_that_fails_is_down_and_never_not_found(error: Exception, reason: WhyDown) -> None:
    transport = Transport(fails(error))

    assert geocoder(transport).locate(ADDRESS) == Down(reason=reason)
    assert len(transport.urls) == 1  # whoever asked tries again, not we


@pytest.mark.parametrize(
    "answer", [[{"lat": "x", "lon": "y"}], [{"address": {}}], "busy", {"features": 3}, [a_match(lat="nan")]]
)
@pytest.mark.parametrize("kind", GeocoderKind)
def test_an_answer_of_another_shape_is_down(kind: GeocoderKind, answer: object) -> None:
    assert geocoder(Transport(lambda: answer), kind).locate(ADDRESS) == Down(reason=WhyDown.UNREADABLE)


def test_an_address_the_server_refuses_waits_for_a_person() -> None:
    answer = geocoder(Transport(fails(http(400)))).locate(ADDRESS)

    assert answer == NotFound(reason=WhyNotFound.REFUSED)


def test_an_empty_address_is_not_sent() -> None:
    transport = Transport(answers(a_match()))

    assert geocoder(transport).locate("  ") == NotFound(reason=WhyNotFound.NO_MATCH)
    assert not transport.urls


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="geopy"):
        yield caplog


@pytest.mark.parametrize(
    "reply",
    [answers(a_match()), fails(http(500)), fails(GeocoderTimedOut("x"))],
    ids=["found", "server error", "timed out"],
)
def test_no_address_reaches_the_log_at_any_level(reply: Reply, lines: pytest.LogCaptureFixture) -> None:
    transport = Transport(reply)

    geocoder(transport).locate(ADDRESS)

    assert "Elm" in transport.urls[0]  # it was sent ...
    assert not lines.records  # ... and nobody wrote it down


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"domain": "https://geo.example"}, "domain"),
        ({"domain": ""}, "domain"),
        ({"user_agent": " "}, "user_agent"),
        ({"scheme": "ftp"}, "scheme"),
        ({"timeout_seconds": 0.0}, "timeout_seconds"),
        ({"seconds_between_requests": -1.0}, "seconds_between_requests"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any], fault: str) -> None:
    right = {"kind": GeocoderKind.NOMINATIM, "domain": "geo.example", "user_agent": "rounds-test"}

    with pytest.raises(InvalidGeocoderSettings, match=fault):
        GeocoderSettings(**{**right, **wrong})
