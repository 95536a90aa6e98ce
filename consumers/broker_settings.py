"""How to reach Kafka.

Imports no client library. Durations are whole seconds, except in the options a client is opened with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scheduler.domain.errors import Invalid

PLAIN = "PLAINTEXT"
PROTOCOLS = frozenset({PLAIN, "SSL", "SASL_PLAINTEXT", "SASL_SSL"})
MECHANISMS = frozenset({"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})

RECONNECT_BACKOFF_MAX_SECONDS = 5  # the library's 30 s would outlast a broker's restart
METADATA_MAX_AGE_SECONDS = 60  # a topic created late is found within a minute


class InvalidBrokerSettings(Invalid):
    """The settings of the broker contradict each other. All faults are listed."""

    code = "bus.invalid_settings"
    remedy = "Correct the named settings and start again."

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    bootstrap_servers: tuple[str, ...]
    """`host:port` of some brokers; the others are found through them."""
    client_id: str = "rounds"
    """The name the broker's logs and quotas know us by."""
    group: str = "rounds"
    """Processes of one group share the partitions of what they read."""

    security_protocol: str = PLAIN
    """SASL_SSL, or SSL with a client certificate, wherever the network is not our own."""
    tls_ca_file: str | None = None
    tls_certificate_file: str | None = None
    tls_key_file: str | None = None
    tls_key_password: str | None = field(default=None, repr=False)
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)

    max_poll_records: int = 200
    """One database transaction takes in at most this many records."""
    session_seconds: int = 45
    """A reader that sends no heartbeat for this long has left the group."""
    max_poll_interval_seconds: int = 300
    """A reader that does not poll for this long has left the group, heartbeat or not."""
    stall_seconds: int = 60
    """A reader that stands still this long although records wait is given up."""
    request_seconds: int = 10
    """One question to a broker waits this long for its answer."""
    metadata_seconds: int = 10
    """Sending to a topic not heard of yet waits this long to hear of it."""
    delivery_seconds: int = 20
    """A message is tried again for this long. Let `send_all` wait longer, or it gives up a healthy writer."""

    def __post_init__(self) -> None:
        if faults := tuple(_faults(self)):
            raise InvalidBrokerSettings(faults)

    @property
    def uses_sasl(self) -> bool:
        return self.security_protocol.startswith("SASL")


def client_options(settings: BrokerSettings) -> dict[str, Any]:
    """What every client of the broker is opened with: producer, consumer and admin alike."""
    return {
        "bootstrap_servers": list(settings.bootstrap_servers),
        "client_id": settings.client_id,
        "security_protocol": settings.security_protocol,
        "ssl_check_hostname": True,
        "ssl_cafile": settings.tls_ca_file,
        "ssl_certfile": settings.tls_certificate_file,
        "ssl_keyfile": settings.tls_key_file,
        "ssl_password": settings.tls_key_password,
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": settings.sasl_password,
        "request_timeout_ms": settings.request_seconds * 1000,
        "bootstrap_timeout_ms": settings.request_seconds * 1000,
        "reconnect_backoff_max_ms": RECONNECT_BACKOFF_MAX_SECONDS * 1000,
        "metadata_max_age_ms": METADATA_MAX_AGE_SECONDS * 1000,
    }


def _faults(settings: BrokerSettings) -> list[str]:
    faults = []
    if not settings.bootstrap_servers:
        faults.append("bootstrap_servers names no broker")
    if settings.security_protocol not in PROTOCOLS:
        faults.append(f"security_protocol is none of {', '.join(sorted(PROTOCOLS))}")
    if settings.uses_sasl and settings.sasl_mechanism not in MECHANISMS:
        faults.append(f"sasl_mechanism is none of {', '.join(sorted(MECHANISMS))}")
    if settings.uses_sasl and not (settings.sasl_username and settings.sasl_password):
        faults.append("sasl_username and sasl_password are both needed")
    if not settings.uses_sasl and (settings.sasl_mechanism or settings.sasl_username):
        faults.append("SASL settings are given, but security_protocol does not use them")
    if bool(settings.tls_certificate_file) != bool(settings.tls_key_file):
        faults.append("tls_certificate_file and tls_key_file come together")
    if settings.delivery_seconds < settings.request_seconds:
        faults.append("delivery_seconds is shorter than request_seconds")
    return faults
