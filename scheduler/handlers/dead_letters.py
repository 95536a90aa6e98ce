"""Dead letters in the hands of a person: list, look, try again. Their bytes hold patients' data; summaries do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consumers.intake import Intake
from consumers.receipt import Receipt
from scheduler.domain.errors import Conflict
from scheduler.domain.ids import EventId
from scheduler.domain.missing import UnknownDeadLetter
from scheduler.ports import Clock, DeadLetter, OpenUnitOfWork

OURS: Final = "relay"


class NotAnIncomingEvent(Conflict):
    """A letter of the relay is on its way out; it cannot be taken in."""

    code = "dead_letter.outgoing"
    remedy = "Raise the topic's limits and send its bytes to the topic."

    def __init__(self, letter: int) -> None:
        self.letter = letter
        super().__init__(f"Dead letter {letter} was on its way out, not in.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A letter without its bytes: fit for a screen or a log."""

    id: int
    source: str
    event: EventId | None
    door: str
    code: str
    sentence: str
    remedy: str
    size: int
    seen_at: datetime
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer:
    """Where dead letters lie."""

    open_unit_of_work: OpenUnitOfWork
    intake: Intake
    clock: Clock

    def waiting(self, limit: int = 100) -> Sequence[Summary]:
        """Of the newest `limit` letters those that nobody replayed, newest first."""
        with self.open_unit_of_work(read_only=True) as uow:
            letters = uow.dead_letters.all(limit)
        return [summary_of(letter) for letter in letters if letter.replayed_at is None]

    def show(self, letter: int) -> DeadLetter:
        """With its bytes. Raises `UnknownDeadLetter`."""
        with self.open_unit_of_work(read_only=True) as uow:
            found = uow.dead_letters.get(letter)
        if found is None:
            raise UnknownDeadLetter(letter)
        return found

    def replay(self, letter: int, *, actor: str) -> Receipt:
        """Take its bytes in again. A letter refused again stays where it is.

        Raises `UnknownDeadLetter`, and `NotAnIncomingEvent` for a letter of the relay.
        """
        found = self.show(letter)
        if found.door == OURS:
            raise NotAnIncomingEvent(letter)
        receipt = self.intake.take_in(found.raw, door=found.door)
        now = self.clock.now()
        with self.open_unit_of_work() as uow:
            if not receipt.is_refused:
                uow.dead_letters.mark_replayed(letter, now)
            uow.audit.record(
                at=now,
                actor=actor,
                action="dead_letter.replayed",
                object=str(letter),
                branch=receipt.branch,
                reason=receipt.status.value,
            )
            uow.commit()
        return receipt


def summary_of(letter: DeadLetter) -> Summary:
    return Summary(
        id=letter.id,
        source=letter.source,
        event=letter.event,
        door=letter.door,
        code=letter.code,
        sentence=letter.sentence,
        remedy=letter.remedy,
        size=len(letter.raw),
        seen_at=letter.seen_at,
        replayed_at=letter.replayed_at,
    )
