"""Who may ask: whoever holds the API's token; without one, whoever asks this machine by a name of its own.

Looking at the Host header keeps a foreign web page from reading patients' data through the browser of somebody at
this machine (DNS rebinding). It does not replace a token: the server listens beyond loopback only with one.
"""

from __future__ import annotations

import ipaddress
import secrets
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from scheduler.domain.errors import Invalid
from web.errors import Refusal
from web.services import Given

_bearer = HTTPBearer(auto_error=False, description="The token of `ROUNDS_API_TOKEN`, where one is set.")


class NotSignedIn(Refusal):
    """The token is missing or another."""

    code = "access.not_signed_in"
    remedy = "Send the API's token as `Authorization: Bearer …`."
    status = HTTPStatus.UNAUTHORIZED
    headers: ClassVar = {"WWW-Authenticate": "Bearer"}

    def __init__(self) -> None:
        super().__init__("The API's token is missing or wrong.")


class ForeignHost(Refusal):
    """Without a token, the API answers this machine only."""

    code = "access.foreign_host"
    remedy = "Ask for http://127.0.0.1 or http://localhost, or start Rounds with an API token."
    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("Without an API token only this machine may ask, by a name of its own.")


class OpenDoor(Invalid):
    """Listening beyond this machine without a token would show patients' data to whoever asks."""

    code = "access.open_door"
    remedy = "Set ROUNDS_API_TOKEN, or listen on 127.0.0.1."

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(f"Rounds does not listen on {host or 'every address'} without an API token.")


def refuse_open_door(host: str, *, api_token: str | None) -> None:
    """Raises `OpenDoor` when `host` is reached from other machines and there is no token."""
    if not api_token and not is_loopback(host):
        raise OpenDoor(host)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def signed_in(
    request: Request, services: Given, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Raises `NotSignedIn` or `ForeignHost`. Takes as long for a token that is nearly right."""
    if services.api_token is None:
        if not is_loopback(request.url.hostname or ""):
            raise ForeignHost
    elif given is None or not secrets.compare_digest(given.credentials.encode(), services.api_token.encode()):
        raise NotSignedIn


SignedIn = Depends(signed_in)
