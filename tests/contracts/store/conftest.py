"""One suite over both databases: an SQLite file, and a database on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.store.columns import metadata
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import migrate
from tests.integration.postgres import PostgresServer

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.external)]


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database nobody has used yet."""
    if request.param == "sqlite":
        return sqlite_file(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with tables and no rows."""
    if request.param == "sqlite":
        migrate(sqlite_file(tmp_path))
        return sqlite_file(tmp_path)
    url: str = request.getfixturevalue("migrated_postgres_url")
    with open_store(url) as opened, opened.writer.begin() as connection:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """With tables and no rows, for what only SQLite does."""
    url = sqlite_file(tmp_path)
    migrate(url)
    return url


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """One database for all tests of the store, because making one takes longer than most of them."""
    with postgres_server.fresh_database() as url:
        migrate(url)
        yield url


def sqlite_file(folder: Path) -> str:
    return f"sqlite:///{folder}/rounds.db"
