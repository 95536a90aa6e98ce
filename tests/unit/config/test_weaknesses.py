"""Production refuses whatever is weak, all at once; what is strong, or reaches nobody, it lets be."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from config.settings import Settings
from config.weaknesses import weaknesses
from scheduler.bootstrap.settings import read_settings
from scheduler.files.problems import InvalidFile
from tests.command import rounds

DRAWN = "k7Qp-31xZ-vB9m-Tw40-hR6d-aaL2-88ss"
STRONG_KAFKA = {
    "kafka_bootstrap": "broker.example:9093",
    "kafka_security": "SASL_SSL",
    "kafka_user": "rounds",
    "kafka_password": DRAWN,
}
POSTGRES = "postgresql+psycopg://rounds@db.example/rounds"


def weak(**said: Any) -> dict[str, str]:
    """Code of each setting that is weak."""
    return {fault.setting: fault.code for fault in weaknesses(Settings(**said))}


def test_a_process_that_reaches_nobody_is_not_weak() -> None:
    assert weak() == {}


def test_a_strong_installation_is_not_weak() -> None:
    assert weak(**STRONG_KAFKA, database_url=POSTGRES, database_tls="verify-full", api_token=DRAWN) == {}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"kafka_security": "PLAINTEXT"}, {"kafka_security": "weak.kafka_in_clear"}),
        ({"kafka_security": "SASL_PLAINTEXT"}, {"kafka_security": "weak.kafka_in_clear"}),
        (
            {"kafka_security": "SASL_PLAINTEXT", "kafka_sasl_mechanism": "PLAIN"},
            {"kafka_security": "weak.kafka_in_clear", "kafka_sasl_mechanism": "weak.password_in_clear"},
        ),
        ({"kafka_sasl_mechanism": "PLAIN"}, {}),
        ({"kafka_security": "SSL"}, {"kafka_security": "weak.kafka_anonymous"}),
    ],
)
def test_brokers_are_spoken_to_in_secret_and_know_us(said: dict[str, Any], found: dict[str, str]) -> None:
    assert weak(**{**STRONG_KAFKA, **said}) == found


def test_without_brokers_it_does_not_matter_how_they_would_be_spoken_to() -> None:
    assert weak(kafka_security="PLAINTEXT") == {}


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
@pytest.mark.parametrize(
    ("place", "is_weak"),
    [
        ("db.example/rounds", True),
        ("10.0.0.7/rounds", True),
        ("127.0.0.1,db.example/rounds", True),
        ("/rounds?host=db.example", True),
        ("127.0.0.1:5432/rounds", False),
        ("[::1]/rounds", False),
        ("localhost/rounds", False),
        ("/rounds", False),
        ("/rounds?host=/run/postgresql", False),
    ],
)
def test_a_database_elsewhere_must_show_whom_it_is(place: str, is_weak: bool, mode: str) -> None:
    found = weak(database_url=f"postgresql://rounds@{place}", database_tls=mode)

    assert found == ({"database_tls": "weak.database_tls"} if is_weak else {})


def test_the_host_may_hide_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example")

    assert weak(database_url="postgresql:///rounds") == {"database_tls": "weak.database_tls"}


@pytest.mark.parametrize("url", [f"postgresql://r:{DRAWN}@localhost/r", f"postgresql://localhost/r?password={DRAWN}"])
def test_a_password_does_not_belong_into_a_url(url: str) -> None:
    assert weak(database_url=url) == {"database_url": "weak.password_in_url"}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("k7Qp-31xZ-v", "weak.short_secret"),
        ("rounds-dev", "weak.guessed_secret"),
        ("Password1234", "weak.guessed_secret"),
        ("changeme!!!!!!", "weak.guessed_secret"),
        ("aaaaaaaaaaaaaaaa", "weak.guessed_secret"),
        ("abcdefghabcdefgh", "weak.guessed_secret"),
        ("112213121212", "weak.guessed_secret"),
        ("123456789012", "weak.guessed_secret"),
        ("ABCDEFGHIJKL", "weak.guessed_secret"),
        ("qwertyuiopas", "weak.guessed_secret"),
        ("k7Qp-31xZ-vB", None),
    ],
)
@pytest.mark.parametrize("name", ["database_password", "kafka_password", "kafka_key_password"])
def test_a_password_is_long_and_not_to_be_guessed(name: str, password: str, code: str | None) -> None:
    assert weak(**{name: password}).get(name) == code


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (DRAWN[:31], "weak.short_secret"),
        ("rounds-dev", "weak.guessed_secret"),
        ("ab" * 20, "weak.guessed_secret"),
        ("0123456789abcdef" * 2, "weak.guessed_secret"),
        (DRAWN[:32], None),
    ],
)
def test_a_token_is_longer_still(token: str, code: str | None) -> None:
    assert weak(api_token=token).get("api_token") == code


def test_secrets_that_were_drawn_are_not_refused_even_if_as_short_as_may_be() -> None:
    draw = Random(1)  # noqa: S311 - the same in every run

    def drawn(length: int) -> str:
        return "".join(draw.choices("0123456789abcdef", k=length))

    assert all(weak(api_token=drawn(32), kafka_password=drawn(12)) == {} for _ in range(500))


def test_the_door_is_not_open_to_everybody() -> None:
    assert weak(http_host="0.0.0.0") == {"api_token": "weak.open_door"}  # noqa: S104
    assert weak(http_host="0.0.0.0", api_token=DRAWN) == {}  # noqa: S104


@pytest.mark.parametrize(
    ("host", "is_weak"),
    [
        ("nominatim.openstreetmap.org", True),
        ("Photon.Komoot.io:443/api", True),
        ("geo.example", False),
        ("openstreetmap.org.example", False),
    ],
)
def test_homes_are_not_told_to_a_public_geocoder(host: str, is_weak: bool) -> None:
    found = weak(geocoder="nominatim", geocoder_host=host)

    assert found == ({"geocoder_host": "weak.public_geocoder"} if is_weak else {})


@pytest.mark.parametrize(("mode", "is_weak"), [(0o400, False), (0o600, False), (0o640, True), (0o604, True)])
def test_a_file_with_a_secret_is_for_its_owner_alone(
    mode: int, is_weak: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text(DRAWN)
    file.chmod(mode)
    monkeypatch.setenv("ROUNDS_API_TOKEN_FILE", str(file))

    found = {"api_token": "weak.exposed_file"} if is_weak else {}
    assert weak() == found
    assert weak(kafka_key_file=file).get("kafka_key_file") == found.get("api_token")


WEAK = {
    "ROUNDS_ENVIRONMENT": "production",
    "ROUNDS_KAFKA_BOOTSTRAP": "broker.example:9092",
    "ROUNDS_DATABASE_URL": "postgresql://rounds:letmein@db.example/rounds",
    "ROUNDS_API_TOKEN": "rounds-dev",
    "ROUNDS_LOG_LEVEL": "DEBUG",
}


def test_production_refuses_all_of_it_at_once_and_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WEAK.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(InvalidFile) as refused:
        read_settings()

    assert {problem.code for problem in refused.value.problems} == {
        "weak.kafka_in_clear",
        "weak.password_in_url",
        "weak.database_tls",
        "weak.short_secret",
        "weak.guessed_secret",
        "weak.debug",
    }
    told = f"{refused.value}{[str(problem) for problem in refused.value.problems]}"
    assert not [secret for secret in ("letmein", "rounds-dev") if secret in told]


@pytest.mark.parametrize("words", [("serve",), ("consume",), ("migrate",), ("dead-letters", "list")], ids=" ".join)
def test_no_command_starts_in_production_with_weak_settings(words: tuple[str, ...]) -> None:
    refused = rounds(*words, "--json", env=WEAK)

    assert (refused.code, refused.error["code"]) == (1, "file.invalid")
    assert len(refused.error["problems"]) == 6  # those of the test above


def test_development_lets_it_be_and_the_doctor_tells(tmp_path: Path) -> None:
    env = {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path / 'rounds.db'}", "ROUNDS_API_TOKEN": "rounds-dev"}
    rounds("migrate", env=env)

    found = rounds("doctor", "--json", env=env)

    (security,) = [finding for finding in found.said if finding["name"] == "security"]
    assert found.code == 0
    assert security["is_weak"]
    assert "api_token" in security["sentence"]
    assert "rounds-dev" not in found.out
    assert "weak" in rounds("doctor", env=env).out


def test_one_process_with_one_file_needs_no_ceremony_in_production(tmp_path: Path) -> None:
    env = {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path / 'rounds.db'}", "ROUNDS_ENVIRONMENT": "production"}

    assert rounds("migrate", env=env).code == 0
    assert rounds("doctor", env=env).code == 0
