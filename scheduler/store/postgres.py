"""PostgreSQL: any number of processes. READ COMMITTED with explicit locks to write, one snapshot to read.

Times are in milliseconds where the server counts so. Nothing waits without end: a lock, a statement and a
transaction that does nothing each have their limit, so a stuck process cannot hold up a branch for long.
"""

from __future__ import annotations

from sqlalchemy import URL, Engine, create_engine

LIMITS = {
    "lock_timeout": "5000",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",
    "timezone": "UTC",
}
CONNECT_SECONDS = 5


def open_writer(url: URL, *, echo: bool) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        echo=echo,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=16,
        connect_args={"options": options, "connect_timeout": CONNECT_SECONDS, "application_name": "rounds"},
    )


def reader_of(writer: Engine) -> Engine:
    """The same pool; transactions see one snapshot and cannot write."""
    return writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
