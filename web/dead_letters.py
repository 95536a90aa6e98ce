"""Events that could not take effect: look at them, and try them again once the cause is mended.

A list holds ids and reasons. The event itself may hold a patient's facts, so showing it is written into the audit.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from scheduler.domain.errors import Conflict
from scheduler.files.problems import Problem
from scheduler.handlers.dead_letters import Drawer
from scheduler.ports.dead_letters import LetterSummary
from web.audited import ACTOR
from web.errors import documented
from web.receipts import ReceiptShown, shown
from web.services import Given, Receipt, Services

routes = APIRouter(
    prefix="/api/dead-letters",
    tags=["dead letters"],
    responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
)

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


class StillRefused(Conflict):
    """The cause is not mended."""

    code = "dead_letter.still_refused"
    remedy = "Mend what is listed first, or have a corrected event sent under a new id."

    def __init__(self, letter: int, problems: Sequence[Problem]) -> None:
        self.letter, self.problems = letter, tuple(problems)
        super().__init__(f"Dead letter {letter} still cannot take effect.")


class LetterShown(BaseModel):
    id: int
    source: str
    event: str | None
    door: str
    code: str
    sentence: str
    remedy: str
    size: int
    is_whole: bool
    times: int
    seen_at: dt.datetime
    last_seen_at: dt.datetime
    replayed_at: dt.datetime | None


class LettersShown(BaseModel):
    letters: list[LetterShown]


class WholeLetter(LetterShown):
    """`raw` is the event as it came: text, or base64 where it is no text."""

    raw: str
    encoding: Literal["utf-8", "base64"]


@routes.get("")
def dead_letters(services: Given, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> LettersShown:
    """Newest first, replayed ones included. `times` is how often it came, `size` how many bytes it had."""
    return LettersShown(letters=[LetterShown(**_about(letter)) for letter in _drawer(services).newest(limit)])


@routes.get("/{letter}", responses=documented(HTTPStatus.NOT_FOUND))
def dead_letter(letter: Number, services: Given) -> WholeLetter:
    """The event and the reasons."""
    found = _drawer(services).show(letter)
    try:
        return WholeLetter(**_about(found), raw=found.raw.decode(), encoding="utf-8")
    except UnicodeDecodeError:
        return WholeLetter(**_about(found), raw=base64.b64encode(found.raw).decode(), encoding="base64")


@routes.post("/{letter}/replay", responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
def replay(letter: Number, services: Given) -> ReceiptShown:
    """Take the event in again, as it came. An event that took effect meanwhile has none a second time."""
    receipt = _drawer(services).replay(letter)
    if receipt.is_refused:
        raise StillRefused(letter, receipt.problems)
    return shown(receipt)


def _drawer(services: Services) -> Drawer[Receipt]:
    return Drawer(open_unit_of_work=services.open_uow, take_in=services.take_in, clock=services.clock, actor=ACTOR)


def _about(letter: LetterSummary) -> dict[str, Any]:
    return {name: getattr(letter, name) for name in LetterShown.model_fields}
