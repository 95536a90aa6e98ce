"""SQLite: one file on one machine, one writer at a time, readers never in its way.

The settings are promises, not tuning: WAL lets readers read while one writes; `synchronous=FULL` keeps a commit
through a power cut; `BEGIN IMMEDIATE` takes the write lock first, because a transaction that reads and then writes
otherwise fails at once when somebody wrote in between, however long it would have waited.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from sqlite3 import SQLITE_BUSY, OperationalError
from sqlite3 import Connection as Driver
from time import sleep

from sqlalchemy import URL, Connection, Engine, create_engine, event

from scheduler.store.errors import StoreUnavailable, UnknownDatabase

BUSY_SECONDS = 30.0
"""How long to wait for another writer."""
TURN_PAUSE = 0.02
OWNER_ONLY = 0o600
BESIDE = ("-wal", "-shm")
"""SQLite gives these the mode of the main file when it makes them."""


def open_writer(url: URL, *, echo: bool, busy_seconds: float) -> Engine:
    """Makes the file when it is not there. Its owner alone may read it; one that was open to others is closed."""
    _make_file(url)
    engine = _engine(url, echo=echo)

    @event.listens_for(engine, "connect")
    def settle(driver: Driver, _: object) -> None:
        _settle(driver, busy_seconds)
        _turn_to_wal(driver, busy_seconds)
        driver.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def open_reader(url: URL, *, echo: bool, busy_seconds: float) -> Engine:
    """Each transaction sees the database as it was at its first read; none can write."""
    engine = _engine(url, echo=echo)

    @event.listens_for(engine, "connect")
    def settle(driver: Driver, _: object) -> None:
        _settle(driver, busy_seconds)
        driver.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _engine(url: URL, *, echo: bool) -> Engine:
    return create_engine(url, echo=echo, hide_parameters=True, pool_size=8, max_overflow=32)


def _settle(driver: Driver, busy_seconds: float) -> None:
    driver.isolation_level = None  # the driver would begin transactions of its own
    driver.execute(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")
    driver.execute("PRAGMA foreign_keys = ON")


def _turn_to_wal(driver: Driver, busy_seconds: float) -> None:
    """Waits here: when two turn a new file at once, SQLite tells one of them that it is busy, whatever its timeout."""
    for _ in range(round(busy_seconds / TURN_PAUSE)):
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            if error.sqlite_errorcode != SQLITE_BUSY:
                raise
            sleep(TURN_PAUSE)
        else:
            return
    driver.execute("PRAGMA journal_mode = WAL")


def _make_file(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise UnknownDatabase("SQLite without a file")
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        for each in (path, *(path.with_name(path.name + end) for end in BESIDE)):
            _close_to_others(each)
    except OSError as error:
        raise StoreUnavailable(type(error).__name__) from error


def _close_to_others(path: Path) -> None:
    """A file that came from a copy may be open to all. Another account's file is not ours to change."""
    with suppress(FileNotFoundError):
        is_open = path.stat().st_mode & ~OWNER_ONLY & 0o777
        if is_open and path.stat().st_uid == os.geteuid():
            path.chmod(OWNER_ONLY)
