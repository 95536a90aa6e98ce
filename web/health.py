"""Whether the process lives, and whether it can do its work. Open to all: tells nothing about anybody."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel

from scheduler.domain.errors import Unavailable
from scheduler.domain.time import seconds_between
from web.services import Given, Services

routes = APIRouter(tags=["health"])


class Alive(BaseModel):
    status: str = "alive"


class Readiness(BaseModel):
    """`planning_late_seconds` is how long the most overdue branch-day has been waiting for a planner."""

    is_ready: bool
    store: str
    is_migrated: bool = False
    planning_late_seconds: int | None = None


@routes.get("/healthz")
def healthz() -> Alive:
    """The process answers."""
    return Alive()


@routes.get("/readyz", responses={HTTPStatus.SERVICE_UNAVAILABLE.value: {"model": Readiness}})
def readyz(services: Given, response: Response) -> Readiness:
    """The store can be reached and has this version's tables."""
    readiness = _readiness(services)
    if not readiness.is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return readiness


def _readiness(services: Services) -> Readiness:
    try:
        if not services.is_migrated():
            return Readiness(is_ready=False, store="reachable")
        return Readiness(is_ready=True, store="reachable", is_migrated=True, planning_late_seconds=_late(services))
    except Unavailable as error:
        return Readiness(is_ready=False, store=error.code)


def _late(services: Services) -> int:
    with services.open_uow(read_only=True) as uow:
        due = uow.work.next_due()
    return max(0, seconds_between(due, services.clock.now())) if due else 0
