"""Serves the whole API."""

from __future__ import annotations

from web.access import refuse_open_door
from web.app import create_app
from web.listening import Server
from web.services import Services


class WebServer(Server):
    """The whole API. Raises `OpenDoor` when it would listen beyond this machine without a token, and `CannotListen`."""

    def __init__(self, services: Services, *, host: str, port: int) -> None:
        refuse_open_door(host, api_token=services.api_token)
        super().__init__(create_app(services), host=host, port=port)
