"""What production refuses: settings that work, and are weak. In development `rounds doctor` tells of them.

Values are never told, for they may be secret. A process with an SQLite file, no broker and a door on this machine only
has nothing to be refused for.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from config.faults import Fault
from config.secret_files import secret_names, secret_paths
from config.settings import Settings

LEAST_PASSWORD: Final = (12, 4)
LEAST_TOKEN: Final = (32, 8)
"""Characters, and different ones among them: so many hexadecimal ones, drawn, have fewer once in a million."""
ROWS: Final = ("0123456789" * 10, "9876543210" * 10, "abcdefghijklmnopqrstuvwxyz" * 4, "qwertyuiopasdfghjklzxcvbnm")
WELL_KNOWN: Final = frozenset(
    "admin changeit changeme default example kafka letmein passw0rd password postgres qwerty rounds rounds-dev "
    "roundsdev secret test token welcome".split()
)
PUBLIC_GEOCODERS: Final = ("openstreetmap.org", "komoot.io", "geocoding.ai", "geocode.maps.co", "locationiq.com")
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def weaknesses(settings: Settings) -> Iterator[Fault]:
    """All of them, whatever the environment is."""
    if settings.kafka_bootstrap:
        yield from _of_kafka(settings)
    yield from _of_database(settings)
    yield from _of_the_door(settings)
    yield from _of_secrets(settings)
    yield from _of_files(settings)
    if settings.geocoder != "none" and _is_public(settings.geocoder_host):
        why = "A public geocoder would learn patients' homes."
        yield Fault("geocoder_host", "weak.public_geocoder", why, "Run a geocoder of your own, or set none.")
    if settings.log_level == "DEBUG":
        why = "At this level libraries write what they like into the log."
        yield Fault("log_level", "weak.debug", why, "Set ROUNDS_LOG_LEVEL to INFO.")


def _of_kafka(settings: Settings) -> Iterator[Fault]:
    is_open, uses_sasl = not settings.kafka_security.endswith("SSL"), settings.kafka_security.startswith("SASL")
    if is_open:
        why = "Events about patients would cross the network in the clear."
        yield Fault("kafka_security", "weak.kafka_in_clear", why, "Use SASL_SSL, or SSL with a client certificate.")
    if is_open and uses_sasl and settings.kafka_sasl_mechanism == "PLAIN":
        why = "PLAIN without TLS sends the password in the clear."
        yield Fault("kafka_sasl_mechanism", "weak.password_in_clear", why, "Use TLS, and SCRAM-SHA-512.")
    if not is_open and not uses_sasl and not settings.kafka_certificate_file:
        why = "With SSL alone the brokers do not know who we are."
        yield Fault("kafka_security", "weak.kafka_anonymous", why, "Use SASL_SSL, or give a client certificate.")


def _of_database(settings: Settings) -> Iterator[Fault]:
    place = urlsplit(settings.database_url)
    if not place.scheme.startswith("postgresql"):
        return
    asked = parse_qs(place.query)
    if place.password or "password" in asked:
        why = "A password in a URL shows up in process lists, logs and histories."
        yield Fault("database_url", "weak.password_in_url", why, "Move it to ROUNDS_DATABASE_PASSWORD_FILE.")
    hosts = [*_listed(place.hostname), *_listed(*asked.get("host", [])), *_listed(*asked.get("hostaddr", []))]
    hosts = hosts or [*_listed(os.environ.get("PGHOST"))]
    if settings.database_tls != "verify-full" and not all(_is_here(host) for host in hosts):
        why = "Below verify-full nobody can tell whether it is our database that answers, or hears."
        remedy = "Set ROUNDS_DATABASE_TLS to verify-full and ROUNDS_DATABASE_CA_FILE to who vouches for the server."
        yield Fault("database_tls", "weak.database_tls", why, remedy)


def _of_the_door(settings: Settings) -> Iterator[Fault]:
    if not settings.api_token and not _is_here(settings.http_host):
        why = "The API would be open to everybody who can reach this machine."
        yield Fault("api_token", "weak.open_door", why, "Set ROUNDS_API_TOKEN_FILE, or listen on 127.0.0.1.")


def _of_secrets(settings: Settings) -> Iterator[Fault]:
    for name in secret_names(Settings.model_fields):
        given: SecretStr | None = getattr(settings, name)
        least, variety = LEAST_TOKEN if name.endswith("token") else LEAST_PASSWORD
        if not given:
            continue
        if len(given) < least:
            why = f"It is shorter than {least} characters."
            yield Fault(name, "weak.short_secret", why, "Draw a longer one, for example with openssl rand -hex 24.")
        if _is_guessed(given.get_secret_value().casefold(), variety):
            why = "It is well known, a row, repeats itself or has too few different characters."
            yield Fault(name, "weak.guessed_secret", why, "Draw one, for example with openssl rand -hex 24.")


def _of_files(settings: Settings) -> Iterator[Fault]:
    keys = {name: getattr(settings, name) for name in ("kafka_key_file", "database_key_file")}
    for name, path in (*secret_paths(Settings.model_fields), *keys.items()):
        if path and _is_for_others(path):
            why = f"Others than its owner may use the file {path}."
            yield Fault(name, "weak.exposed_file", why, "Let its owner alone read it: chmod 0400.")
    kind, _, place = settings.database_url.partition(":///")
    file = Path(place.partition("?")[0])
    if kind.startswith("sqlite") and _is_for_others(file) and not _is_ours(file):
        why = "The database can be used by others, and is not ours to close."
        yield Fault("database_url", "weak.exposed_file", why, "Give it to the account of Rounds, and chmod 0600.")


def _is_guessed(secret: str, variety: int) -> bool:
    is_known = bool({secret, secret.rstrip("0123456789!.?-_")} & WELL_KNOWN)
    is_a_row = any(secret in row for row in ROWS)
    repeats = secret in (secret + secret)[1:-1]
    return is_known or is_a_row or repeats or len(set(secret)) < variety


def _is_public(host: str) -> bool:
    name = host.casefold().partition("/")[0].partition(":")[0].rstrip(".")
    return any(name == known or name.endswith(f".{known}") for known in PUBLIC_GEOCODERS)


def _listed(*hosts: str | None) -> Iterator[str]:
    """libpq takes several hosts in one word."""
    for several in hosts:
        yield from (host for host in (several or "").split(",") if host)


def _is_here(host: str) -> bool:
    """This machine: a loopback address, its name, or the folder of a socket."""
    if host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_for_others(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & OTHERS)


def _is_ours(path: Path) -> bool:
    return path.stat().st_uid == os.geteuid()
