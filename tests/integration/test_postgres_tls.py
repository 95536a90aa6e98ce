"""PostgreSQL by TLS: only the server we mean is spoken to, only we are let in, and each refusal names what to check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from scheduler.domain.errors import Unavailable
from scheduler.store.engine import Database, open_store
from scheduler.store.errors import StoreUnavailable
from scheduler.store.migrations.run import is_current, migrate
from scheduler.store.postgres import Access
from tests.certificates import Authority
from tests.command import rounds
from tests.integration.postgres import PostgresServer, TlsPostgresServer


def is_encrypted(place: Database) -> bool:
    with open_store(place) as store, store.reader.connect() as connection:
        return bool(connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")))


def refused(place: Database) -> str:
    """The code, after a look at the tables: what every role does first."""
    with pytest.raises(StoreUnavailable) as told:
        is_current(place)
    error = told.value
    assert isinstance(error, Unavailable)
    assert error.remedy.startswith(("Check", "Switch"))
    password = place.access.password
    assert password is None or password not in f"{error}{error.facts()}{place}"
    return error.code


def test_the_server_whose_authority_we_know_is_spoken_to_by_tls(tls_postgres_server: TlsPostgresServer) -> None:
    place = tls_postgres_server.at(tls="verify-full", ca_file=tls_postgres_server.authority.certificate)

    migrate(place)

    assert is_current(place)
    assert is_encrypted(place)


@pytest.mark.parametrize("mode", ["prefer", "require"])
def test_tls_without_a_look_at_whom_is_possible(tls_postgres_server: TlsPostgresServer, mode: str) -> None:
    assert is_encrypted(tls_postgres_server.at(tls=mode))


def test_a_server_that_a_stranger_vouches_for_is_refused(
    tls_postgres_server: TlsPostgresServer, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")

    for mode in ("verify-ca", "verify-full"):
        assert refused(tls_postgres_server.at(tls=mode, ca_file=stranger.certificate)) == "store.not_trusted"


def test_a_certificate_for_another_host_is_refused(tls_postgres_server: TlsPostgresServer) -> None:
    ca = tls_postgres_server.authority.certificate

    assert refused(tls_postgres_server.at(host="localhost", tls="verify-full", ca_file=ca)) == "store.not_trusted"
    assert is_encrypted(tls_postgres_server.at(host="localhost", tls="verify-ca", ca_file=ca))


def test_without_an_authority_nobody_can_be_checked(
    tls_postgres_server: TlsPostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # libpq would look for ~/.postgresql/root.crt

    assert refused(tls_postgres_server.at(tls="verify-full")) == "store.not_trusted"


def test_a_wrong_password_is_told_as_such(tls_postgres_server: TlsPostgresServer) -> None:
    ca = tls_postgres_server.authority.certificate

    assert refused(tls_postgres_server.at(password="guessed", tls="verify-full", ca_file=ca)) == (
        "store.not_authenticated"
    )


def test_a_server_that_demands_tls_says_so_to_those_who_have_none(tls_postgres_server: TlsPostgresServer) -> None:
    assert refused(tls_postgres_server.at(tls="disable")) == "store.no_tls"


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_plain_server_is_refused_where_tls_is_demanded(postgres_server: PostgresServer, mode: str) -> None:
    assert refused(Database(postgres_server.url(), Access(tls=mode))) == "store.no_tls"


def test_a_client_certificate_lets_us_in_without_a_password(tls_postgres_server: TlsPostgresServer) -> None:
    server, pair = tls_postgres_server, tls_postgres_server.certified
    files: dict[str, Any] = {
        "ca_file": server.authority.certificate,
        "certificate_file": pair.certificate,
        "key_file": pair.key,
    }

    assert is_encrypted(server.at(user=server.CERTIFIED, password=None, tls="verify-full", **files))


def test_without_that_certificate_or_with_one_of_another_we_stay_out(
    tls_postgres_server: TlsPostgresServer, tmp_path: Path
) -> None:
    server, other = tls_postgres_server, tls_postgres_server.authority.issue("other")
    files: dict[str, Any] = {"certificate_file": other.certificate, "key_file": other.key}
    strange = Authority(tmp_path, "stranger").issue(server.CERTIFIED)
    foreign: dict[str, Any] = {"certificate_file": strange.certificate, "key_file": strange.key}

    for wrong in (dict[str, Any](), files, foreign):
        place = server.at(user=server.CERTIFIED, password=None, tls="require", **wrong)
        assert refused(place) == "store.not_authenticated"


def test_a_key_with_a_password_is_opened_by_it_alone(tls_postgres_server: TlsPostgresServer) -> None:
    sealed = tls_postgres_server.authority.issue("sealed", key_password="sesame-8-opens")
    files: dict[str, Any] = {"tls": "require", "certificate_file": sealed.certificate, "key_file": sealed.key}

    assert is_encrypted(tls_postgres_server.at(**files, key_password="sesame-8-opens"))
    with pytest.raises(StoreUnavailable):
        is_current(tls_postgres_server.at(**files, key_password="guessed"))


def test_the_settings_reach_the_server_and_the_command_says_what_to_check(
    tls_postgres_server: TlsPostgresServer, tmp_path: Path
) -> None:
    server = tls_postgres_server
    secret = tmp_path / "password"
    secret.write_text(str(server.at().access.password))
    secret.chmod(0o400)
    env = {
        "ROUNDS_DATABASE_URL": server.at().url,
        "ROUNDS_DATABASE_TLS": "verify-full",
        "ROUNDS_DATABASE_CA_FILE": str(server.authority.certificate),
        "ROUNDS_DATABASE_PASSWORD_FILE": str(secret),
        "ROUNDS_ENVIRONMENT": "production",
    }
    stranger = str(Authority(tmp_path, "stranger").certificate)

    assert rounds("migrate", "--json", env=env).code == 0
    wrong = rounds("clock", "--json", env=env | {"ROUNDS_DATABASE_CA_FILE": stranger})

    assert (wrong.code, wrong.error["code"]) == (3, "store.not_trusted")
    assert "ROUNDS_DATABASE_CA_FILE" in wrong.error["remedy"]
