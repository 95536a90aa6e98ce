"""`rounds web`: the HTTP API. It reads days and plans none."""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.bootstrap.days import day_reader
from scheduler.bootstrap.serving import services_of
from scheduler.cli.running import running
from web.server import WebServer


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds web")(web)


def web(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """The HTTP API alone."""
    with running(as_json=as_json) as (rounds, stop):
        host = rounds.settings.http_host
        services = services_of(rounds, host=host, read_day=day_reader(rounds))
        with WebServer(services, host=host, port=rounds.settings.http_port):
            stop.wait()
