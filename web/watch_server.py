"""Serves health and metrics of a role, and loads nothing of the pages beside them."""

from __future__ import annotations

from web.listening import Server
from web.services import Services
from web.watch_app import create_watch_app


class WatchServer(Server):
    """Health and metrics of a role. May listen anywhere: metrics are closed to others without a token of their own."""

    def __init__(self, services: Services, *, host: str, port: int) -> None:
        super().__init__(create_watch_app(services), host=host, port=port)
