"""Where addresses are. The address itself is not kept here, only a digest: it may be a patient's."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from scheduler.domain.place import Point
from scheduler.store.tables import geocode as table
from scheduler.store.transaction import Transaction


class SqlGeocodes:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, address: str, provider: str) -> Point | None:
        this = (table.c.address_digest == digest_of(address), table.c.provider == provider)
        row = self._transaction.row(select(table.c.latitude, table.c.longitude).where(*this))
        return Point(latitude=row.latitude, longitude=row.longitude) if row else None

    def save(self, address: str, provider: str, point: Point, *, at: datetime) -> None:
        self._transaction.put(
            table,
            address_digest=digest_of(address),
            provider=provider,
            latitude=point.latitude,
            longitude=point.longitude,
            at=at,
        )


def digest_of(address: str) -> str:
    """Equal for addresses that differ in case and spacing only."""
    return sha256(" ".join(address.split()).casefold().encode()).hexdigest()
