"""Opens the store a URL names. The only way to a unit of work that keeps anything.

store = open_store("sqlite:///var/rounds.db")
with store.unit_of_work() as uow:
    uow.visits.save(visit)
    uow.commit()
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Engine, func, make_url, select
from sqlalchemy.exc import ArgumentError

from scheduler.store import postgres, sqlite
from scheduler.store.errors import UnknownDatabase
from scheduler.store.transaction import spoken_plainly
from scheduler.store.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True)
class Database:
    """Where data is kept. `access` is for servers; a file has none."""

    url: str
    access: postgres.Access = postgres.PLAIN


@dataclass(frozen=True, slots=True)
class Store:
    """Safe to share between threads, not between forked processes. `reader` may be the same pool as `writer`."""

    writer: Engine
    reader: Engine

    def unit_of_work(self, *, read_only: bool = False) -> SqlUnitOfWork:
        """A transaction, begun when the `with` block is entered. Fits the port `OpenUnitOfWork`."""
        return SqlUnitOfWork(self.reader if read_only else self.writer, is_read_only=read_only)

    @property
    def is_shared(self) -> bool:
        """Processes on several hosts may use it, whose clocks need not agree."""
        return self.writer.dialect.name == "postgresql"

    def time(self) -> datetime:
        """By the database's own clock. Raises `StoreUnavailable`."""
        with spoken_plainly(), self.reader.connect() as connection:
            moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    def close(self) -> None:
        self.reader.dispose()
        self.writer.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()


def open_store(place: str | Database, *, echo: bool = False, busy_seconds: float = sqlite.BUSY_SECONDS) -> Store:
    """Opens, or makes, the database. Does not make tables: `migrations.run.migrate` does.

    `busy_seconds` is how long to wait for another writer of an SQLite file. Raises `UnknownDatabase`, and
    `StoreUnavailable` when the file cannot be made; a server is first met by the first unit of work.
    """
    database = place if isinstance(place, Database) else Database(place)
    url = parsed(database.url)
    if url.get_backend_name() == "sqlite":
        writer = sqlite.open_writer(url, echo=echo, busy_seconds=busy_seconds)
        return Store(writer, sqlite.open_reader(url, echo=echo, busy_seconds=busy_seconds))
    writer = postgres.open_writer(url, database.access, echo=echo)
    return Store(writer, postgres.reader_of(writer))


def parsed(url: str) -> URL:
    """The URL's parts. Its text stays out of errors: it may hold a password."""
    try:
        place = make_url(url)
    except ArgumentError:
        raise UnknownDatabase("a URL that is none") from None
    if place.get_backend_name() not in ("sqlite", "postgresql"):
        raise UnknownDatabase(place.get_backend_name())
    return place
