"""Settings of a process: name, default, sentence. Read once, checked at once, all problems together.

Each comes from the environment as `ROUNDS_<NAME>`, a secret also from a file named by `ROUNDS_<NAME>_FILE`. Only entry
points read this. What settings must be together: `config/faults.py`; what production refuses: `config/weaknesses.py`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.secret_files import Unread, sources

HERE = Path(__file__).parent


class Settings(BaseSettings):
    """Everything a process can be told from outside."""

    model_config = SettingsConfigDict(
        env_prefix="ROUNDS_", extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    environment: Literal["development", "production"] = "development"
    """In production whatever is weak is refused at the start, all of it at once."""

    database_url: str = "sqlite:///var/rounds.db"
    """SQLite for one host; `postgresql+psycopg://user@host/name` for many processes on many."""
    database_password: SecretStr | None = None
    """Of the URL's user; better from `ROUNDS_DATABASE_PASSWORD_FILE`."""
    database_tls: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] = "prefer"
    """How PostgreSQL is spoken to. Only `verify-full` knows for sure to whom."""
    database_ca_file: Path | None = None
    """Certificates that vouch for PostgreSQL, for `verify-ca` and `verify-full`."""
    database_certificate_file: Path | None = None
    """Our certificate, where PostgreSQL asks for one."""
    database_key_file: Path | None = None
    """Its key."""
    database_key_password: SecretStr | None = None
    """The password of that key, where it has one; better from `ROUNDS_DATABASE_KEY_PASSWORD_FILE`."""

    kafka_bootstrap: str = ""
    """Brokers as host:port, comma-separated. Empty: no Kafka, events come by HTTP or file."""
    kafka_group: str = "rounds"
    """The consumer group all ingest processes share."""
    kafka_events_topic: str = "rounds.events.in.v1"
    """Where events come in, keyed by branch."""
    kafka_dead_topic: str = "rounds.events.dlt.v1"
    """Where whoever sends by Kafka is told of dead letters: ids, place and the reason's code, no content."""
    kafka_schedule_topic: str = "rounds.schedule.v1"
    """Where schedules go out, keyed by branch."""
    kafka_partitions: Annotated[int, Field(ge=1, le=1000)] = 12
    """Of each topic that `rounds topics create` makes: the most processes that take events in side by side."""
    kafka_replicas: Annotated[int, Field(ge=1, le=10)] | None = None
    """Of each partition, in all. Left out: the brokers' default."""
    kafka_min_insync: Annotated[int, Field(ge=1, le=10)] | None = None
    """So many replicas must have an event before it counts. Left out: 2 with three or more replicas."""
    kafka_events_days: Annotated[int, Field(ge=1, le=3650)] = 14
    """Events stay on their topic so long: longer than any outage, and than the age of the backup to restore."""
    kafka_schedule_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Schedules stay on their topic so long."""
    kafka_dead_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """What was told of dead letters stays on its topic so long."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How brokers are spoken to."""
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How a broker knows us, with SASL."""
    kafka_user: str = ""
    """Our name at the broker, with SASL."""
    kafka_password: SecretStr | None = None
    """Its password; better from `ROUNDS_KAFKA_PASSWORD_FILE`."""
    kafka_ca_file: Path | None = None
    """Certificates that vouch for the brokers, with SSL."""
    kafka_certificate_file: Path | None = None
    """Our certificate, where the brokers ask for one (mutual TLS)."""
    kafka_key_file: Path | None = None
    """Its key."""
    kafka_key_password: SecretStr | None = None
    """The password of that key, where it has one; better from `ROUNDS_KAFKA_KEY_PASSWORD_FILE`."""

    kafka_session_seconds: Annotated[int, Field(ge=3, le=1800)] = 45
    """Of a dead `rounds consume` the others take over after so long. Short ones take a busy one for dead."""

    http_host: str = "127.0.0.1"
    """Where the API listens. Beyond this machine only behind a proxy that signs people in."""
    http_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    """Its port."""
    api_token: SecretStr | None = None
    """Who holds it may use the API; needed to listen beyond this machine. Or `ROUNDS_API_TOKEN_FILE`."""

    published_file: Path = Path("var/published.jsonl")
    """Without Kafka, published events are appended here, one a line."""
    solve_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """No search of a running planner takes longer; the plan says when this stopped it."""

    policy_file: Path = HERE / "policy.toml"
    """Prices and limits."""
    visit_types_file: Path = HERE / "visit_types.toml"
    """Visit types and their defaults."""

    geocoder: Literal["none", "nominatim", "photon"] = "none"
    """Who finds addresses. A public server would learn patients' homes: use your own."""
    geocoder_host: str = ""
    """Host of your own geocoder."""

    keep_sent_days: Annotated[int, Field(ge=1)] = 30
    """Published events are kept so long after the broker has confirmed them."""
    keep_payload_days: Annotated[int, Field(ge=1)] = 90
    """The contents of events that took effect are kept so long; their ids are kept for good."""

    keep_letter_days: Annotated[int, Field(ge=1)] = 30
    """Dead letters are kept so long after they took effect by a replay. Those that wait are kept."""
    most_letters: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    """So many dead letters wait with their bytes; further refused events are only counted, by reason."""

    metrics_host: str = "127.0.0.1"
    """Where a role other than web tells its health and metrics. Beyond this machine metrics need their token."""
    metrics_port: Annotated[int, BeforeValidator(lambda said: said or 0), Field(ge=0, le=65535)] = 0
    """Its port; 0 or empty for none. `rounds web` and `rounds serve` tell them at the port of the API."""
    metrics_token: SecretStr | None = None
    """Who holds it may read metrics from anywhere; without it only this machine may. Or `ROUNDS_METRICS_TOKEN_FILE`."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least level that is written."""
    log_format: Literal["text", "json"] = "text"
    """Lines for people, or one JSON object a line."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - secrets beside the code end up in repositories
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return sources(settings_cls, init_settings, env_settings)

    @field_validator("*", mode="before")
    @classmethod
    def _is_read(cls, value: Any) -> Any:
        if isinstance(value, Unread):
            said = {"code": value.code, "sentence": value.sentence, "remedy": value.remedy}
            raise PydanticCustomError("fault", "{sentence}", said)
        return value


def read_toml(path: Path) -> dict[str, Any]:
    """Raises `OSError` or `tomllib.TOMLDecodeError`; the entry point says which file."""
    with path.open("rb") as file:
        return tomllib.load(file)
