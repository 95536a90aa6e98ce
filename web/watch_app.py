"""What every server of Rounds tells: health and metrics. The whole API is built upon it (`app.py`)."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig

from web import errors, health, monitoring
from web.headers import SafeHeaders
from web.services import Services

VERSION: Final = "1"
_SILENT: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI would hand the messages of exceptions to whatever collects them, and these may hold what was sent."""


def create_watch_app(services: Services) -> FastAPI:
    """Health and metrics alone, for a role that serves nothing else.

    Described at `/openapi.json`. The usual pages about it are off: they load scripts from elsewhere.
    """
    app = FastAPI(
        title="Rounds",
        summary="Events in, schedules out.",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        telemetry=_SILENT,
        generate_unique_id_function=_operation,
    )
    app.state.services = services
    app.add_middleware(SafeHeaders)
    errors.install(app)
    app.include_router(health.routes)
    app.include_router(monitoring.routes)
    return app


def _operation(route: APIRoute) -> str:
    return route.name
