"""Dead letters in the hands of a person: list, look, try again. Their bytes hold patients' data; summaries do not.

Every look at the bytes and every try is in the audit, with who it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from scheduler.domain.errors import Conflict
from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownDeadLetter
from scheduler.ports import Clock, DeadLetter, OpenUnitOfWork

OURS: Final = "relay"


class Outcome(Protocol):
    """What became of an event that was taken in."""

    @property
    def is_refused(self) -> bool: ...
    @property
    def status(self) -> str: ...
    @property
    def branch(self) -> BranchId | None: ...


Outcome_co = TypeVar("Outcome_co", bound=Outcome, covariant=True)


class TakeIn(Protocol[Outcome_co]):
    """The way in. Raises `Unavailable` when nothing could be written."""

    def __call__(self, raw: bytes | None, *, door: str) -> Outcome_co: ...


class NotAnIncomingEvent(Conflict):
    """A letter of the relay is on its way out; it cannot be taken in."""

    code = "dead_letter.outgoing"
    remedy = "Raise the topic's limits and send its bytes to the topic."

    def __init__(self, letter: int) -> None:
        self.letter = letter
        super().__init__(f"Dead letter {letter} was on its way out, not in.")


class AlreadyReplayed(Conflict):
    """It took effect by an earlier replay."""

    code = "dead_letter.replayed"
    remedy = "Nothing is left to do."

    def __init__(self, letter: int) -> None:
        self.letter = letter
        super().__init__(f"Dead letter {letter} was replayed before.")


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
class Drawer(Generic[Outcome_co]):
    """Where dead letters lie. `actor` is who looks."""

    open_unit_of_work: OpenUnitOfWork
    take_in: TakeIn[Outcome_co]
    clock: Clock
    actor: str

    def newest(self, limit: int = 100) -> Sequence[Summary]:
        """Newest first, replayed ones included."""
        with self.open_unit_of_work(read_only=True) as uow:
            return [summary_of(letter) for letter in uow.dead_letters.all(limit)]

    def waiting(self, limit: int = 100) -> Sequence[Summary]:
        """Of the newest `limit` letters those that nobody replayed, newest first."""
        return [letter for letter in self.newest(limit) if letter.replayed_at is None]

    def show(self, letter: int) -> DeadLetter:
        """With its bytes. Raises `UnknownDeadLetter`."""
        found = self._found(letter)
        self._record("dead_letter.read", letter, None)
        return found

    def replay(self, letter: int) -> Outcome_co:
        """Take its bytes in again. A letter refused again stays where it is.

        Raises `UnknownDeadLetter`, `AlreadyReplayed`, and `NotAnIncomingEvent` for a letter of the relay.
        """
        found = self._found(letter)
        if found.door == OURS:
            raise NotAnIncomingEvent(letter)
        if found.replayed_at is not None:
            raise AlreadyReplayed(letter)
        outcome = self.take_in(found.raw, door=found.door)
        if not outcome.is_refused:
            with self.open_unit_of_work() as uow:
                uow.dead_letters.mark_replayed(letter, self.clock.now())
                uow.commit()
        self._record("dead_letter.replayed", letter, outcome.branch, str(outcome.status))
        return outcome

    def _found(self, letter: int) -> DeadLetter:
        with self.open_unit_of_work(read_only=True) as uow:
            if found := uow.dead_letters.get(letter):
                return found
        raise UnknownDeadLetter(letter)

    def _record(self, action: str, letter: int, branch: BranchId | None, reason: str = "") -> None:
        with self.open_unit_of_work() as uow:
            now = self.clock.now()
            uow.audit.record(at=now, actor=self.actor, action=action, object=str(letter), branch=branch, reason=reason)
            uow.commit()


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
