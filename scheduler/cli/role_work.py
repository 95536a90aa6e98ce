"""What each role does until it is told to stop: its loop, furnished from the settings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_topics import ensure_topics
from consumers.bus import BusUnavailable, BusWriter
from consumers.dead_topic import DeadTopic
from consumers.jsonl import JsonlWriter
from consumers.loop import IngestLoop
from consumers.relay import Relay
from optimizer.search.warm_up import warm_up
from scheduler.bootstrap import Rounds, broker_settings
from scheduler.cli.brokers import meet_broker, topic_layouts
from scheduler.domain.waiting import Heartbeat
from scheduler.jobs.clock import JobClock
from scheduler.jobs.work import Retention
from scheduler.planning.worker import PlanningLoop

log = logging.getLogger(__name__)

Work = Callable[[Rounds, Event, Heartbeat], None]


def consume(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
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
            sleep=_sleep_until(stop),
            dead_topic=dead_topic,
            heartbeat=pulse,
            measures=rounds.measures,
        )
        loop.run(stop)


def plan(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    warm_up(lambda note: log.info("engine.warms_up", extra={"state": note}))
    loop = PlanningLoop(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        desk=rounds.desk,
        sleep=_sleep_until(stop),
        heartbeat=pulse,
        on_outcome=rounds.measures.planned,
    )
    loop.run(stop)


def relay(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    if rounds.settings.kafka_bootstrap:
        meet_broker(broker_settings(rounds.settings, role="relay"))
    loop = Relay(
        open_unit_of_work=rounds.store.unit_of_work,
        open_writer=lambda: _writer(rounds),
        clock=rounds.clock,
        owner=rounds.owner,
        topic=rounds.settings.kafka_schedule_topic,
        sleep=_sleep_until(stop),
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


def run_clock(rounds: Rounds, stop: Event, pulse: Heartbeat) -> None:
    settings = rounds.settings
    clock = JobClock(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        policy=rounds.agency.policy,
        owner=rounds.owner,
        retention=Retention(
            sent_days=settings.keep_sent_days,
            payload_days=settings.keep_payload_days,
            letter_days=settings.keep_letter_days,
        ),
        heartbeat=pulse,
        on_job=rounds.measures.job,
    )
    clock.start()
    try:
        stop.wait()
    finally:
        clock.stop()


def _sleep_until(stop: Event) -> Callable[[timedelta], object]:
    return lambda wait: stop.wait(wait.total_seconds())


WORK: Final[Mapping[str, Work]] = {"consume": consume, "plan-worker": plan, "relay": relay, "clock": run_clock}
"""By the name of the command."""
