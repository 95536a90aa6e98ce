"""Where addresses are: what was found once, and who finds the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from scheduler.domain.place import Point


class Geocodes(Protocol):
    """Where addresses are, so that each is asked for once."""

    def find(self, address: str, provider: str) -> Point | None: ...
    def save(self, address: str, provider: str, point: Point, *, at: datetime) -> None: ...


class Geocoder(Protocol):
    """Finds one address. May be slow, so never called inside a transaction."""

    @property
    def provider(self) -> str:
        """Names the service in the cache."""
        ...

    def locate(self, address: str) -> Point | None:
        """None when nobody can say for sure. Raises `Unavailable` when there was no answer."""
        ...
