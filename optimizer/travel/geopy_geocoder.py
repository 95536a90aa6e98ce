"""Geocoding by a Nominatim or Photon server, through geopy; and geopy's geodesic for single distances.

The server is one the agency runs or has under contract: there is no default, because sending the address of
a visit to a public server discloses health data. Requests are spaced, never repeated here: whoever gets
`Down` asks again later. An answer counts only when it has the house number that was asked for and no rival
elsewhere. geopy writes addresses into its log and its errors, so its log is shut and its errors stay here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Any

from geopy.adapters import BaseSyncAdapter, URLLibAdapter
from geopy.distance import geodesic
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
    GeocoderTimedOut,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim, Photon

from optimizer.travel.errors import InvalidGeocoderSettings
from optimizer.travel.geocoding import Answer, Down, Located, NotFound, Precision, WhyDown, WhyNotFound
from optimizer.travel.provider import Point

if TYPE_CHECKING:
    from geopy.location import Location

AMBIGUOUS_METRES = 250
"""Matches farther apart than this are different homes, and choosing one would be a guess."""
MATCHES_ASKED = 5

AdapterFactory = Callable[..., BaseSyncAdapter]


class GeocoderKind(StrEnum):
    NOMINATIM = "nominatim"
    PHOTON = "photon"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeocoderSettings:
    """Which server, and how gently it is asked."""

    kind: GeocoderKind
    domain: str
    """Host, with port and path if any, such as `geocoder.example.org`."""
    user_agent: str
    """Names the agency's installation to the server; Nominatim refuses the common ones."""
    scheme: str = "https"
    timeout_seconds: float = 5.0
    seconds_between_requests: float = 1.0
    accepts_street: bool = False
    """Whether the middle of the street may stand for the house; the answer says `street` then."""

    def __post_init__(self) -> None:
        if faults := tuple(self._faults()):
            raise InvalidGeocoderSettings(faults)

    def _faults(self) -> Iterator[str]:
        if not self.domain or "://" in self.domain:
            yield "domain must be a host, without http://"
        if not self.user_agent.strip():
            yield "user_agent must name the installation"
        if self.scheme not in ("http", "https"):
            yield "scheme must be http or https"
        if not self.timeout_seconds > 0:
            yield "timeout_seconds must be more than 0"
        if not self.seconds_between_requests >= 0:
            yield "seconds_between_requests must not be negative"


class GeopyGeocoder:
    """A `Geocoder` over geopy. One object per server and process: it holds the spacing of requests."""

    def __init__(self, settings: GeocoderSettings, *, adapter_factory: AdapterFactory = URLLibAdapter) -> None:
        logging.getLogger("geopy").addFilter(_never)
        self._accepts = {Precision.HOUSE, *([Precision.STREET] if settings.accepts_street else [])}
        self._provider = f"{settings.kind}:{settings.domain}"
        self._precision = _PRECISION[settings.kind]
        self._ask = RateLimiter(
            _search(settings, adapter_factory),
            min_delay_seconds=settings.seconds_between_requests,
            max_retries=0,
            error_wait_seconds=settings.seconds_between_requests,
            # Swallowed errors become None, and then "down" looks like "not found".
            swallow_exceptions=False,
        )

    @property
    def provider(self) -> str:
        return self._provider

    def locate(self, address: str) -> Answer:
        if not address.strip():
            return NotFound(reason=WhyNotFound.NO_MATCH)
        try:
            return self._judge(address, self._ask(address) or ())
        except GeocoderQueryError:
            return NotFound(reason=WhyNotFound.REFUSED)
        except GeocoderServiceError as error:
            return Down(reason=_why_down(error))
        except (LookupError, TypeError, AttributeError, ValueError):
            # geopy takes answers apart without checking their shape.
            return Down(reason=WhyDown.UNREADABLE)

    def _judge(self, address: str, matches: Sequence[Location]) -> Answer:
        if not matches:
            return NotFound(reason=WhyNotFound.NO_MATCH)
        number = _house_number(address)
        for precision in (Precision.HOUSE, Precision.STREET):
            points = [_point(match) for match in matches if self._precision(match.raw, number) is precision]
            if points and precision in self._accepts:
                return self._located(points, precision)
        return NotFound(reason=WhyNotFound.TOO_COARSE)

    def _located(self, points: list[Point], precision: Precision) -> Answer:
        if any(geodesic_metres(a, b) > AMBIGUOUS_METRES for a, b in combinations(points, 2)):
            return NotFound(reason=WhyNotFound.AMBIGUOUS)
        return Located(point=points[0], precision=precision, provider=self._provider)


def geodesic_metres(a: Point, b: Point) -> float:
    """Metres on the WGS 84 ellipsoid. For single pairs: a table of these takes a minute."""
    return float(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).meters)


def _search(settings: GeocoderSettings, adapter_factory: AdapterFactory) -> Callable[[str], Any]:
    common: dict[str, Any] = {
        "domain": settings.domain,
        "scheme": settings.scheme,
        "user_agent": settings.user_agent,
        "timeout": settings.timeout_seconds,
        "adapter_factory": adapter_factory,
    }
    if settings.kind is GeocoderKind.PHOTON:
        photon = Photon(**common)
        return lambda address: photon.geocode(address, exactly_one=False, limit=MATCHES_ASKED)
    nominatim = Nominatim(**common)
    return lambda address: nominatim.geocode(address, exactly_one=False, limit=MATCHES_ASKED, addressdetails=True)


def _nominatim_precision(raw: Mapping[str, Any], number: str) -> Precision:
    parts = raw["address"]
    return _precision(parts.get("house_number"), "road" in parts, number)


def _photon_precision(raw: Mapping[str, Any], number: str) -> Precision:
    parts = raw["properties"]
    return _precision(parts.get("housenumber"), "street" in parts or parts.get("type") == "street", number)


_PRECISION: Mapping[GeocoderKind, Callable[[Mapping[str, Any], str], Precision]] = {
    GeocoderKind.NOMINATIM: _nominatim_precision,
    GeocoderKind.PHOTON: _photon_precision,
}


def _precision(found: str | None, has_street: bool, number: str) -> Precision:
    """A house only if its number was asked for: servers offer the neighbour's when ours is not on the map."""
    if found and found.casefold() == number:
        return Precision.HOUSE
    return Precision.STREET if has_street else Precision.AREA


def _house_number(address: str) -> str:
    """The first word with a digit, or nothing: later ones are flats, numbered streets and postcodes."""
    word = re.search(r"[\w/-]*\d[\w/-]*", address.casefold())
    return word.group() if word else ""


def _why_down(error: GeocoderServiceError) -> WhyDown:
    match error:
        case GeocoderTimedOut():
            return WhyDown.TIMED_OUT
        case GeocoderQuotaExceeded():
            return WhyDown.TOO_MANY_REQUESTS
        case GeocoderAuthenticationFailure() | GeocoderInsufficientPrivileges():
            return WhyDown.NOT_PERMITTED
        case GeocoderParseError():
            return WhyDown.UNREADABLE
        case _:
            return WhyDown.UNREACHABLE


def _point(match: Location) -> Point:
    return Point(latitude=match.latitude, longitude=match.longitude)


def _never(_: logging.LogRecord) -> bool:
    return False
