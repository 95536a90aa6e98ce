"""`rounds doctor`: find what is wrong with an installation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Annotated
from zoneinfo import available_timezones

import typer
from rich.markup import escape

from config.settings import Settings
from config.weaknesses import weaknesses
from consumers.broker_opening import meet
from consumers.broker_topics import found_topics
from consumers.topic_layout import every_difference
from optimizer.search.solve import ENGINE
from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import broker_settings, database_of, read_settings
from scheduler.cli.brokers import topic_layouts
from scheduler.cli.output import Exit, console, say_json, speaking_of_errors
from scheduler.cli.self_test import plan_a_little_day
from scheduler.domain.errors import RoundsError
from scheduler.files.problems import counted
from scheduler.store.migrations.run import is_current

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds doctor --json")(doctor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`is_well` None: not applicable here. What is weak works, and should not stay so."""

    name: str
    is_well: bool | None
    sentence: str
    remedy: str = ""
    is_weak: bool = False


def doctor(as_json: AsJson = False) -> None:
    """Look at everything this installation needs, and say what to do about what is wrong."""
    with speaking_of_errors(as_json=as_json):
        found = list(findings())
        if as_json:
            say_json([asdict(finding) for finding in found])
        else:
            for finding in found:
                _show(finding)
        if any(finding.is_well is False for finding in found):
            raise typer.Exit(Exit.OUTSIDE)


def findings() -> Iterator[Finding]:
    """In the order in which one thing rests on the other."""
    yield Finding(name="python", is_well=True, sentence=f"Python {sys.version.split()[0]}, {ENGINE}.")
    yield _looked("time zones", lambda: f"{len(available_timezones())} zones known.")
    try:
        settings = read_settings()
    except RoundsError as error:
        yield _ill("settings", error)
        return
    yield Finding(name="settings", is_well=True, sentence="All settings are sound.")
    yield _security(settings)
    yield _looked("policy", lambda: f"{len(read_agency(settings).visit_types)} visit types, policy read.")
    yield _looked("engine", plan_a_little_day)
    yield _database(settings)
    if settings.kafka_bootstrap:
        yield _looked("kafka", lambda: _reach_broker(settings))
        yield _topics(settings)
    else:
        yield Finding(name="kafka", is_well=None, sentence="Not configured: events come by HTTP or file.")


def _security(settings: Settings) -> Finding:
    """In production there is nothing left to find: what is weak was refused with the settings."""
    weak = list(weaknesses(settings))
    if not weak:
        return Finding(name="security", is_well=True, sentence=f"Nothing is weak ({settings.environment}).")
    told = " ".join(f"{fault.setting}: {fault.sentence} [{fault.code}] {fault.remedy}" for fault in weak)
    return Finding(
        name="security",
        is_well=True,
        is_weak=True,
        sentence=f"{counted(len(weak), 'thing')} production would refuse. {told}",
        remedy="Mend this, then set ROUNDS_ENVIRONMENT=production, so that it stays mended.",
    )


def _database(settings: Settings) -> Finding:
    try:
        is_ready = is_current(database_of(settings))
    except RoundsError as error:
        return _ill("database", error)
    if is_ready:
        return Finding(name="database", is_well=True, sentence="Reachable, and its tables are current.")
    return Finding(
        name="database",
        is_well=False,
        sentence="Its tables are not those of this version.",
        remedy="Run rounds migrate.",
    )


def _reach_broker(settings: Settings) -> str:
    meet(broker_settings(settings, role="doctor"))
    return "A broker answers."


def _topics(settings: Settings) -> Finding:
    """A difference is no illness, but nobody else would tell."""
    layouts = topic_layouts(settings)
    try:
        found = found_topics(broker_settings(settings, role="doctor"), [layout.name for layout in layouts])
    except RoundsError as error:
        return _ill("topics", error)
    if missing := [layout.name for layout in layouts if found.get(layout.name, layout) is None]:
        sentence = f"{', '.join(missing)} cannot be found."
        return Finding(name="topics", is_well=False, sentence=sentence, remedy="Run rounds topics create.")
    told = every_difference(layouts, found)
    return Finding(
        name="topics",
        is_well=True,
        is_weak=bool(told),
        sentence=" ".join(map(str, told)) or f"{counted(len(found), 'topic')} as wanted.",
        remedy=" ".join(dict.fromkeys(each.remedy for each in told)),
    )


def _looked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, is_well=True, sentence=look())
    except RoundsError as error:
        return _ill(name, error)
    except OSError as error:
        return Finding(name=name, is_well=False, sentence=f"{error.strerror or error}.", remedy="Check the path named.")


def _ill(name: str, error: RoundsError) -> Finding:
    problems = [str(problem) for problem in getattr(error, "problems", ())]
    return Finding(name=name, is_well=False, sentence=" ".join([str(error), *problems]), remedy=error.remedy)


def _show(finding: Finding) -> None:
    mark = {True: "[green]well[/]   ", False: "[bold red]ill[/]    ", None: "[dim]unused[/] "}[finding.is_well]
    mark = "[yellow]weak[/]   " if finding.is_weak else mark
    console.print(f"{mark}{finding.name:11} {escape(finding.sentence)}", highlight=False)
    if finding.remedy:
        console.print(f"       {'':11} {escape(finding.remedy)}", style="dim", highlight=False)
