"""Whether the process lives, and whether it can do its work. Open to all: tells nothing about anybody.

Alive is a process whose loops all turn; one that is not is to be started anew. Ready is one that also reaches its
store and its broker; one that is not waits, and goes on by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from scheduler.domain.errors import RoundsError
from scheduler.domain.time import seconds_between
from web.pulse import Pulse
from web.services import Given, Services

routes = APIRouter(tags=["health"])

NOT_MIGRATED = "store.not_migrated"


class Silent(BaseModel):
    """A loop that has not turned for too long."""

    role: str
    silent_seconds: int
    allowed_seconds: int


class Alive(BaseModel):
    """`status` is alive or stuck."""

    status: str = "alive"
    silent: list[Silent] = Field(default=[], description="Roles of this process that are stuck.")


class Readiness(BaseModel):
    """`planning_late_seconds` is how long the most overdue branch-day has been waiting for a planner.

    `code` is the first reason not to be ready; `outside` and `roles` name theirs, and nothing while all is well.
    """

    is_ready: bool
    code: str | None = None
    store: str
    is_migrated: bool = False
    planning_late_seconds: int | None = None
    outside: dict[str, str | None] = {}
    roles: dict[str, str | None] = {}


@routes.get("/healthz", responses={HTTPStatus.SERVICE_UNAVAILABLE.value: {"model": Alive}})
def healthz(services: Given, response: Response) -> Alive:
    """The process answers, and each of its loops turns."""
    silent = [_silent(pulse) for pulse in services.pulses if not pulse.is_alive]
    if silent:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Alive(status="stuck" if silent else "alive", silent=silent)


@routes.get("/readyz", responses={HTTPStatus.SERVICE_UNAVAILABLE.value: {"model": Readiness}})
def readyz(services: Given, response: Response) -> Readiness:
    """The store and what else is needed can be reached, the tables are this version's, and no loop waits for them."""
    readiness = _readiness(services)
    if not readiness.is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return readiness


def _silent(pulse: Pulse) -> Silent:
    return Silent(
        role=pulse.role, silent_seconds=round(pulse.silent_seconds), allowed_seconds=round(pulse.allowed_seconds)
    )


def _readiness(services: Services) -> Readiness:
    looked = _of_store(services)
    looked.outside = {name: _code(ask) for name, ask in services.outside.items()}
    looked.roles = {pulse.role: pulse.code for pulse in services.pulses}
    looked.code = next(_reasons(looked), None)
    looked.is_ready = looked.code is None
    return looked


def _of_store(services: Services) -> Readiness:
    try:
        if not services.is_migrated():
            return Readiness(is_ready=False, store="reachable")
        late = _late(services)
    except RoundsError as error:
        return Readiness(is_ready=False, store=error.code)
    return Readiness(is_ready=True, store="reachable", is_migrated=True, planning_late_seconds=late)


def _reasons(looked: Readiness) -> Iterator[str]:
    if looked.store != "reachable":
        yield looked.store
    elif not looked.is_migrated:
        yield NOT_MIGRATED
    yield from (code for code in (*looked.outside.values(), *looked.roles.values()) if code is not None)


def _code(ask: Callable[[], object]) -> str | None:
    try:
        ask()
    except RoundsError as error:
        return error.code
    return None


def _late(services: Services) -> int:
    with services.open_uow(read_only=True) as uow:
        due = uow.work.next_due()
    return max(0, seconds_between(due, services.clock.now())) if due else 0
