"""What can go wrong between Rounds and its database, in the words of Rounds.

    Unavailable
    └── StoreUnavailable      no connection, or it broke
        ├── StoreNotEntered   the server does not let us in
        ├── StoreNotTrusted   the server does not show whom it is
        ├── StoreWithoutTls   the server and we do not agree on TLS
        ├── StoreBusy         somebody else holds what we need, or a deadlock was cut
        ├── DiskFull          nothing was written
        ├── StoreReadOnly     the file, the server or this transaction does not take changes
        ├── NotMigrated       the tables are older than this version
        └── StoreDamaged      the file is not a sound database
    RoundsError
    ├── StoreRefused          a constraint or a value; a fault of ours, so it is not retried
    └── TransactionOver       something was read or written after the commit
    Invalid
    └── UnknownDatabase       the URL names no database we know

Drivers quote whole rows in their messages, so nothing of theirs is repeated but names of codes and constraints.
"""

from __future__ import annotations

from scheduler.domain.errors import Invalid, RoundsError, Unavailable


class StoreUnavailable(Unavailable):
    """There is no connection to the database. A commit that was under way may or may not have happened."""

    code = "store.unavailable"
    remedy = "Check that the database runs and can be reached, then try again; events are safe to repeat."

    def __init__(self, signal: str) -> None:
        self.signal = signal
        super().__init__(f"{self._sentence} ({signal}).")

    _sentence = "The database cannot be reached"


class StoreNotEntered(StoreUnavailable):
    """The server answers, and does not let us in."""

    code = "store.not_authenticated"
    remedy = (
        "Check the user in ROUNDS_DATABASE_URL, ROUNDS_DATABASE_PASSWORD or its file, the client certificate where "
        "the server wants one, and pg_hba.conf."
    )
    _sentence = "The database server does not let us in"


class StoreNotTrusted(StoreUnavailable):
    """What answers cannot show that it is the server we mean."""

    code = "store.not_trusted"
    remedy = (
        "Check that ROUNDS_DATABASE_CA_FILE holds who signed the server's certificate, that this has not run out, and "
        "that it names the host in ROUNDS_DATABASE_URL."
    )
    _sentence = "The database server's certificate does not satisfy"


class StoreWithoutTls(StoreUnavailable):
    """One side demands TLS, and the other has none."""

    code = "store.no_tls"
    remedy = "Switch TLS on at the server, or set ROUNDS_DATABASE_TLS to what the server does."
    _sentence = "The database server and we do not agree on TLS"


class StoreBusy(StoreUnavailable):
    """Nothing was written."""

    code = "store.busy"
    remedy = "Try the whole transaction again; if it stays so, look for a process that holds one open."
    _sentence = "The database is held by somebody else"


class DiskFull(StoreUnavailable):
    """Nothing of this transaction was written, and what was there before is safe."""

    code = "store.disk_full"
    remedy = "Free space on the database's disk; everything waiting is then taken in again."
    _sentence = "The database's disk is full"


class StoreReadOnly(StoreUnavailable):
    code = "store.read_only"
    remedy = "Check who may write to the database, and that the transaction was opened for writing."
    _sentence = "The database takes no changes here"


class NotMigrated(StoreUnavailable):
    code = "store.not_migrated"
    remedy = "Run `rounds migrate`."
    _sentence = "The database's tables do not fit this version of Rounds"


class StoreDamaged(StoreUnavailable):
    code = "store.damaged"
    remedy = "Stop Rounds, keep the file, and restore the last backup."
    _sentence = "The database is damaged"


class StoreRefused(RoundsError):
    """The database refused a statement for a reason that will not pass."""

    code = "store.refused"
    remedy = "Report this with its signal; sending it again will not help."

    def __init__(self, signal: str, constraint: str | None = None) -> None:
        self.signal, self.constraint = signal, constraint
        super().__init__(f"The database refused a statement ({signal}{f', {constraint}' if constraint else ''}).")


class TransactionOver(RoundsError):
    code = "store.transaction_over"
    remedy = "Open another unit of work; one of them is one transaction."

    def __init__(self) -> None:
        super().__init__("This unit of work was committed or left already.")


class UnknownDatabase(Invalid):
    code = "store.unknown_database"
    remedy = "Give `sqlite:///path/to/rounds.db` or `postgresql://user@host/name`."

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"Rounds cannot keep its data in {kind}.")
