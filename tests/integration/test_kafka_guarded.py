"""A broker behind TLS and a password is reached with the right ones, and with nothing less."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import timedelta
from typing import Any

import certifi
import pytest

from consumers.broker import KafkaReader, KafkaWriter, ensure_topics
from consumers.broker_settings import TopicLayout
from consumers.bus import Acked, BusUnavailable, Outgoing
from tests.integration.kafka_broker import GuardedKafkaBroker

SEND = timedelta(seconds=30)
POLL = timedelta(milliseconds=200)
ARRIVAL_SECONDS = 60


def test_with_certificate_and_password_events_go_out_and_come_in(
    guarded_kafka_broker: GuardedKafkaBroker,
) -> None:
    settings = guarded_kafka_broker.settings(group="guarded")
    ensure_topics(settings, [TopicLayout(name="rounds.guarded", partitions=1, replicas=1)])

    with closing(KafkaWriter(settings)) as writer, closing(KafkaReader(settings, ["rounds.guarded"])) as reader:
        (answer,) = writer.send_all([Outgoing(topic="rounds.guarded", key="north", value=b"sealed")], SEND)
        assert isinstance(answer, Acked)

        records = reader.poll(POLL)
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while not records:
            assert time.monotonic() < deadline, "nothing came"
            records = reader.poll(POLL)

    assert [record.value for record in records] == [b"sealed"]


NO_ACCOUNT = {"security_protocol": "SSL", "sasl_mechanism": None, "sasl_username": None, "sasl_password": None}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"sasl_password": "guessed"}, "Authentication failed", id="wrong password"),
        pytest.param({"tls_ca_file": certifi.where()}, "self-signed certificate", id="nobody vouches for it"),
        pytest.param({"host": "localhost"}, "mismatch", id="certificate for another name"),
        pytest.param(NO_ACCOUNT, "disconnected", id="no account"),
    ],
)
def test_anything_less_is_turned_away_and_the_log_says_why(
    guarded_kafka_broker: GuardedKafkaBroker, wrong: dict[str, Any], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = guarded_kafka_broker.settings(request_seconds=2, delivery_seconds=2, **wrong)

    with pytest.raises(BusUnavailable):
        ensure_topics(settings, [])

    # The broker says why and hangs up in one breath; the client now and then hears only that. Each try is turned away.
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while told not in caplog.text and time.monotonic() < deadline:
        with pytest.raises(BusUnavailable):
            ensure_topics(settings, [])
    assert told in caplog.text
