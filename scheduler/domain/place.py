"""Where things are. A place without a point waits for its address to be found; it is never guessed."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.errors import Invalid
from scheduler.domain.ids import PlaceId

BY_MATRIX = "matrix"


class InvalidPoint(Invalid):
    """Coordinates that are not on Earth."""

    code = "place.invalid_point"
    remedy = "Give latitude -90 to 90 and longitude -180 to 180, in degrees."

    def __init__(self) -> None:
        super().__init__("The coordinates are not on Earth.")  # the values stay out: they may be a patient's


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise InvalidPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A home, an office. `source` says how it was found: given, geocoded, verified; or by `matrix`, when the travel
    times of the day were given with it and no point is needed to plan."""

    id: PlaceId
    point: Point | None = None
    address: str | None = None
    postal_code: str | None = None
    source: str = "given"

    @property
    def needs_address(self) -> bool:
        return self.point is None and self.source != BY_MATRIX
