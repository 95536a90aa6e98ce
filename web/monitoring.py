"""`GET /metrics`: for this machine, or for whoever holds the token of the metrics. Tells nothing about anybody."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from web.access import is_loopback
from web.errors import Refusal, documented
from web.services import Given

_bearer = HTTPBearer(
    auto_error=False, scheme_name="MetricsToken", description="The token of `ROUNDS_METRICS_TOKEN`, where one is set."
)

GivenToken = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


class MetricsClosed(Refusal):
    """Metrics are told to this machine by a name of its own, or to whoever holds their token."""

    code = "access.metrics_closed"
    remedy = "Send the token of ROUNDS_METRICS_TOKEN as `Authorization: Bearer …`, or ask from this machine."
    status = HTTPStatus.UNAUTHORIZED
    headers: ClassVar = {"WWW-Authenticate": "Bearer"}

    def __init__(self) -> None:
        super().__init__("The metrics' token is missing or wrong.")


def may_look(request: Request, services: Given, given: GivenToken) -> None:
    """Raises `MetricsClosed`. Where a token is set it is needed on this machine, too."""
    if services.metrics_token is not None:
        is_welcome = given is not None and _is_same(given.credentials, services.metrics_token)
    else:
        # A proxy on this machine hands on the name it was asked by: what it shows to the world stays closed.
        is_welcome = services.is_on_loopback and is_loopback(request.url.hostname or "")
    if not is_welcome:
        raise MetricsClosed


def _is_same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode(), token.encode())


routes = APIRouter(tags=["health"], dependencies=[Depends(may_look)])


@routes.get("/metrics", response_class=PlainTextResponse, responses=documented(HTTPStatus.UNAUTHORIZED))
def metrics(services: Given, request: Request) -> Response:
    """In Prometheus' text format, or as OpenMetrics where that is asked for."""
    content, media = services.metrics(request.headers.get("accept", ""))
    return Response(content, media_type=media)
