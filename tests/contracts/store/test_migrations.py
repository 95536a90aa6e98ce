"""The steps of `migrations/versions` lead to the tables of `tables.py`, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, inspect, text

from scheduler.store import tables
from scheduler.store.columns import metadata
from scheduler.store.engine import open_store
from scheduler.store.errors import StoreRefused
from scheduler.store.migrations.run import _config, is_current, migrate, newest
from tests.contracts.store.given import NOW, unfit
from tests.demands import ROOT


def test_from_an_empty_database_the_steps_make_exactly_the_tables_of_this_version(empty_url: str) -> None:
    migrate(empty_url)
    with open_store(empty_url) as store, store.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        indexes = {index["name"] for name in metadata.tables for index in inspect(connection).get_indexes(name)}
    declared = {index.name for table in metadata.tables.values() for index in table.indexes}
    assert declared <= indexes


def test_migrating_tells_where_from_and_where_to_and_the_second_time_does_nothing(empty_url: str) -> None:
    assert not is_current(empty_url)
    assert migrate(empty_url) == (None, newest())
    assert is_current(empty_url)
    assert migrate(empty_url) == (newest(), newest())


def test_two_who_migrate_at_once_both_succeed(empty_url: str) -> None:
    together = Barrier(2)

    def migrates() -> str | None:
        together.wait()
        return migrate(empty_url).after

    with ThreadPoolExecutor(2) as pool:
        ends = [future.result() for future in [pool.submit(migrates) for _ in range(2)]]
    assert ends == [newest(), newest()]


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_url: str) -> None:
    with open_store(empty_url) as store:
        with store.writer.begin() as connection:
            tables.geocode.create(connection)  # in the way of the last step
        with pytest.raises(StoreRefused):
            migrate(empty_url)
        with store.reader.connect() as connection:
            assert inspect(connection).get_table_names() == ["geocode"]


def test_letters_of_the_first_version_that_wait_are_found_again_by_their_bytes(empty_url: str) -> None:
    event = unfit()
    with open_store(empty_url) as store, store.writer.begin() as connection:
        command.upgrade(_config(connection), "0001")
        row = {"source": event.source, "door": "kafka", "code": "x.y", "sentence": "No.", "remedy": "Mend it."}
        for raw, replayed_at in ((event.raw, NOW), (event.raw, None), (event.raw, None), (b"other", None)):
            facts = {**row, "raw": raw, "seen_at": NOW, "replayed_at": replayed_at}
            connection.execute(insert(tables.dead_letter).values(facts))

    migrate(empty_url)

    with open_store(empty_url) as store, store.unit_of_work() as uow:
        again = uow.dead_letters.met_again(event, is_arrival=True)
        assert again is not None
        assert (again.id, again.times, again.size, again.is_whole) == (2, 2, len(event.raw), True)
        assert [(each.id, each.times) for each in uow.dead_letters.newest(9)] == [(4, 1), (3, 1), (2, 2)]


def test_migrating_works_from_any_directory_without_an_ini_file(empty_url: str, tmp_path: Path) -> None:
    script = "import sys; from scheduler.store.migrations.run import migrate; print(migrate(sys.argv[1]).after)"
    done = subprocess.run(
        [sys.executable, "-c", script, empty_url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == newest()


def test_ids_sort_by_bytes_on_postgresql_whatever_its_locale(empty_url: str) -> None:
    migrate(empty_url)
    with open_store(empty_url) as store, store.reader.connect() as connection:
        if connection.dialect.name == "postgresql":
            query = "SELECT collation_name FROM information_schema.columns WHERE column_name = 'branch'"
            assert {row[0] for row in connection.execute(text(query))} == {"C"}
