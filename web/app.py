"""The API, put together. Holds no state but the services it was given."""

from __future__ import annotations

from fastapi import FastAPI

from web import dead_letters, intake, itineraries, schedules
from web.access import SignedIn
from web.services import Services
from web.watch_app import create_watch_app


def create_app(services: Services) -> FastAPI:
    """All there is. Health and metrics are open, as far as they say themselves; the rest is for who is signed in."""
    app = create_watch_app(services)
    for room in (intake, schedules, itineraries, dead_letters):
        app.include_router(room.routes, dependencies=[SignedIn])
    return app
