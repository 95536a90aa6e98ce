"""What travel refuses. Messages carry no coordinates and no addresses: those are patients' homes.

EngineError
└── TravelError
    ├── InvalidPoint
    ├── InvalidTravelTable
    ├── InvalidCurve
    └── InvalidGeocoderSettings
"""

from __future__ import annotations

from optimizer.errors import EngineError


class TravelError(EngineError):
    """Root of the errors of this room."""

    code = "travel.error"


class InvalidPoint(TravelError):
    """A latitude or longitude is not on the globe."""

    code = "travel.invalid_point"
    remedy = "Give degrees: latitude from -90 to 90 and longitude from -180 to 180, in that order."

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"The {field} is not a number of degrees on the globe.")


class InvalidTravelTable(TravelError):
    """The numbers of a travel table do not fit together."""

    code = "travel.invalid_table"
    remedy = "Correct the matrix; every kind of fault found is listed."

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class InvalidCurve(TravelError):
    """The knots of a straight-line curve do not make a usable estimate."""

    code = "travel.invalid_curve"
    remedy = "Fit the curve with optimizer.travel.fit, and give it a name of its own."

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class InvalidGeocoderSettings(TravelError):
    """A geocoder cannot be built from these settings."""

    code = "travel.invalid_geocoder_settings"
    remedy = "Correct the named setting, or configure no geocoder."

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))
