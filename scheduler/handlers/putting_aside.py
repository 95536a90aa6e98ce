"""Where an event goes that cannot take effect: into the drawer of dead letters, which has limits.

Identical bytes of one source are kept once and counted. Of an event larger than any may be only the beginning is kept.
When as many wait as may, further ones are still counted, by door and reason, but their bytes are not kept: the disk
does not fill, nothing is dropped in silence, and those that wait stay.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from scheduler.domain.ids import EventId
from scheduler.ports.dead_letters import LetterSummary, Undeliverable
from scheduler.ports.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

SPOKEN_OF_EVERY: Final = 1000
"""A full drawer is told of in the log once for each reason, and then every so many events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerLimits:
    """`most_bytes` is the size of the largest event that can take effect; of larger ones `glimpse_bytes` are kept."""

    most_waiting: int = 10_000
    most_bytes: int = 256 * 1024
    glimpse_bytes: int = 4 * 1024


def undeliverable(*, source: str, event: EventId | None, door: str, code: str, sentence: str, remedy: str, raw: bytes,
                  seen_at: datetime) -> Undeliverable:  # fmt: skip
    return Undeliverable(
        source=source,
        event=event,
        door=door,
        code=code,
        sentence=sentence,
        remedy=remedy,
        raw=raw,
        size=len(raw),
        digest=sha256(b"\0".join((source.encode(), raw))).hexdigest(),
        seen_at=seen_at,
    )


def put_aside(uow: UnitOfWork, event: Undeliverable, limits: DrawerLimits, *, is_arrival: bool = True
              ) -> LetterSummary:  # fmt: skip
    """The letter that stands for it. `is_arrival`: it came from outside, and was not only tried again."""
    if known := uow.dead_letters.met_again(event, is_arrival=is_arrival):
        return known
    if uow.dead_letters.has_room(limits.most_waiting):
        return uow.dead_letters.add(_shortened(event, limits))
    letter = _counted(uow, event)
    if letter.times % SPOKEN_OF_EVERY == 1:
        log.error("dead_letters.full", extra={"code": event.code, "letter": letter.id, "count": letter.times})
    return letter


def _shortened(event: Undeliverable, limits: DrawerLimits) -> Undeliverable:
    if event.size <= limits.most_bytes:
        return event
    return replace(event, raw=event.raw[: limits.glimpse_bytes])


def _counted(uow: UnitOfWork, event: Undeliverable) -> LetterSummary:
    """One letter without bytes for all that are refused at one door for one reason."""
    stand_in = replace(
        event,
        source="",
        event=None,
        raw=b"",
        size=max(event.size, 1),
        digest=f"counted/{event.door}/{event.code}",
        sentence="The drawer is full, so events refused for this reason are only counted.",
        remedy="Replay or drop letters that wait, then have these events sent again.",
    )
    return uow.dead_letters.met_again(stand_in, is_arrival=True) or uow.dead_letters.add(stand_in)
