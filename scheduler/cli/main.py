"""`rounds`: every command by name, and the room beside this one that is opened when it is chosen.

A room is imported with all it needs, up to the engine and the web, so only the chosen one is. A role that has died must
be back soon, and help must not wait for a solver.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group


class Room(NamedTuple):
    """The module that registers a command, and what the list of all commands says of it."""

    module: str
    help: str


COMMANDS: Final[Mapping[str, Room]] = {
    "demo": Room(
        "demo", "Plan a made-up Monday from events, publish it, then let the morning happen and show what changed."
    ),
    "plan": Room(
        "plan", "Plan one day: who drives where, when; who is unassigned, and why; how good it is proven to be."
    ),
    "check": Room(
        "plan_files", "Check any plan, however it was made, against every rule. Exit 1 when it breaks a hard one."
    ),
    "explain": Room(
        "plan_files", "Why this visit is with this case manager, or with nobody, and what the others would cost."
    ),
    "compare": Room(
        "plan_files", "What changed between two plans, by visit, the totals of both, and how good each is proven to be."
    ),
    "plot": Room(
        "plot",
        "Draw a plan's routes on a plain map, its schedule, or how a search converged. "
        "Routes show where patients live.",
    ),
    "run": Room(
        "run", "Take in a file of events, plan, publish. The same file gives the same published bytes, on any machine."
    ),
    "export": Room("export", "Write a plan as HTML itineraries, calendars, CSV, GeoJSON or pictures."),
    "serve": Room(
        "serve", "All in one process: HTTP intake and API, planner, clock and relay; Kafka too where it is configured."
    ),
    "consume": Room("consume", "Take in events from Kafka."),
    "plan-worker": Room("plan_worker", "Plan branch-days that have news. Run as many as there are cores for them."),
    "relay": Room("relay", "Send published events: to Kafka, or without it to the published file."),
    "clock": Room("clock", "Do what the hour asks: roll the horizon, publish the evening before, purge."),
    "web": Room("web", "The HTTP API alone."),
    "migrate": Room(
        "migrate", "Bring the database's tables up to this version. Safe to run twice, and while another process does."
    ),
    "doctor": Room("doctor", "Look at everything this installation needs, and say what to do about what is wrong."),
    "bench": Room("bench", "Measure the engine, and its peers, on public instances and days."),
    "import": Room("importing", "Make a day file from a public instance."),
    "topics": Room("topics", "What Rounds needs on the broker."),
    "dead-letters": Room("dead_letters", "Events that could not take effect."),
    "audit": Room("audit", "The record of every look and every change."),
}
"""By the name that is typed."""


class OpenedWhenChosen(TyperGroup):
    """Knows of every command no more than the table says, until one is chosen."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, known, rest = super().resolve_command(ctx, args)
        return name, command_of(name) if name else known, rest


def command_of(name: str) -> Any:  # typer brings a click of its own
    """The command itself, with its options or with the commands below it."""
    room = typer.Typer(rich_markup_mode="rich")
    import_module(f"scheduler.cli.{COMMANDS[name].module}").register(room)
    return get_group(room).commands[name]


app = typer.Typer(
    name="rounds",
    cls=OpenedWhenChosen,
    help="Scheduling and route optimisation for home-health case managers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 fine, 1 something is wrong with the data or plan, 2 wrong usage, 3 outside failure, "
    "130 given up by Ctrl-C.",
)


def _unopened() -> None:
    """Stands in the list of commands for one whose room is not open."""


for _name, _room in COMMANDS.items():
    app.command(_name, help=_room.help)(_unopened)


def main() -> None:
    app()
