"""Travel that is looked up at the first question, so that a slow provider is never asked inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.travel.provider import TravelProvider
from scheduler.domain.ids import PlaceId
from scheduler.domain.people import TravelProfile
from scheduler.domain.place import Place
from scheduler.planning.travel_lookup import TravelLookup, look_up


class TravelOnDemand:
    """Implements `scheduler.domain.day.Travel`. Any question may raise what the provider raises."""

    __slots__ = ("_found", "_places", "_profiles", "_provider")

    def __init__(self, provider: TravelProvider, places: Sequence[Place], profiles: Sequence[TravelProfile]) -> None:
        self._provider, self._places, self._profiles = provider, places, profiles
        self._found: TravelLookup | None = None

    @property
    def provider(self) -> str:
        return self._provider.name

    def seconds(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None:
        return self._tables().seconds(profile, origin, destination)

    def metres(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None:
        return self._tables().metres(profile, origin, destination)

    def _tables(self) -> TravelLookup:
        if self._found is None:
            self._found = look_up(self._provider, self._places, self._profiles)
        return self._found
