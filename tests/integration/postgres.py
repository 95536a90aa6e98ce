"""A private PostgreSQL server for tests: its own directory, port and password, gone with the run.

The server refuses to run as root, so as root it is given to another account.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

import psycopg
from psycopg import sql

from scheduler.store.engine import Database
from scheduler.store.postgres import Access
from tests.certificates import Authority, Pair
from tests.demands import miss
from tests.processes import LOOPBACK, end, free_ports, wait_until

START_SECONDS = 60
OWNER = "rounds"
ACCOUNTS = ("postgres", "nobody")
# Crashes of the machine are not rehearsed here, crashes of the server are; those survive without fsync.
SWIFT = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50", "-c", "shared_buffers=32MB")


class Account(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class PostgresServer:
    """Initialised when made, running after `start`. Keeps its port and data over `crash` and another `start`."""

    def __init__(self, home: Path) -> None:
        self._programs = _programs()
        self._account = _account()
        self._home, self._data, self._log = home, home / "data", home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._password = secrets.token_urlsafe(16)
        (self.port,) = free_ports(1)
        self._initialise()

    def url(self, database: str = "postgres") -> str:
        """For SQLAlchemy, with psycopg 3."""
        return f"postgresql+psycopg://{OWNER}:{self._password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        listen = ("-p", str(self.port), "-h", LOOPBACK, "-k", str(self._home))
        command = [str(self._programs / "postgres"), "-D", str(self._data), *listen, *SWIFT, *self._options()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **self._account)
        wait_until(self._answers, process=self._process, log=self._log, seconds=START_SECONDS, what="PostgreSQL")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Immediate shutdown: the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def _options(self) -> tuple[str, ...]:
        return ()

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty database of its own."""
        name = f"test_{secrets.token_hex(6)}"
        self._administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            self._administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(statement)

    def _conninfo(self) -> str:
        return self.url().replace("+psycopg", "") + "?connect_timeout=5"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._conninfo()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            end(self._process, signal=how)
            self._process = None

    def _initialise(self) -> None:
        if self._account:
            os.chown(self._home, self._account["user"], self._account["group"])
        password_file = self._home / "password"
        password_file.write_text(self._password)
        password_file.chmod(0o644)  # inside a directory that only the account may enter
        options = ("-U", OWNER, "-E", "UTF8", "--no-locale", "--no-sync", "--auth=scram-sha-256")
        done = subprocess.run(
            [str(self._programs / "initdb"), "-D", str(self._data), *options, f"--pwfile={password_file}"],
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
            **self._account,
        )
        if done.returncode != 0:
            raise AssertionError(f"initdb failed:\n{done.stdout}{done.stderr}")


class TlsPostgresServer(PostgresServer):
    """Speaks TLS only: with OWNER for a password, with CERTIFIED for a client certificate of that name."""

    CERTIFIED = "certified"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.authority = Authority(home)
        self._own = self.authority.issue("server")
        self.certified: Pair = self.authority.issue(self.CERTIFIED)
        self._give(self._own.key, self._own.certificate, self.authority.certificate)
        doors = (f"hostssl all {OWNER} all scram-sha-256", f"hostssl all {self.CERTIFIED} all cert")
        (self._data / "pg_hba.conf").write_text("".join(f"{line}\n" for line in doors))

    def start(self) -> None:
        super().start()
        self._administer(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(self.CERTIFIED)))

    def at(self, *, host: str = LOOPBACK, user: str = OWNER, **access: Any) -> Database:
        """The server by `host`, entered as `user`. Its password is given unless another, or None, is."""
        place = f"postgresql+psycopg://{user}@{host}:{self.port}/postgres"
        return Database(place, Access(**{"password": self._password, **access}))

    def _options(self) -> tuple[str, ...]:
        files = {"cert": self._own.certificate, "key": self._own.key, "ca": self.authority.certificate}
        return ("-c", "ssl=on", *(word for name, path in files.items() for word in ("-c", f"ssl_{name}_file={path}")))

    def _give(self, *paths: Path) -> None:
        for path in paths:
            if self._account:
                os.chown(path, self._account["user"], self._account["group"])


def _account() -> Account:
    """Nothing to change, unless we are root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return {"user": known[name].pw_uid, "group": known[name].pw_gid, "extra_groups": []}
    return miss(f"running as root, and none of the accounts {', '.join(ACCOUNTS)} exists")


def _programs() -> Path:
    """Where initdb and postgres are: on the PATH, or where Debian keeps the newest version."""
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else miss("no PostgreSQL server here (Debian: postgresql)")
