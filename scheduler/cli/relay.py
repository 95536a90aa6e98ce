"""`rounds relay`: what was published goes out, to Kafka or to the published file."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from consumers.broker import KafkaWriter
from consumers.broker_topics import ensure_topics
from consumers.bus import BusUnavailable, BusWriter
from consumers.jsonl import JsonlWriter
from consumers.relay import Relay
from scheduler.bootstrap.process import Rounds
from scheduler.bootstrap.settings import broker_settings
from scheduler.cli.brokers import meet_broker, topic_layouts
from scheduler.cli.running import run_role, sleep_until
from scheduler.domain.waiting import Heartbeat


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: ROUNDS_KAFKA_BOOTSTRAP=kafka:9092 rounds relay")(relay)


def relay(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Send published events: to Kafka, or without it to the published file."""
    run_role("relay", send_events, as_json=as_json)


def send_events(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    if rounds.settings.kafka_bootstrap:
        meet_broker(broker_settings(rounds.settings, role="relay"))
    loop = Relay(
        open_unit_of_work=rounds.store.unit_of_work,
        open_writer=lambda: _writer(rounds),
        clock=rounds.clock,
        owner=rounds.owner,
        topic=rounds.settings.kafka_schedule_topic,
        sleep=sleep_until(stop),
        heartbeat=pulse,
        measures=rounds.measures,
    )
    loop.run(stop)


def _writer(rounds: Rounds) -> BusWriter:
    settings = rounds.settings
    if not settings.kafka_bootstrap:
        return _file_writer(settings.published_file)
    broker = broker_settings(settings, role="relay")
    *_, schedule = topic_layouts(settings)
    ensure_topics(broker, [schedule])
    return KafkaWriter(broker)


def _file_writer(path: Path) -> JsonlWriter:
    """A folder that is missing or a disk that is full is waited for, as a broker is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return JsonlWriter(path)
    except OSError as error:
        raise BusUnavailable(type(error).__name__) from error
