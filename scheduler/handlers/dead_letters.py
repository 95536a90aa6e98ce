"""Dead letters in the hands of a person: list, look, try again. Their bytes hold patients' data; summaries do not.

Every look at the bytes and every try is in the audit, with who it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final, Generic, Protocol, TypeVar

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.ids import BranchId
from scheduler.domain.missing import UnknownDeadLetter
from scheduler.ports.clock import Clock
from scheduler.ports.dead_letters import DeadLetter, LetterSummary
from scheduler.ports.unit_of_work import OpenUnitOfWork

OURS: Final = "relay"
REPLAY: Final = "replay"
"""The door of what is tried again: it did not come again."""
BATCH: Final = 200


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


class NotWhole(Conflict):
    """Only its beginning was kept, or only that it came: it was too large, or the drawer was full."""

    code = "dead_letter.not_whole"
    remedy = "Have the event sent again, then drop the letter."

    def __init__(self, letter: int) -> None:
        self.letter = letter
        super().__init__(f"Of dead letter {letter} not all bytes were kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Generic[Outcome_co]):
    """One letter of many that were replayed. No outcome: it could not be tried, for the reason with this code."""

    letter: int
    outcome: Outcome_co | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawer(Generic[Outcome_co]):
    """Where dead letters lie. `actor` is who looks."""

    open_unit_of_work: OpenUnitOfWork
    take_in: TakeIn[Outcome_co]
    clock: Clock
    actor: str

    def newest(self, limit: int = 100) -> Sequence[LetterSummary]:
        """Newest first, replayed ones included."""
        with self.open_unit_of_work(read_only=True) as uow:
            return uow.dead_letters.newest(limit, waiting=False)

    def waiting(self, limit: int = 100, *, after: int | None = None, code: str | None = None
                ) -> Sequence[LetterSummary]:  # fmt: skip
        """Those that nobody replayed, newest first; `after` goes on below that number."""
        with self.open_unit_of_work(read_only=True) as uow:
            return uow.dead_letters.newest(limit, after=after, code=code)

    def show(self, letter: int) -> DeadLetter:
        """With its bytes. Raises `UnknownDeadLetter`."""
        found = self._found(letter)
        self._record("dead_letter.read", letter, None)
        return found

    def replay(self, letter: int) -> Outcome_co:
        """Take its bytes in again. A letter refused again stays where it is, with its newest reasons.

        Raises `UnknownDeadLetter`, `AlreadyReplayed`, `NotWhole`, and `NotAnIncomingEvent` for a letter of the relay.
        """
        found = self._found(letter)
        if found.door == OURS:
            raise NotAnIncomingEvent(letter)
        if found.replayed_at is not None:
            raise AlreadyReplayed(letter)
        if not found.is_whole:
            raise NotWhole(letter)
        outcome = self.take_in(found.raw, door=REPLAY)
        if not outcome.is_refused:
            with self.open_unit_of_work() as uow:
                uow.dead_letters.mark_replayed(letter, self.clock.now())
                uow.commit()
        self._record("dead_letter.replayed", letter, outcome.branch, str(outcome.status))
        return outcome

    def replay_each(self, *, code: str | None = None) -> Iterator[Tried[Outcome_co]]:
        """Every letter that waits now, or those with this code, in the order they came.

        One that cannot be tried is told and passed over. Raises `Unavailable`; what was done until then stays done.
        """
        with self.open_unit_of_work(read_only=True) as uow:
            newest = uow.dead_letters.newest(1)
        until, after = (newest[0].id if newest else 0), 0
        while batch := self._batch(after, until, code):
            yield from map(self._tried, batch)
            after = batch[-1]

    def drop(self, letter: int, *, reason: str) -> None:
        """Forget it for good; that it was there, and why it is not, stays in the audit. Raises `UnknownDeadLetter`."""
        with self.open_unit_of_work() as uow:
            uow.dead_letters.drop(letter)
            uow.audit.record(
                at=self.clock.now(),
                actor=self.actor,
                action="dead_letter.dropped",
                object=str(letter),
                branch=None,
                reason=reason,
            )
            uow.commit()

    def _batch(self, after: int, until: int, code: str | None) -> Sequence[int]:
        with self.open_unit_of_work(read_only=True) as uow:
            return uow.dead_letters.oldest(BATCH, after=after, until=until, code=code)

    def _tried(self, letter: int) -> Tried[Outcome_co]:
        try:
            return Tried(letter=letter, outcome=self.replay(letter))
        except (Conflict, NotFound) as error:  # one of the relay's, cut short, or somebody was quicker
            return Tried(letter=letter, code=error.code)

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


def summary_of(letter: DeadLetter) -> LetterSummary:
    return LetterSummary(**{each.name: getattr(letter, each.name) for each in fields(LetterSummary)})
