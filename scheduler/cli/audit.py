"""`rounds audit`: is what was written into the audit still there, unchanged?"""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.bootstrap.settings import database_of, read_settings
from scheduler.cli.output import Exit, console, say_json, speaking_of_errors
from scheduler.store.audit_check import verify_audit
from scheduler.store.engine import open_store


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="The record of every look and every change.", no_args_is_help=True)
    group.callback()(_audit)
    group.command(epilog="Example: rounds audit verify --json > heads.json")(verify)
    app.add_typer(group, name="audit")


def _audit() -> None:
    """The record of every look and every change."""


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Follow the chain of hashes. Keep the heads elsewhere: compared with them, a chain cut short shows, too."""
    with speaking_of_errors(as_json=as_json), open_store(database_of(read_settings())) as store:
        verdict = verify_audit(store)
        if as_json:
            breaks = [{"chain": b.chain, "row": b.number, "sentence": b.sentence} for b in verdict.breaks]
            say_json({"rows": verdict.rows, "breaks": breaks, "heads": dict(verdict.heads)})
        else:
            for found in verdict.breaks:
                console.print(f"{found.chain}, row {found.number}: {found.sentence}", highlight=False, markup=False)
            state = "whole" if verdict.is_sound else "broken"
            console.print(f"{verdict.rows} rows in {len(verdict.heads)} chains: {state}", highlight=False)
        if not verdict.is_sound:
            raise typer.Exit(Exit.FOUND)
