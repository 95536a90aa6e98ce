"""How this installation is set up: its settings, policy, visit types, database and broker.

Settings are read once, and checked at once; everything below gets what it needs passed in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from config.faults import Fault, contradictions
from config.settings import Settings, read_toml
from config.weaknesses import weaknesses
from consumers.broker_settings import BrokerSettings
from scheduler.domain.errors import Invalid
from scheduler.domain.policy import Policy
from scheduler.domain.visit import VisitType
from scheduler.files.policy import policy_from
from scheduler.files.problems import InvalidFile, Problem, problems_of
from scheduler.files.visit_types import visit_types_from
from scheduler.store.engine import Database
from scheduler.store.postgres import Access


def read_settings() -> Settings:
    """Raises `InvalidFile` with every wrong setting, and in production with every weak one."""
    try:
        settings, problems = Settings(), list[Problem]()
    except ValidationError as error:
        problems = problems_of(error)
        settings = Settings(**{name: Settings.model_fields[name].default for name in _named(problems)})
    known = _named(problems)
    problems += [_problem(fault) for fault in _faults(settings) if fault.setting not in known]
    if problems:
        raise InvalidFile("The environment (ROUNDS_…)", problems)
    return settings


def _named(problems: list[Problem]) -> set[str]:
    return {problem.path for problem in problems}


def _faults(settings: Settings) -> Iterator[Fault]:
    yield from contradictions(settings)
    if settings.environment == "production":
        yield from weaknesses(settings)


def _problem(fault: Fault) -> Problem:
    return Problem(path=fault.setting, code=fault.code, sentence=fault.sentence, remedy=fault.remedy)


def read_policy(settings: Settings) -> Policy:
    """Raises `InvalidFile`, or `OSError` when the file is missing."""
    return policy_from(_read(settings.policy_file), name=str(settings.policy_file))


def read_visit_types(settings: Settings) -> Mapping[str, VisitType]:
    """Raises `InvalidFile`, or `OSError` when the file is missing."""
    return visit_types_from(_read(settings.visit_types_file), name=str(settings.visit_types_file))


def database_of(settings: Settings) -> Database:
    """Where the database is, and how a server is entered."""
    access = Access(
        password=secret(settings.database_password),
        tls=settings.database_tls,
        ca_file=settings.database_ca_file,
        certificate_file=settings.database_certificate_file,
        key_file=settings.database_key_file,
        key_password=secret(settings.database_key_password),
    )
    return Database(settings.database_url, access)


class NoBroker(Invalid):
    """The command works with Kafka, and no broker is configured."""

    code = "kafka.not_configured"
    remedy = "Set ROUNDS_KAFKA_BOOTSTRAP to host:port of a broker, or use rounds serve, which needs none."

    def __init__(self) -> None:
        super().__init__("No Kafka broker is configured.")


def broker_settings(settings: Settings, *, role: str) -> BrokerSettings:
    """Raises `NoBroker` and `InvalidBrokerSettings`."""
    if not settings.kafka_bootstrap:
        raise NoBroker
    uses_sasl = settings.kafka_security.startswith("SASL")
    return BrokerSettings(
        bootstrap_servers=tuple(host.strip() for host in settings.kafka_bootstrap.split(",") if host.strip()),
        client_id=f"rounds-{role}",
        group=settings.kafka_group,
        session_seconds=settings.kafka_session_seconds,
        security_protocol=settings.kafka_security,
        tls_ca_file=_path(settings.kafka_ca_file),
        tls_certificate_file=_path(settings.kafka_certificate_file),
        tls_key_file=_path(settings.kafka_key_file),
        tls_key_password=secret(settings.kafka_key_password),
        sasl_mechanism=settings.kafka_sasl_mechanism if uses_sasl else None,
        sasl_username=settings.kafka_user or None,
        sasl_password=secret(settings.kafka_password),
    )


def _path(path: Path | None) -> str | None:
    return str(path) if path else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(path="", code="toml.malformed", sentence=f"{error}.", remedy="Correct the line named.")
        raise InvalidFile(str(path), [problem]) from None


def secret(said: SecretStr | None) -> str | None:
    return said.get_secret_value() if said else None
