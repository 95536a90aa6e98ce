"""`POST /api/events`: the same contract as Kafka's door. CloudEvents 1.0, structured JSON, one or a batch."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter

from scheduler.files.problems import Problem
from web.bodies import BATCH, ONE, PLAIN, Body, Media, events_of, holds_many
from web.errors import Refusal, documented
from web.receipts import Taken, shown
from web.services import Given, Receipt

DOOR: Final = "http"

_AN_EVENT: Final[dict[str, Any]] = {"type": "object", "description": "A CloudEvent; its types are in docs/events.md."}
_EVENTS: Final[dict[str, Any]] = {"type": "array", "items": _AN_EVENT}
_REQUEST: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            ONE: {"schema": _AN_EVENT},
            BATCH: {"schema": _EVENTS},
            PLAIN: {"schema": {"anyOf": [_AN_EVENT, _EVENTS]}},
        },
    }
}

routes = APIRouter(tags=["events"])


class EventRefused(Refusal):
    """The one event of the request cannot take effect. It is kept as a dead letter with its reasons."""

    code = "event.refused"
    remedy = "Correct what is listed and send the event again with a new id."

    def __init__(self, *, event: str | None, letter: int | None, problems: Sequence[Problem]) -> None:
        self.event, self.letter, self.problems = event, letter, tuple(problems)
        super().__init__("The event cannot take effect.")


@routes.post(
    "/api/events",
    status_code=HTTPStatus.ACCEPTED,
    openapi_extra=_REQUEST,
    responses=documented(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def take_in_events(media: Media, body: Body, services: Given) -> Taken:
    """Take in one event or a batch, in order. When the store fails half-way, send the same batch again."""
    if not holds_many(media, body):
        return _taken([_taken_alone(services, body)])
    return _taken([services.take_in(event, door=DOOR) for event in events_of(body)])


def _taken_alone(services: Given, body: bytes) -> Receipt:
    receipt = services.take_in(body, door=DOOR)
    if receipt.is_refused:
        raise EventRefused(event=receipt.event, letter=receipt.letter, problems=receipt.problems)
    return receipt


def _taken(receipts: Sequence[Receipt]) -> Taken:
    return Taken(
        receipts=[shown(receipt) for receipt in receipts],
        refused=sum(receipt.is_refused for receipt in receipts),
    )
