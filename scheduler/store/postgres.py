"""PostgreSQL: any number of processes. READ COMMITTED with explicit locks to write, one snapshot to read.

Times are in milliseconds where the server counts so. Nothing waits without end: a lock, a statement and a
transaction that does nothing each have their limit, so a stuck process cannot hold up a branch for long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine

LIMITS = {
    "lock_timeout": "5000",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",
    "timezone": "UTC",
}
CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How the server is entered. Handed to the driver beside the URL, so that no secret stands in one."""

    password: str | None = field(default=None, repr=False)
    tls: str = "prefer"
    """libpq's `sslmode`: `disable`, `prefer`, `require`, `verify-ca` or `verify-full`."""
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    key_password: str | None = field(default=None, repr=False)

    def connect_args(self) -> dict[str, Any]:
        """What is not given is left to the driver."""
        given = {
            "password": self.password,
            "sslmode": self.tls,
            "sslrootcert": self.ca_file,
            "sslcert": self.certificate_file,
            "sslkey": self.key_file,
            "sslpassword": self.key_password,
        }
        return {name: str(value) for name, value in given.items() if value is not None}


PLAIN: Final = Access()


def open_writer(url: URL, access: Access, *, echo: bool) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        echo=echo,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=16,
        connect_args={
            **access.connect_args(),
            "options": options,
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "rounds",
        },
    )


def reader_of(writer: Engine) -> Engine:
    """The same pool; transactions see one snapshot and cannot write."""
    return writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
