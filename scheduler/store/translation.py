"""What a database driver says, in the words of `errors.py`. Keeps codes, drops messages: they quote rows."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scheduler.domain.errors import RoundsError
from scheduler.store.errors import (
    DiskFull,
    NotMigrated,
    StoreBusy,
    StoreDamaged,
    StoreNotEntered,
    StoreNotTrusted,
    StoreReadOnly,
    StoreRefused,
    StoreUnavailable,
    StoreWithoutTls,
)

SQLITE: dict[str, type[StoreUnavailable]] = {
    "SQLITE_BUSY": StoreBusy,
    "SQLITE_LOCKED": StoreBusy,
    "SQLITE_FULL": DiskFull,
    "SQLITE_READONLY": StoreReadOnly,
    "SQLITE_PERM": StoreReadOnly,
    "SQLITE_CANTOPEN": StoreUnavailable,
    "SQLITE_IOERR": StoreUnavailable,
    "SQLITE_NOMEM": StoreUnavailable,
    "SQLITE_CORRUPT": StoreDamaged,
    "SQLITE_NOTADB": StoreDamaged,
}
"""By the first two words of an error name; extended names such as SQLITE_BUSY_SNAPSHOT add a third."""

POSTGRES: dict[str, type[StoreUnavailable]] = {
    "08": StoreUnavailable,  # connection exception
    "28": StoreUnavailable,  # invalid authorization
    "3D": StoreUnavailable,  # no such database
    "53100": DiskFull,
    "53": StoreUnavailable,  # insufficient resources, too many connections
    "57014": StoreBusy,  # statement timeout
    "57P": StoreUnavailable,  # shut down, starting up
    "55P03": StoreBusy,  # lock timeout
    "40001": StoreBusy,  # serialization failure
    "40P01": StoreBusy,  # deadlock
    "25006": StoreReadOnly,
    "42P01": NotMigrated,  # no such table
    "42703": NotMigrated,  # no such column
    "XX001": StoreDamaged,
    "XX002": StoreDamaged,
    "25P03": StoreUnavailable,  # idle in transaction for too long
}
"""By the start of an SQLSTATE; the longest entry that fits decides."""

AT_THE_DOOR: dict[str, tuple[type[StoreUnavailable], str]] = {
    "server does not support SSL": (StoreWithoutTls, "it has none"),
    "no encryption": (StoreWithoutTls, "it demands it"),
    "certificate verify failed": (StoreNotTrusted, "nobody we know vouches for it"),
    "does not match host name": (StoreNotTrusted, "it is for another host"),
    "root certificate file": (StoreNotTrusted, "no authority is given to check it by"),
    "password authentication failed": (StoreNotEntered, "user or password is wrong"),
    "no password supplied": (StoreNotEntered, "it wants a password"),
    "valid client certificate": (StoreNotEntered, "it wants a client certificate"),
    "certificate authentication failed": (StoreNotEntered, "the client certificate is for another user"),
    "alert unknown ca": (StoreNotEntered, "it does not know who signed our certificate"),
    "pg_hba.conf": (StoreNotEntered, "it has no entry for us"),
}
"""Before there is a connection the driver gives no SQLSTATE, only words; of several that fit the first decides."""

_SILENT: tuple[type[StoreUnavailable], str] = (StoreUnavailable, "no connection")

FAILURES = (DBAPIError, PoolTimeout, PendingRollbackError)
"""What SQLAlchemy raises when a database fails. Its other errors are faults of ours and stay as they are."""


def in_our_words(error: DBAPIError | PoolTimeout | PendingRollbackError) -> RoundsError:
    """The error to raise instead, `from None`."""
    if isinstance(error, PoolTimeout):
        return StoreBusy("every connection is in use")
    if isinstance(error, PendingRollbackError):
        return StoreUnavailable("the connection broke earlier in this transaction")
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _from_sqlite(original)
    if isinstance(original, psycopg.Error):
        return _from_postgres(original)
    return StoreRefused(type(error).__name__)


def _from_sqlite(error: sqlite3.Error) -> RoundsError:
    # Errors of the Python module itself carry no SQLite code, though their type says they do.
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    if kind := SQLITE.get("_".join(name.split("_")[:2])):
        return kind(name)
    if str(error).startswith(("no such table", "no such column")):
        return NotMigrated(name)
    failed = str(error).partition("constraint failed: ")[2]  # SQLite names columns here, never values
    return StoreRefused(name, failed or None)


def _from_postgres(error: psycopg.Error) -> RoundsError:
    state = error.sqlstate
    if state is None:
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
            return _at_the_door(str(error))
        return StoreRefused(type(error).__name__)
    fitting = max((start for start in POSTGRES if state.startswith(start)), key=len, default=None)
    return POSTGRES[fitting](state) if fitting else StoreRefused(state, error.diag.constraint_name)


def _at_the_door(said: str) -> StoreUnavailable:
    kind, signal = next((told for words, told in AT_THE_DOOR.items() if words in said), _SILENT)
    return kind(signal)
