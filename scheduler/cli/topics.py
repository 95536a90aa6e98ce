"""`rounds topics`: what Rounds needs on the broker. Makes what is missing, never alters what is there."""

from __future__ import annotations

from typing import Annotated

import typer

from consumers.broker import ensure_topics
from consumers.broker_settings import TopicLayout
from scheduler.bootstrap import broker_settings, read_settings
from scheduler.cli.output import console, say_json, speaking_of_errors

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What Rounds needs on the broker.", no_args_is_help=True)
    group.command(epilog="Example: rounds topics create --partitions 24")(create)
    app.add_typer(group, name="topics")


def create(
    partitions: Annotated[int, typer.Option(min=1, help="Of each topic: the most processes that take events in.")] = 12,
    replicas: Annotated[int | None, typer.Option(min=1, help="Of each partition; else the broker's default.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the topics that are missing. Safe to run twice; what exists stays as it is."""
    with speaking_of_errors(as_json=as_json):
        settings = read_settings()
        names = (settings.kafka_events_topic, settings.kafka_dead_topic, settings.kafka_schedule_topic)
        layouts = [TopicLayout(name=name, partitions=partitions, replicas=replicas) for name in names]
        created = ensure_topics(broker_settings(settings, role="topics"), layouts)
        if as_json:
            say_json([{"topic": name, "is_new": name in created} for name in names])
            return
        for name in names:
            console.print(f"{name}: {'made' if name in created else 'was there'}", highlight=False, markup=False)
