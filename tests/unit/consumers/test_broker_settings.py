"""Settings that contradict each other are refused together, before any connection is tried."""

from __future__ import annotations

import pytest

from consumers.broker_settings import BrokerSettings, InvalidBrokerSettings, client_options

SOMEWHERE = ("broker-1:9092",)


def test_plain_settings_need_only_an_address() -> None:
    settings = BrokerSettings(bootstrap_servers=SOMEWHERE)

    assert not settings.uses_sasl


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidBrokerSettings) as told:
        BrokerSettings(bootstrap_servers=(), security_protocol="SASL_SSL", sasl_mechanism="MD5")

    assert [fault.split()[0] for fault in told.value.faults] == [
        "bootstrap_servers",
        "sasl_mechanism",
        "sasl_username",
    ]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"security_protocol": "TLS"}, "security_protocol"),
        ({"sasl_username": "rounds"}, "SASL"),
        ({"security_protocol": "SSL", "tls_key_file": "key.pem"}, "tls_certificate_file"),
        ({"request_seconds": 30, "delivery_seconds": 20}, "delivery_seconds"),
    ],
)
def test_a_fault_names_its_setting(wrong: dict[str, str | int], named: str) -> None:
    with pytest.raises(InvalidBrokerSettings, match=named):
        BrokerSettings(bootstrap_servers=SOMEWHERE, **wrong)  # type: ignore[arg-type]


def test_the_password_is_not_shown() -> None:
    settings = BrokerSettings(
        bootstrap_servers=SOMEWHERE,
        security_protocol="SASL_SSL",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_username="rounds",
        sasl_password="hush-hush",
    )

    assert "hush-hush" not in repr(settings)
    assert client_options(settings)["sasl_plain_password"] == "hush-hush"


def test_the_host_name_of_a_broker_is_always_checked() -> None:
    assert client_options(BrokerSettings(bootstrap_servers=SOMEWHERE))["ssl_check_hostname"] is True
