"""Each secret may come from a file, and a file that gives none is one clear fault among all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.secret_files import secret_names
from config.settings import Settings
from scheduler.bootstrap.settings import read_settings
from scheduler.files.problems import InvalidFile

SECRETS = list(secret_names(Settings.model_fields))
WELL_KEPT = "sesame-8-opens-3-it"


def refused() -> dict[str, str]:
    """Code of each setting that is refused."""
    with pytest.raises(InvalidFile) as told:
        read_settings()
    assert all(problem.sentence and problem.remedy for problem in told.value.problems)
    assert WELL_KEPT not in f"{told.value}{[str(problem) for problem in told.value.problems]}"
    return {problem.path: problem.code for problem in told.value.problems}


def named(name: str, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv(f"ROUNDS_{name.upper()}_FILE", str(file))


def test_the_secrets_are_those_one_would_think_of() -> None:
    passwords = {"database_password", "database_key_password", "kafka_password", "kafka_key_password"}

    assert {*SECRETS} >= {*passwords, "api_token"}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_from_its_file_without_the_end_of_the_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{WELL_KEPT}\n")
    named(name, monkeypatch, file)

    assert getattr(read_settings(), name).get_secret_value() == WELL_KEPT
    assert WELL_KEPT not in f"{read_settings()!r}"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(None, "secret.no_file", id="missing"),
        pytest.param(b" \n", "secret.empty", id="empty"),
        pytest.param(b"\xff\xfe", "secret.not_text", id="no text"),
        pytest.param(b"x" * 70_000, "secret.too_long", id="another file"),
    ],
)
def test_a_file_that_gives_no_secret_is_a_fault_of_its_setting(
    name: str, content: bytes | None, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    named(name, monkeypatch, file)

    assert refused() == {name: code}


def test_a_folder_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named("api_token", monkeypatch, tmp_path)

    assert refused() == {"api_token": "secret.no_file"}


def test_a_secret_given_both_ways_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named("api_token", monkeypatch, tmp_path / "none")
    monkeypatch.setenv("ROUNDS_API_TOKEN", WELL_KEPT)

    assert refused() == {"api_token": "secret.given_twice"}


def test_an_empty_variable_names_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDS_API_TOKEN_FILE", "")

    assert read_settings().api_token is None


def test_every_fault_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named("api_token", monkeypatch, tmp_path / "none")
    for name, value in {
        "HTTP_PORT": "0x50",
        "KAFKA_SECURITY": "SASL_SSL",
        "KAFKA_CA_FILE": str(tmp_path / "no"),
    }.items():
        monkeypatch.setenv(f"ROUNDS_{name}", value)
    monkeypatch.setenv("ROUNDS_ENVIRONMENT", "production")
    monkeypatch.setenv("ROUNDS_LOG_LEVEL", "DEBUG")

    assert refused() == {
        "http_port": "field.int_parsing",
        "api_token": "secret.no_file",
        "kafka_user": "setting.missing",
        "kafka_password": "setting.missing",
        "kafka_ca_file": "setting.no_file",
        "log_level": "weak.debug",
    }
