"""`rounds topics`: what Rounds needs on the broker. Makes what is missing, never alters what is there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from config.faults import contradictions
from config.settings import Settings
from consumers.broker_topics import ensure_topics, found_topics
from consumers.topic_layout import Difference, TopicLayout, every_difference
from scheduler.bootstrap.settings import broker_settings, read_settings
from scheduler.cli.brokers import topic_layouts
from scheduler.cli.output import console, say_json, speaking_of_errors

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What Rounds needs on the broker.", no_args_is_help=True)
    group.command(epilog="Example: rounds topics create --partitions 24 --replicas 3")(create)
    app.add_typer(group, name="topics")


def create(
    partitions: Annotated[int | None, typer.Option(min=1, help="Another number than the setting's.")] = None,
    replicas: Annotated[int | None, typer.Option(min=1, help="Another number than the setting's.")] = None,
    min_insync: Annotated[int | None, typer.Option(min=1, help="Another number than the setting's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the topics that are missing. Safe to run twice; what exists stays as it is, and says where it differs."""
    with speaking_of_errors(as_json=as_json):
        settings = read_settings()
        said = {"kafka_partitions": partitions, "kafka_replicas": replicas, "kafka_min_insync": min_insync}
        wanted = settings.model_copy(update={name: value for name, value in said.items() if value is not None})
        if any(fault.setting == "kafka_min_insync" for fault in contradictions(wanted)):
            raise typer.BadParameter("more replicas would have to be in sync than there are")
        layouts = topic_layouts(wanted)
        created = ensure_topics(broker_settings(settings, role="topics"), layouts)
        _tell(layouts, created, differences_of(settings, layouts), as_json)


def differences_of(settings: Settings, layouts: tuple[TopicLayout, ...]) -> list[Difference]:
    """Of the topics that are there and that this account may see."""
    found = found_topics(broker_settings(settings, role="topics"), [layout.name for layout in layouts])
    return every_difference(layouts, found)


def _tell(layouts: tuple[TopicLayout, ...], created: frozenset[str], found: list[Difference], as_json: bool) -> None:
    told: dict[str, list[Difference]] = {layout.name: [] for layout in layouts}
    for difference in found:
        told[difference.topic].append(difference)
    if as_json:
        say_json([_said(name, name in created, each) for name, each in told.items()])
        return
    for name, each in told.items():
        console.print(f"{name}: {'made' if name in created else 'was there'}", highlight=False, markup=False)
        for difference in each:
            console.print(f"  {difference}\n      {difference.remedy}", highlight=False, markup=False)


def _said(name: str, is_new: bool, found: list[Difference]) -> dict[str, Any]:
    return {"topic": name, "is_new": is_new, "differences": [asdict(each) for each in found]}
