"""Settings of a process: name, default, sentence. Read once, checked at once, all problems together.

Each comes from the environment as `ROUNDS_<NAME>`; secrets may come from a file named by `ROUNDS_<NAME>_FILE`
where one is offered. Only entry points read this.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = Path(__file__).parent


class Settings(BaseSettings):
    """Everything a process can be told from outside."""

    model_config = SettingsConfigDict(
        env_prefix="ROUNDS_", extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True
    )

    database_url: str = "sqlite:///var/rounds.db"
    """SQLite for one host; `postgresql+psycopg://user@host/name` for many processes on many."""
    database_password: SecretStr | None = None
    """Added to the URL's user; better from `ROUNDS_DATABASE_PASSWORD_FILE`."""

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

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least level that is written."""
    log_format: Literal["text", "json"] = "text"
    """Lines for people, or one JSON object a line."""

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, said: Any) -> Any:
        for name in ("database_password", "kafka_password", "api_token"):
            path = os.environ.get(f"ROUNDS_{name.upper()}_FILE")
            if path and not said.get(name):
                said[name] = Path(path).read_text(encoding="utf-8").strip()
        return said

    @model_validator(mode="after")
    def _is_whole(self) -> Settings:
        if self.kafka_security.startswith("SASL") and not (self.kafka_user and self.kafka_password):
            raise ValueError("kafka_security uses SASL, so kafka_user and kafka_password are needed")
        if self.geocoder != "none" and not self.geocoder_host:
            raise ValueError("a geocoder needs geocoder_host; there is no public default on purpose")
        return self


def read_toml(path: Path) -> dict[str, Any]:
    """Raises `OSError` or `tomllib.TOMLDecodeError`; the entry point says which file."""
    with path.open("rb") as file:
        return tomllib.load(file)
