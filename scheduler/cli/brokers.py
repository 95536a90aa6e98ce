"""What a role wants of the broker, and its first look at it: an account that is refused is told at once."""

from __future__ import annotations

import logging
from datetime import timedelta

from config.settings import Settings
from consumers.broker_opening import meet
from consumers.broker_settings import BrokerSettings
from consumers.bus import BusRefused, BusUnavailable
from consumers.topic_layout import TopicLayout

log = logging.getLogger(__name__)

ENOUGH_TO_LOSE_ONE = 3
"""With so many replicas one may be away, and an event that was acknowledged is still in two places."""


def topic_layouts(settings: Settings) -> tuple[TopicLayout, TopicLayout, TopicLayout]:
    """Of the topics of events, of dead letters and of schedules."""
    insync = settings.kafka_min_insync
    if insync is None and (settings.kafka_replicas or 0) >= ENOUGH_TO_LOSE_ONE:
        insync = ENOUGH_TO_LOSE_ONE - 1
    events, dead, schedule = (
        TopicLayout(
            name=name,
            partitions=settings.kafka_partitions,
            replicas=settings.kafka_replicas,
            min_insync=insync,
            keep=timedelta(days=days),
        )
        for name, days in (
            (settings.kafka_events_topic, settings.kafka_events_days),
            (settings.kafka_dead_topic, settings.kafka_dead_days),
            (settings.kafka_schedule_topic, settings.kafka_schedule_days),
        )
    )
    return events, dead, schedule


def meet_broker(settings: BrokerSettings) -> None:
    """Raises `BusRefused`, which ends the role: nobody should have to find it in a log. One that is away is waited for.

    Later on a refusal does not end a role: passwords are changed at the broker first, and here a moment later.
    """
    try:
        meet(settings)
    except BusRefused:
        raise
    except BusUnavailable as error:
        log.warning("bus.lost", extra={"code": error.code})
