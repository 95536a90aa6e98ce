"""Brings a database's tables up to this version of Rounds. Works from the installed package, without any ini file.

The whole way is one transaction on SQLite as on PostgreSQL: a step that fails leaves the tables as they were. Two
processes that migrate at once do so one after the other, and the second finds nothing to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text

from scheduler.store.engine import Database, Store, open_store
from scheduler.store.postgres import LIMITS
from scheduler.store.transaction import spoken_plainly

LOCK = 7_460_131_001
"""PostgreSQL's advisory lock of whoever migrates."""

HERE = Path(__file__).parent


class Migrated(NamedTuple):
    """Revisions before and after; None is an empty database."""

    before: str | None
    after: str | None


def migrate(place: str | Database) -> Migrated:
    """From whatever the database is at to the newest. Raises `StoreUnavailable` and its kin."""
    with open_store(place) as store, spoken_plainly(), store.writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            _take_turns(connection)
        before = _revision(connection)
        command.upgrade(_config(connection), "head")
        return Migrated(before, _revision(connection))


def is_current(place: str | Database) -> bool:
    """Whether the tables are those of this version. An empty database is not."""
    with open_store(place) as store:
        return revision_of(store) == newest()


def revision_of(store: Store) -> str | None:
    with spoken_plainly(), store.reader.connect() as connection:
        return _revision(connection)


def newest() -> str | None:
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _take_turns(connection: Connection) -> None:
    """Waits for another one who migrates as long as it takes, but for a table others use only as usual."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    connection.execute(text(f"SET LOCAL lock_timeout = {LIMITS['lock_timeout']}"))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
