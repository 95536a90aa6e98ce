"""Receipts as answers."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel

from scheduler.files.problems import Problem
from web.services import Receipt

REFUSED = "refused"


class ReceiptShown(BaseModel):
    """What became of one event: applied, duplicate, ignored (`because`) or refused (`problems`, `letter`)."""

    status: str
    event: str | None
    type: str | None = None
    branch: str | None = None
    days: list[dt.date] = []
    because: str = ""
    problems: list[Problem] = []
    letter: int | None = None


class Taken(BaseModel):
    """One receipt for each event, in their order. `refused` counts those to look at."""

    receipts: list[ReceiptShown]
    refused: int = 0


def shown(receipt: Receipt) -> ReceiptShown:
    return ReceiptShown(
        status=str(receipt.status),
        event=receipt.event,
        type=receipt.type,
        branch=receipt.branch,
        days=list(receipt.days),
        because=receipt.because,
        problems=list(receipt.problems),
        letter=receipt.letter,
    )
