"""`rounds`: one function per command lives in the modules beside this one; here they are put together."""

from __future__ import annotations

import typer

from scheduler.cli import (
    audit,
    bench,
    dead_letters,
    demo,
    export,
    importing,
    plan,
    plan_files,
    plot,
    roles,
    run,
    topics,
    upkeep,
)

app = typer.Typer(
    name="rounds",
    help="Scheduling and route optimisation for home-health case managers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 fine, 1 something is wrong with the data or plan, 2 wrong usage, 3 outside failure, "
    "130 given up by Ctrl-C.",
)
for room in (demo, plan, plan_files, plot, bench, importing, run, export, roles, upkeep, topics, dead_letters, audit):
    room.register(app)


def main() -> None:
    app()
