"""`rounds`: one function per command lives in the modules beside this one; here they are put together."""

from __future__ import annotations

import typer

from scheduler.cli import audit, dead_letters, demo, export, importing, plan_files, roles, run, topics, upkeep

app = typer.Typer(
    name="rounds",
    help="Scheduling and route optimisation for home-health case managers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 fine, 1 something is wrong with the data or plan, 2 wrong usage, 3 outside failure.",
)
for room in (demo, plan_files, importing, run, export, roles, upkeep, topics, dead_letters, audit):
    room.register(app)


def main() -> None:
    app()
