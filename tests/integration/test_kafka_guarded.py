"""A broker behind TLS and a password or a certificate is reached with the right ones, and with nothing less.

Whoever is turned away is told what to check, by the code of the error; the library would try for ever.
"""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import certifi
import pytest

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_opening import meet
from consumers.broker_settings import BrokerSettings
from consumers.broker_topics import ensure_topics
from consumers.bus import Acked, BusUnavailable, HungUp, Outgoing
from consumers.topic_layout import TopicLayout
from tests.certificates import Authority
from tests.command import rounds
from tests.integration.kafka_broker import GuardedKafkaBroker, KafkaBroker
from tests.processes import LOOPBACK

SEND = timedelta(seconds=30)
POLL = timedelta(milliseconds=200)
ARRIVAL_SECONDS = 60
IMPATIENT: dict[str, Any] = {"request_seconds": 2, "delivery_seconds": 2}


def said_and_heard(settings: BrokerSettings, topic: str) -> list[bytes | None]:
    ensure_topics(settings, [TopicLayout(name=topic, partitions=1, replicas=1)])
    with closing(KafkaWriter(settings)) as writer, closing(KafkaReader(settings, [topic])) as reader:
        (answer,) = writer.send_all([Outgoing(topic=topic, key="north", value=b"sealed")], SEND)
        assert isinstance(answer, Acked)
        records = reader.poll(POLL)
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while not records:
            assert time.monotonic() < deadline, "nothing came"
            records = reader.poll(POLL)
    return [record.value for record in records]


def refused(settings: BrokerSettings) -> BusUnavailable:
    with pytest.raises(BusUnavailable) as error:
        meet(settings)
    return error.value


def test_with_authority_and_password_events_go_out_and_come_in(guarded_kafka_broker: GuardedKafkaBroker) -> None:
    settings = guarded_kafka_broker.settings(group="guarded")

    assert said_and_heard(settings, "rounds.guarded") == [b"sealed"]


def test_with_a_client_certificate_alone_events_go_out_and_come_in(guarded_kafka_broker: GuardedKafkaBroker) -> None:
    settings = guarded_kafka_broker.mutual_settings(guarded_kafka_broker.certified, group="mutual")

    assert said_and_heard(settings, "rounds.mutual") == [b"sealed"]


def test_a_key_with_a_password_is_opened_by_it(guarded_kafka_broker: GuardedKafkaBroker) -> None:
    sealed = guarded_kafka_broker.authority.issue("sealed", key_password="sesame-8-opens")

    meet(guarded_kafka_broker.mutual_settings(sealed, tls_key_password="sesame-8-opens"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        pytest.param({"sasl_password": "guessed"}, "bus.not_authenticated", id="wrong password"),
        pytest.param({"sasl_username": "stranger"}, "bus.not_authenticated", id="unknown account"),
        pytest.param({"sasl_mechanism": "PLAIN"}, "bus.not_authenticated", id="mechanism the broker does not take"),
        pytest.param({"tls_ca_file": certifi.where()}, "bus.not_trusted", id="nobody we know vouches for it"),
        pytest.param({"host": "localhost"}, "bus.not_trusted", id="certificate for another name"),
    ],
)
def test_anything_less_is_turned_away_and_told_what_to_check(
    guarded_kafka_broker: GuardedKafkaBroker, wrong: dict[str, Any], code: str
) -> None:
    error = refused(guarded_kafka_broker.settings(**IMPATIENT, **wrong))

    # The broker says what is wrong with a password and hangs up in one breath; often only the second is heard.
    assert error.code in ({code, HungUp.code} if code == "bus.not_authenticated" else {code})
    assert ("ROUNDS_KAFKA_PASSWORD" if code == "bus.not_authenticated" else "ROUNDS_KAFKA_CA_FILE") in error.remedy
    assert "guessed" not in f"{error}{error.facts()}"


def test_without_a_client_certificate_or_with_one_of_a_stranger_we_stay_out(
    guarded_kafka_broker: GuardedKafkaBroker, tmp_path: Path
) -> None:
    strange = Authority(tmp_path, "stranger").issue(GuardedKafkaBroker.USER)

    for pair in (None, strange):
        error = refused(guarded_kafka_broker.mutual_settings(pair, **IMPATIENT))
        assert error.code == "bus.not_authenticated"
        assert "ROUNDS_KAFKA_CERTIFICATE_FILE" in error.remedy


NO_ACCOUNT: dict[str, Any] = {"sasl_mechanism": None, "sasl_username": None, "sasl_password": None}


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
def test_a_broker_spoken_to_otherwise_than_it_wants_only_hangs_up(
    guarded_kafka_broker: GuardedKafkaBroker, protocol: str
) -> None:
    wrong = {"security_protocol": protocol, "tls_ca_file": str(guarded_kafka_broker.authority.certificate)}

    error = refused(guarded_kafka_broker.settings(**IMPATIENT, **NO_ACCOUNT, **wrong))

    assert error.code == "bus.hangs_up"
    assert "ROUNDS_KAFKA_SECURITY" in error.remedy


def test_tls_is_not_given_up_where_the_broker_has_none(kafka_broker: KafkaBroker) -> None:
    error = refused(kafka_broker.settings(**IMPATIENT, security_protocol="SSL", tls_ca_file=certifi.where()))

    assert error.code == "bus.hangs_up"


@pytest.mark.external
def test_something_else_at_the_port_is_told_apart() -> None:
    """A stand-in for whatever listens at a wrong port: it answers, and not by TLS."""
    with socket.create_server((LOOPBACK, 0)) as server, ThreadPoolExecutor(1) as pool:
        talking = pool.submit(_talk, server)
        place = (f"{LOOPBACK}:{server.getsockname()[1]}",)
        error = refused(BrokerSettings(bootstrap_servers=place, security_protocol="SSL", **IMPATIENT))
        server.shutdown(socket.SHUT_RDWR)
        talking.result()

    assert error.code == "bus.no_tls"


def _talk(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            with server.accept()[0] as visitor:
                visitor.recv(100)
                visitor.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("role", ["consume", "relay", "serve"])
def test_a_role_with_a_wrong_password_ends_at_once_and_says_what_to_check(
    guarded_kafka_broker: GuardedKafkaBroker, role: str, tmp_path: Path
) -> None:
    env = guarded_kafka_broker.environment(password="guessed") | {
        "ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path}/rounds.db",
    }
    rounds("migrate", env=env)

    ended = rounds(role, *(("--port", "0") if role == "serve" else ()), "--json", env=env)

    assert ended.code == 3
    told = ended.out + ended.err
    assert "bus.not_authenticated" in told or "bus.hangs_up" in told
    assert "ROUNDS_KAFKA_PASSWORD" in told
    assert "guessed" not in told


def test_the_doctor_says_what_to_check(guarded_kafka_broker: GuardedKafkaBroker, tmp_path: Path) -> None:
    env = {"ROUNDS_DATABASE_URL": f"sqlite:///{tmp_path}/rounds.db"}
    rounds("migrate", env=env)

    found = rounds("doctor", "--json", env=env | guarded_kafka_broker.environment(ca_file=certifi.where()))

    (kafka,) = [finding for finding in found.said if finding["name"] == "kafka"]
    assert (found.code, kafka["is_well"]) == (3, False)
    assert "ROUNDS_KAFKA_CA_FILE" in kafka["remedy"]
