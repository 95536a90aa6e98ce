"""The private database server that other tests rely on."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.integration.postgres import PostgresServer


def test_each_test_gets_an_empty_database_that_sqlalchemy_can_open(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        tables = connection.scalar(text("select count(*) from pg_tables where schemaname = 'public'"))
        version = connection.scalar(text("show server_version_num"))
    engine.dispose()

    assert tables == 0
    assert int(version) >= 140_000


def test_what_was_committed_survives_a_crash_of_the_server(postgres_server: PostgresServer) -> None:
    with postgres_server.fresh_database() as url:
        address = url.replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("create table visit (id int)")
            connection.execute("insert into visit values (1)")

        postgres_server.crash()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address)
        postgres_server.start()

        with psycopg.connect(address) as connection:
            assert connection.execute("select id from visit").fetchall() == [(1,)]
