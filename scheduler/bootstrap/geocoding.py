"""Where an address is, asked of a geocoder. Imported only where one is set: geopy comes with it."""

from __future__ import annotations

from dataclasses import dataclass

from config.settings import Settings
from optimizer.travel.geocoding import Located, NotFound
from optimizer.travel.geopy_geocoder import GeocoderKind, GeocoderSettings, GeopyGeocoder
from scheduler.domain.errors import Unavailable
from scheduler.domain.place import Point


class GeocoderDown(Unavailable):
    """The geocoder gave no answer. The visit waits for an address until somebody asks again."""

    code = "geocoder.down"
    remedy = "Check the geocoder, then send the event again or correct the address."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The geocoder gave no answer: {reason}.")


@dataclass(frozen=True, slots=True)
class Finder:
    """The core's port over a travel geocoder."""

    geocoder: GeopyGeocoder

    @property
    def provider(self) -> str:
        return self.geocoder.provider

    def locate(self, address: str) -> Point | None:
        answer = self.geocoder.locate(address)
        if isinstance(answer, Located):
            return Point(latitude=answer.point.latitude, longitude=answer.point.longitude)
        if isinstance(answer, NotFound):
            return None
        raise GeocoderDown(answer.reason.value)


def finder_of(settings: Settings) -> Finder:
    kind = GeocoderKind(settings.geocoder)
    return Finder(GeopyGeocoder(GeocoderSettings(kind=kind, domain=settings.geocoder_host, user_agent="rounds")))
