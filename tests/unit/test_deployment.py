"""The compose file starts every role with a command that exists, watches each service, and sets only real settings."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from config.settings import Settings
from config.weaknesses import weaknesses
from scheduler.bootstrap.settings import broker_settings, database_of
from scheduler.cli.main import command_of
from tests.demands import ROOT
from web.access import refuse_open_door

ROLES = {"consume", "relay", "plan-worker", "clock", "web"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def commands(service: dict[str, Any]) -> list[list[str]]:
    """The words behind each `rounds` that the service runs, to work or to be watched. Other images have none."""
    if service["image"] != "rounds:dev":
        return []
    said = [service.get("command", []), service.get("healthcheck", {}).get("test", [])]
    return [words.split() for line in said for words in re.findall(r"\brounds ([a-z -]+)", " ".join(line))]


def is_one_shot(service: dict[str, Any]) -> bool:
    return service.get("restart") == "no"


def settings_of(service: dict[str, Any]) -> set[str]:
    return {name for name in service.get("environment", {}) if name.startswith("ROUNDS_")}


def test_every_role_is_a_service_that_runs_its_own_command() -> None:
    assert {name for name, service in SERVICES.items() if service.get("command") == ["rounds", name]} == ROLES


def test_the_tables_and_the_topics_are_made_before_any_role_begins() -> None:
    assert commands(SERVICES["migrate"]) == [["migrate"], ["topics", "create"]]
    assert all("migrate" in SERVICES[role]["depends_on"] for role in ROLES)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_runs_only_commands_that_exist(name: str) -> None:
    for words in commands(SERVICES[name]):
        command = command_of(words[0])
        for word in words[1:]:
            command = command.commands[word]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_finds_its_settings_sound(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES[role]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))

    settings = Settings()

    database = database_of(settings)
    assert database.url == "postgresql+psycopg://rounds@postgres:5432/rounds"
    assert database.access.password == "rounds-dev"
    assert broker_settings(settings, role=role).bootstrap_servers == ("kafka:9092",)
    token = settings.api_token.get_secret_value() if settings.api_token else None
    refuse_open_door(settings.http_host, api_token=token)


def test_what_the_compose_file_sets_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["web"]["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value))

    weak = {fault.setting for fault in weaknesses(Settings())}

    assert weak == {"kafka_security", "database_tls", "database_password", "api_token"}


def test_how_long_a_silent_reader_counts_as_alive_is_a_setting() -> None:
    settings = Settings(kafka_bootstrap="kafka:9092", kafka_session_seconds=12)

    assert broker_settings(settings, role="consume").session_seconds == 12


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_watched_or_ends_by_itself(name: str) -> None:
    service = SERVICES[name]

    assert is_one_shot(service) != bool(service["healthcheck"].get("test"))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_waits_for_health_where_there_is_any(name: str) -> None:
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if is_one_shot(SERVICES[other]) else "service_healthy"
        assert wanted["condition"] == expected


def test_every_setting_in_the_compose_file_is_a_real_one() -> None:
    known = {f"ROUNDS_{field.upper()}" for field in Settings.model_fields}
    used = set().union(*(settings_of(service) for service in SERVICES.values()))

    assert used
    assert {name.removesuffix("_FILE") for name in used} <= known


def test_no_port_is_open_beyond_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_named_volume_is_declared() -> None:
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == set(COMPOSE["volumes"])


def test_the_image_holds_every_package_and_installs_the_lock_by_hash() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    for package in ("config", "optimizer", "scheduler", "consumers", "web"):
        assert f"COPY {package} ./{package}" in dockerfile
    assert "--require-hashes" in dockerfile


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    packages = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]

    assert all("==" in package for package in packages)
    assert lock.count("--hash=sha256:") >= len(packages)
    assert "://" not in lock
