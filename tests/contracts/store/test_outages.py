"""The database fails, for real; the store says so in our words and loses nothing it had promised."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import event, insert, text

from scheduler.domain.errors import Invalid, Unavailable
from scheduler.store import sqlite, tables
from scheduler.store.engine import Store, open_store
from scheduler.store.errors import (
    DiskFull,
    NotMigrated,
    StoreBusy,
    StoreDamaged,
    StoreRefused,
    StoreUnavailable,
    UnknownDatabase,
)
from scheduler.store.transaction import spoken_plainly
from tests.builders import BRANCH, DAY, a_visit
from tests.contracts.store.given import met
from tests.processes import free_ports


def visits_of(store: Store) -> list[str]:
    with store.unit_of_work(read_only=True) as uow:
        return [visit.id for visit in uow.visits.on(BRANCH, DAY)]


def saved(store: Store, name: str, reason: str = "") -> None:
    with store.unit_of_work() as uow:
        uow.visits.save(a_visit(name, reason=reason))
        uow.commit()


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def store_with_little_room(url: str) -> Iterator[Store]:
    """SQLite refuses to grow the file, with the same code as on a disk without room."""
    with open_store(url) as store:
        event.listen(store.writer, "connect", lambda driver, _: driver.execute("PRAGMA max_page_count = 60"))
        yield store


def fill_the_disk(store: Store) -> None:
    with store.unit_of_work() as uow:
        met(uow)
        for n in range(100):
            uow.visits.save(a_visit(f"visit-{n}", reason="x" * 4000))
        uow.commit()


def test_a_full_disk_takes_back_the_whole_transaction_and_keeps_what_was_there(sqlite_url: str) -> None:
    with store_with_little_room(sqlite_url) as store:
        saved(store, "before")
        with pytest.raises(DiskFull) as full:
            fill_the_disk(store)
        assert (full.value.code, full.value.signal) == ("store.disk_full", "SQLITE_FULL")
        assert visits_of(store) == ["before"]
        saved(store, "small enough")

    with open_store(sqlite_url) as store:  # somebody made room
        with store.unit_of_work() as uow:
            assert met(uow) == "new"
        saved(store, "after", reason="x" * 400_000)
        assert visits_of(store) == ["after", "before", "small enough"]
    with sqlite3.connect(file_of(sqlite_url)) as driver:
        assert driver.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    driver.close()


def hold_the_write_lock(url: str, talk: Connection) -> None:
    with open_store(url) as store, store.unit_of_work() as uow:
        uow.visits.save(a_visit("theirs"))
        talk.send("held")
        talk.recv()
        uow.commit()


def test_while_another_process_writes_reading_goes_on_and_writing_says_busy(sqlite_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    other = spawn.Process(target=hold_the_write_lock, args=(sqlite_url, theirs))
    other.start()
    try:
        assert ours.recv() == "held"
        with open_store(sqlite_url, busy_seconds=0.05) as hasty:
            with pytest.raises(StoreBusy) as busy:
                saved(hasty, "ours")
            assert visits_of(hasty) == []
        assert busy.value.code == "store.busy"
        ours.send("go on")
        with open_store(sqlite_url) as patient:
            saved(patient, "ours")
            assert visits_of(patient) == ["ours", "theirs"]
    finally:
        ours.close()
        other.join(30)
        theirs.close()
    assert other.exitcode == 0


def test_opening_a_new_file_waits_while_another_is_turning_it_to_wal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own timeout does not hold there."""
    file = tmp_path / "rounds.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            other.execute("COMMIT")

    monkeypatch.setattr(sqlite, "sleep", pause)
    with open_store(f"sqlite:///{file}", busy_seconds=0.1) as store, store.writer.begin() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    other.close()
    assert pauses == [sqlite.TURN_PAUSE] * 2


def test_a_process_that_dies_in_a_transaction_leaves_nothing_and_holds_nothing(sqlite_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    other = spawn.Process(target=hold_the_write_lock, args=(sqlite_url, theirs))
    other.start()
    assert ours.recv() == "held"
    other.kill()
    other.join(30)
    ours.close()
    theirs.close()
    with open_store(sqlite_url) as store:
        saved(store, "ours")
        assert visits_of(store) == ["ours"]


def test_a_server_nobody_listens_on_is_unavailable_and_its_password_stays_secret() -> None:
    (port,) = free_ports(1)
    with open_store(f"postgresql://rounds:secret@127.0.0.1:{port}/rounds") as store:
        with pytest.raises(StoreUnavailable) as refused:
            saved(store, "ada")
        assert isinstance(refused.value, Unavailable)
        assert refused.value.code == "store.unavailable"
        assert "secret" not in f"{refused.value}{refused.value.facts()}{store}"


def save_while_connections_are_cut(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.visits.save(a_visit("cut"))
        with store.writer.connect() as other:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            other.execute(text(f"{cut} AND pid <> pg_backend_pid()"))
        uow.commit()


@pytest.mark.external
def test_a_connection_cut_in_a_transaction_is_unavailable_and_the_next_one_works(
    migrated_postgres_url: str,
) -> None:
    with open_store(migrated_postgres_url) as store:
        with pytest.raises(StoreUnavailable):
            save_while_connections_are_cut(store)
        with store.unit_of_work() as uow:
            assert uow.visits.find(BRANCH, a_visit("cut").id) is None


@pytest.mark.external
def test_waiting_for_a_branch_ends_as_busy(migrated_postgres_url: str) -> None:
    with open_store(migrated_postgres_url) as store, store.unit_of_work() as first:
        first.visits.find(BRANCH, a_visit("ada").id)
        with store.unit_of_work() as second:
            second.transaction.write(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(StoreBusy) as busy:
                second.visits.find(BRANCH, a_visit("ada").id)
    assert busy.value.signal == "55P03"


def test_missing_tables_ask_for_a_migration(empty_url: str) -> None:
    with open_store(empty_url) as store, pytest.raises(NotMigrated) as missing:
        visits_of(store)
    assert "rounds migrate" in missing.value.remedy


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "rounds.db"
    file.write_bytes(b"This is a letter, not a database. " * 100)
    with open_store(f"sqlite:///{file}") as store, pytest.raises(StoreDamaged):
        saved(store, "ada")


def test_a_refused_row_is_named_by_its_constraint_and_never_quoted(store: Store) -> None:
    """PostgreSQL quotes the whole row in its message, SQLAlchemy every parameter."""
    row = {"branch": BRANCH, "id": "ada", "version": None, "body": "Ada Smith, 1 Main Street"}
    with pytest.raises(StoreRefused) as refused, store.writer.begin() as connection, spoken_plainly():
        connection.execute(insert(tables.patient).values(row))
    error: BaseException | None = refused.value
    assert error is not None
    assert "Smith" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_the_database_file_is_made_with_its_folder_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "var" / "rounds" / "rounds.db"
    with open_store(f"sqlite:///{file}") as store, pytest.raises(NotMigrated):
        visits_of(store)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_database_that_was_open_to_others_is_closed_when_it_is_opened(sqlite_url: str) -> None:
    file = file_of(sqlite_url)
    with open_store(sqlite_url) as store:
        saved(store, "ada")
        beside = sorted(file.parent.glob("rounds.db*"))
        for each in beside:
            each.chmod(0o666)
        with open_store(sqlite_url):
            assert [stat.S_IMODE(each.stat().st_mode) for each in beside] == [0o600, 0o600, 0o600]


def test_the_write_ahead_log_is_as_private_as_the_database(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        saved(store, "ada")
        files = sorted(file_of(sqlite_url).parent.glob("rounds.db*"))
        assert [file.name for file in files] == ["rounds.db", "rounds.db-shm", "rounds.db-wal"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path}/file/rounds.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/rounds", "rounds.db", ""])
def test_a_url_that_names_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(UnknownDatabase) as unknown:
        open_store(url)
    assert isinstance(unknown.value, Invalid)


def test_sqlite_keeps_every_commit_through_a_power_cut_by_its_settings(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, store.writer.begin() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
