"""`rounds migrate`: bring the database up to date."""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.bootstrap.settings import database_of, read_settings
from scheduler.cli.output import console, say_json, speaking_of_errors
from scheduler.store.migrations.run import migrate


def register(app: typer.Typer) -> None:
    app.command("migrate", epilog="Example: ROUNDS_DATABASE_URL=sqlite:///var/rounds.db rounds migrate")(bring_up)


def bring_up(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Bring the database's tables up to this version. Safe to run twice, and while another process does."""
    with speaking_of_errors(as_json=as_json):
        before, after = migrate(database_of(read_settings()))
        if as_json:
            say_json({"before": before, "after": after})
        elif before == after:
            console.print(f"the database is current ({after})", highlight=False)
        else:
            console.print(f"the database went from {before or 'empty'} to {after}", highlight=False)
