"""`rounds consume`: events from Kafka into the store."""

from __future__ import annotations

from contextlib import closing
from threading import Event
from typing import Annotated

import typer

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_topics import ensure_topics
from consumers.dead_topic import DeadTopic
from consumers.loop import IngestLoop
from scheduler.bootstrap.process import Rounds
from scheduler.bootstrap.settings import broker_settings
from scheduler.cli.brokers import meet_broker, topic_layouts
from scheduler.cli.running import run_role, sleep_until
from scheduler.domain.waiting import Heartbeat


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: ROUNDS_KAFKA_BOOTSTRAP=kafka:9092 rounds consume")(consume)


def consume(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Take in events from Kafka."""
    run_role("consume", take_in_events, as_json=as_json)


def take_in_events(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    settings = rounds.settings
    broker = broker_settings(settings, role="consume")
    incoming, dead, _ = topic_layouts(settings)
    meet_broker(broker)

    def open_reader() -> KafkaReader:
        ensure_topics(broker, [incoming, dead])
        return KafkaReader(broker, [incoming.name])

    with closing(DeadTopic(topic=dead.name, open_writer=lambda: KafkaWriter(broker))) as dead_topic:
        loop = IngestLoop(
            open_reader=open_reader,
            intake=rounds.intake,
            sleep=sleep_until(stop),
            dead_topic=dead_topic,
            heartbeat=pulse,
            measures=rounds.measures,
        )
        loop.run(stop)
