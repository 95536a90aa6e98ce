"""Finds where addresses are, before the transaction in which they are needed: looking one up may be slow.

What nobody finds stays without a point, and its visits wait for a person; it is never guessed. Never logs an
address or a point.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scheduler.domain.errors import Unavailable
from scheduler.domain.place import Place, Point
from scheduler.handlers.desk import Desk
from scheduler.ports.clock import Clock
from scheduler.ports.geocoding import Geocoder
from scheduler.ports.unit_of_work import OpenUnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """What was asked before is answered from the store; without a geocoder nothing else is."""

    open_unit_of_work: OpenUnitOfWork
    clock: Clock
    geocoder: Geocoder | None = None

    def find(self, addresses: Iterable[str]) -> Mapping[str, Point]:
        """Call it with no transaction open. Addresses that are not found are left out."""
        wanted = tuple(dict.fromkeys(addresses))
        if not wanted or self.geocoder is None:
            return {}
        with self.open_unit_of_work(read_only=True) as uow:
            provider = self.geocoder.provider
            known = {each: uow.geocodes.find(each, provider) for each in wanted}
        found = {each: point for each in wanted if known[each] is None and (point := self._locate(each))}
        if found:
            self._remember(found, self.geocoder.provider)
        return {each: point for each, point in known.items() if point} | found

    def _locate(self, address: str) -> Point | None:
        assert self.geocoder is not None  # noqa: S101 - `find` looked
        try:
            return self.geocoder.locate(address)
        except Unavailable as error:
            log.warning("geocoder.unavailable", extra={"code": error.code})
            return None

    def _remember(self, found: Mapping[str, Point], provider: str) -> None:
        with self.open_unit_of_work() as uow:
            for address, point in found.items():
                uow.geocodes.save(address, provider, point, at=self.clock.now())
            uow.commit()


def located(place: Place, desk: Desk, *, known: Place | None) -> Place:
    """The place with its point, if it has one by now. An address that did not change keeps what is known of it."""
    if place.point is not None or place.address is None:
        return place
    if known is not None and known.address == place.address and known.point is not None:
        return replace(known, id=place.id, postal_code=place.postal_code)
    point = desk.points.get(place.address)
    return replace(place, point=point, source="geocoded") if point else place
