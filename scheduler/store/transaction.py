"""One open transaction, as the repositories use it: statements in, rows out, errors in our words.

`own(branch)` is how changes to one branch come one after the other. On PostgreSQL the first call takes a lock named
after the branch, held until the transaction ends, so that whatever is then read stays true until commit and outbox
numbers rise in the order of commits. SQLite lets one transaction write at a time anyway, and reading needs no lock.

What nobody reads before the commit may be put off until then, so that many rows go to the database together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    CursorResult,
    Executable,
    Row,
    Table,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.store.errors import StoreReadOnly, TransactionOver
from scheduler.store.translation import FAILURES, in_our_words

_LOCKS = select(func.pg_advisory_xact_lock(func.unnest(bindparam("locks", type_=ARRAY(BigInteger)))))


@contextmanager
def spoken_plainly() -> Iterator[None]:
    """Turns failures of the database into our errors. Without their cause: drivers quote rows."""
    try:
        yield
    except FAILURES as error:
        raise in_our_words(error) from None


class Transaction:
    """Lives from the begin to the commit; afterwards every call raises `TransactionOver`."""

    def __init__(self, connection: Connection, *, is_read_only: bool) -> None:
        self._connection = connection
        self._takes_locks = not is_read_only and connection.dialect.name == "postgresql"
        self._is_read_only = is_read_only
        self._owned: set[str] = set()
        self._put_off: list[Callable[[], None]] = []
        self.changes = 0
        self.is_over = False

    @property
    def dialect(self) -> str:
        return self._connection.dialect.name

    def end(self) -> None:
        self._refuse_when_over()
        self.is_over = True

    def put_off(self, write: Callable[[], None]) -> None:
        """Have it called once before the commit, after what was put off before it."""
        self._refuse_when_over()
        if self._is_read_only:
            raise StoreReadOnly("read only")
        self.changes += 1
        if write not in self._put_off:
            self._put_off.append(write)

    def catch_up(self) -> None:
        """Write what was put off. Whoever commits calls this first."""
        while self._put_off:
            self._put_off.pop(0)()

    def own(self, name: str) -> None:
        """Wait until no other transaction that writes holds `name`, usually a branch; then hold it."""
        if self._takes_locks and name not in self._owned:
            self.own_all([name])

    def own_all(self, names: Iterable[str]) -> None:
        """In one order, whoever asks, so that two who want several never wait for each other."""
        new = set(names) - self._owned
        if self._takes_locks and new:
            self.rows(_LOCKS, locks=sorted(map(_lock_number, new)))
            self._owned |= new

    def rows(self, statement: Executable, **values: object) -> Sequence[Row[Any]]:
        with spoken_plainly():
            return self._execute(statement, values).all()

    def row(self, statement: Executable, **values: object) -> Row[Any] | None:
        with spoken_plainly():
            return self._execute(statement, values).first()

    def write(self, statement: Executable) -> int:
        """How many rows it met."""
        self.changes += 1
        with spoken_plainly():
            return self._execute(statement).rowcount

    def write_all(self, statement: Executable, rows: Sequence[Mapping[str, object]]) -> None:
        """The same statement for each of the rows, in one go."""
        if rows:
            self.changes += 1
            with spoken_plainly():
                self._execute(statement, rows)

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """One that may say what to do when a unique key is taken."""
        return _insert(table, self.dialect)

    def put(self, table: Table, **values: object) -> None:
        """Insert, or replace the row with the same primary key. Every column must be given."""
        self.changes += 1
        with spoken_plainly():
            self._execute(_upsert(table, self.dialect), values)

    def put_all(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """`put` for each of the rows, in one go."""
        self.write_all(_upsert(table, self.dialect), rows)

    def put_if_new(self, table: Table, **values: object) -> bool:
        """Insert unless a unique key is taken. Whoever holds the key in an open transaction is waited for."""
        self.changes += 1
        with spoken_plainly():
            return self._execute(_insert_if_new(table, self.dialect), values).first() is not None

    def _execute(
        self, statement: Executable, values: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[Any]:
        self._refuse_when_over()
        return self._connection.execute(statement, values)

    def _refuse_when_over(self) -> None:
        if self.is_over:
            raise TransactionOver


@cache
def _upsert(table: Table, dialect: str) -> Executable:
    """Made once for each table: putting a statement together costs as much as running it."""
    attempt = _insert(table, dialect)
    key = [column.name for column in table.primary_key]
    changed = {column.name: attempt.excluded[column.name] for column in table.c if column.name not in key}
    return attempt.on_conflict_do_update(index_elements=key, set_=changed)


@cache
def _insert_if_new(table: Table, dialect: str) -> Executable:
    return _insert(table, dialect).on_conflict_do_nothing().returning(*table.primary_key)


def _insert(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _lock_number(name: str) -> int:
    """64 bits of the name. Two names that share them wait for each other, and no more harm is done."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
