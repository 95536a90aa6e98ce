"""Settings that contradict each other, and files that do not serve, are found before anything is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.faults import contradictions
from config.settings import Settings
from tests.certificates import Authority, Pair

POSTGRES = {"database_url": "postgresql+psycopg://rounds@db/rounds"}
SEALED = "sesame-8-opens-3-it"


def faults(**said: Any) -> dict[str, str]:
    found = list(contradictions(Settings(**said)))
    assert all(fault.sentence and fault.remedy for fault in found)
    return {fault.setting: fault.code for fault in found}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def of(room: str, pair: Pair, **others: Any) -> dict[str, Any]:
    return {f"{room}_certificate_file": pair.certificate, f"{room}_key_file": pair.key, **others}


def test_the_defaults_contradict_nothing() -> None:
    assert faults() == {}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"kafka_security": "SASL_SSL"}, {"kafka_user": "setting.missing", "kafka_password": "setting.missing"}),
        ({"kafka_security": "SASL_SSL", "kafka_user": "r", "kafka_password": "p"}, {}),
        ({"kafka_ca_file": __file__}, {"kafka_ca_file": "setting.unused"}),
        ({"database_ca_file": __file__}, {"database_ca_file": "setting.unused"}),
        ({"kafka_replicas": 2, "kafka_min_insync": 3}, {"kafka_min_insync": "setting.too_many"}),
        ({"kafka_replicas": 3, "kafka_min_insync": 2}, {}),
        ({"geocoder": "photon"}, {"geocoder_host": "setting.missing"}),
        ({"geocoder": "photon", "geocoder_host": "maps.example"}, {}),
        ({"database_url": "postgresql://db/rounds?sslmode=require"}, {"database_url": "setting.tls_in_url"}),
        ({"kafka_security": "SSL", "kafka_ca_file": "no-such-file"}, {"kafka_ca_file": "setting.no_file"}),
        (POSTGRES | {"database_key_file": "no-such-file"}, {"database_key_file": "setting.no_file"}),
        ({"kafka_security": "SSL", "kafka_ca_file": __file__}, {"kafka_ca_file": "setting.unfit"}),
        (POSTGRES | {"database_certificate_file": __file__}, {"database_key_file": "setting.missing"}),
        (POSTGRES | {"database_key_file": __file__}, {"database_certificate_file": "setting.missing"}),
    ],
)
def test_what_cannot_be_together_is_told_with_a_remedy(said: dict[str, Any], found: dict[str, str]) -> None:
    assert faults(**said) == found


@pytest.mark.parametrize(("room", "base"), [("kafka", {"kafka_security": "SSL"}), ("database", POSTGRES)])
class TestAClientCertificate:
    def test_serves_with_its_key(self, room: str, base: dict[str, Any], authority: Authority) -> None:
        pair = authority.issue("rounds")

        assert faults(**base, **of(room, pair), **{f"{room}_ca_file": authority.certificate}) == {}

    def test_whose_key_is_sealed_needs_the_password(
        self, room: str, base: dict[str, Any], authority: Authority
    ) -> None:
        pair, name = authority.issue("sealed", key_password=SEALED), f"{room}_key_password"

        assert faults(**base, **of(room, pair, **{name: SEALED})) == {}
        assert faults(**base, **of(room, pair)) == {f"{room}_key_file": "setting.unfit"}
        assert faults(**base, **of(room, pair, **{name: "guessed"})) == {f"{room}_key_file": "setting.unfit"}

    def test_does_not_serve_with_the_key_of_another(
        self, room: str, base: dict[str, Any], authority: Authority
    ) -> None:
        mixed = Pair(authority.issue("rounds").certificate, authority.issue("other").key)

        assert faults(**base, **of(room, mixed)) == {f"{room}_key_file": "setting.unfit"}

    def test_that_is_no_certificate_does_not_serve(
        self, room: str, base: dict[str, Any], authority: Authority, tmp_path: Path
    ) -> None:
        (tmp_path / "empty.pem").write_text("")

        broken = Pair(tmp_path / "empty.pem", authority.issue("rounds").key)
        assert faults(**base, **of(room, broken)) == {f"{room}_key_file": "setting.unfit"}
