"""What is wrong with settings that are each sound alone: those that contradict each other, and files that do not serve.

Values are never told, for they may be secret; names of files are.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from config.settings import Settings

TLS_FILES = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file")
DATABASE_FILES = ("database_ca_file", "database_certificate_file", "database_key_file")
MOST_REPLICAS = 10
OPENSSL_MISMATCH = "KEY_VALUES_MISMATCH"


@dataclass(frozen=True, slots=True)
class Fault:
    """`setting` by its name in `config/settings.py`."""

    setting: str
    code: str
    sentence: str
    remedy: str


def contradictions(settings: Settings) -> Iterator[Fault]:
    """Whatever keeps a process from starting in any environment."""
    yield from _of_kafka(settings)
    yield from _of_database(settings)
    if settings.geocoder != "none" and not settings.geocoder_host:
        why = "A geocoder is chosen, and no host. There is no public default on purpose."
        yield Fault("geocoder_host", "setting.missing", why, "Name the host of your own geocoder.")
    yield from _of_files(settings)


def _of_kafka(settings: Settings) -> Iterator[Fault]:
    uses_tls, uses_sasl = settings.kafka_security.endswith("SSL"), settings.kafka_security.startswith("SASL")
    if uses_sasl and not settings.kafka_user:
        yield Fault("kafka_user", "setting.missing", "kafka_security uses SASL, which needs a user.", "Name the user.")
    if uses_sasl and not settings.kafka_password:
        why = "kafka_security uses SASL, which needs a password."
        yield Fault("kafka_password", "setting.missing", why, "Give it, best in a file of its own.")
    if (settings.kafka_min_insync or 0) > (settings.kafka_replicas or MOST_REPLICAS):
        why = "More replicas would have to be in sync than there are, so nothing could be written."
        yield Fault("kafka_min_insync", "setting.too_many", why, "Set it to one less than ROUNDS_KAFKA_REPLICAS.")
    for name in TLS_FILES:
        if getattr(settings, name) and not uses_tls:
            why = "It is for TLS, which kafka_security does not use."
            yield Fault(name, "setting.unused", why, "Set ROUNDS_KAFKA_SECURITY to SSL or SASL_SSL, or leave this out.")


def _of_database(settings: Settings) -> Iterator[Fault]:
    place = urlsplit(settings.database_url)
    if place.scheme.startswith("postgresql"):
        if [name for name in parse_qs(place.query) if name.startswith("ssl")]:
            why = "The URL says how TLS is used, and so does database_tls."
            yield Fault("database_url", "setting.tls_in_url", why, "Use ROUNDS_DATABASE_TLS and what goes with it.")
        return
    for name in DATABASE_FILES:
        if getattr(settings, name):
            why = "It is for a connection by TLS, which this database has none of."
            yield Fault(name, "setting.unused", why, "Leave it out.")


def _of_files(settings: Settings) -> Iterator[Fault]:
    if settings.kafka_security.endswith("SSL"):
        yield from _of_room(settings, "kafka", settings.kafka_key_password)
    if settings.database_url.startswith("postgresql"):
        yield from _of_room(settings, "database", settings.database_key_password)


def _of_room(settings: Settings, room: str, key_password: SecretStr | None) -> Iterator[Fault]:
    names = [f"{room}_{each}_file" for each in ("ca", "certificate", "key")]
    missing = [fault for name in names for fault in _unreadable(settings, name)]
    yield from missing or _unfit(settings, room, key_password)


def _unreadable(settings: Settings, name: str) -> Iterator[Fault]:
    path: Path | None = getattr(settings, name)
    if path is None:
        return
    try:
        path.open("rb").close()
    except OSError as error:
        why = f"The file {path} cannot be read: {error.strerror}."
        yield Fault(name, "setting.no_file", why, "Correct the path, or who may read the file.")


def _unfit(settings: Settings, room: str, key_password: SecretStr | None) -> Iterator[Fault]:
    """Tried here, because the clients of both servers would try again and again."""
    ca, certificate, key = (getattr(settings, f"{room}_{each}_file") for each in ("ca", "certificate", "key"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if bool(certificate) != bool(key):
        lacking = f"{room}_key_file" if certificate else f"{room}_certificate_file"
        yield Fault(lacking, "setting.missing", "A certificate and its key come together.", "Give both, or neither.")
    elif certificate:
        yield from _unfit_pair(context, room, (certificate, key), key_password)
    if ca:
        try:
            context.load_verify_locations(ca)
        except ssl.SSLError:
            why = f"The file {ca} holds no certificates."
            yield Fault(f"{room}_ca_file", "setting.unfit", why, "Name a file of certificates in PEM.")


def _unfit_pair(
    context: ssl.SSLContext, room: str, pair: tuple[Path, Path], key_password: SecretStr | None
) -> Iterator[Fault]:
    try:
        context.load_cert_chain(*pair, password=key_password.get_secret_value() if key_password else "")
    except ssl.SSLError as error:
        if error.reason == OPENSSL_MISMATCH:
            why = "The key belongs to another certificate."
            yield Fault(f"{room}_key_file", "setting.unfit", why, "Name the key of this certificate.")
        else:
            why = "The certificate or its key cannot be read."
            remedy = f"Give both in PEM; a key with a password needs ROUNDS_{room.upper()}_KEY_PASSWORD."
            yield Fault(f"{room}_key_file", "setting.unfit", why, remedy)
