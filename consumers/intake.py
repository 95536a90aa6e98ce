"""The one way in, whatever the door: Kafka, `POST /api/events` or a file of lines.

One event is one transaction: the inbox claims its id, the handler makes its effect, both are committed. What cannot
take effect becomes a dead letter with its bytes and reasons. What may pass (`Unavailable`) is raised: nothing was
written, so bring the same event again. Nothing disappears, nothing happens twice.

An event that was refused may be sent again and is then a new try. A record that is only delivered again, because a
crash came before its offset was kept, is none: it is known by its place, and stays refused whatever is known meanwhile.

Events that come in a crowd may share a transaction (`take_in_all`). It ends before the first that cannot take effect,
and what fails together is taken in one by one, so that each becomes what it would have become alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from consumers.contracts import Known, Parsed, ParsedEvent, Problem, UnfitEvent, Unreadable, parse
from consumers.contracts.branch_events import BranchChanged
from consumers.contracts.reading import MOST_BYTES
from consumers.measures import UNCOUNTED, IntakeMeasures
from consumers.receipt import Receipt, Status, in_one_remedy, in_one_sentence
from scheduler.domain.errors import Conflict, RoundsError, Unavailable
from scheduler.domain.ids import EventId
from scheduler.domain.place import Point
from scheduler.handlers.addresses import AddressBook
from scheduler.handlers.bus import CommandBus
from scheduler.handlers.dead_letters import REPLAY
from scheduler.handlers.outcome import Applied, Outcome
from scheduler.handlers.putting_aside import DrawerLimits, put_aside, undeliverable
from scheduler.ports.clock import Clock
from scheduler.ports.inbox import InboxStatus
from scheduler.ports.refused_records import RecordPlace, Refusal
from scheduler.ports.unit_of_work import OpenUnitOfWork, UnitOfWork

log = logging.getLogger(__name__)

LIMITS: Final = DrawerLimits(most_bytes=MOST_BYTES)
NEWS: Final = {
    Status.APPLIED: "event.applied",
    Status.DUPLICATE: "event.duplicate",
    Status.IGNORED: "event.ignored",
    Status.REFUSED: "event.refused",
}


class OtherContent(Conflict):
    """One id stands for two contents. The first keeps its effect, if it had one."""

    code = "event.conflict"
    remedy = "Send it under an id of its own; only an unchanged event keeps its id."

    def __init__(self, event: EventId) -> None:
        self.event = event
        super().__init__(f"Event {event} came before with other content.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    open_unit_of_work: OpenUnitOfWork
    commands: CommandBus
    clock: Clock
    addresses: AddressBook | None = None
    limits: DrawerLimits = LIMITS
    measures: IntakeMeasures = UNCOUNTED

    def take_in(self, raw: bytes | None, *, door: str, place: RecordPlace | None = None) -> Receipt:
        """`place` is where a door stands that delivers a record until it hears that it need not.

        Raises `Unavailable` when the store is; then nothing happened yet.
        """
        return self._take_in(parse(raw), raw, door, place)

    def take_in_all(
        self, raws: Sequence[bytes | None], *, door: str, places: Sequence[RecordPlace] = ()
    ) -> Iterator[Receipt]:
        """A receipt for each of the first, in order, once it is for good. Raises whatever goes wrong with those that
        share a transaction; then nothing happened to whatever has no receipt yet, so take it in alone.

        `places` are those of all, or none are given.
        """
        events = [parse(raw) for raw in raws]
        done = 0
        while done < len(raws):
            for receipt in self._together(events[done:], raws[done:], places[done:], door):
                done += 1
                yield receipt
            if done < len(raws):
                yield self._take_in(events[done], raws[done], door, places[done] if places else None)
                done += 1

    def park(self, raw: bytes | None, problem: Problem, *, door: str, place: RecordPlace | None = None) -> Receipt:
        """Put aside an event that fails again and again, for a reason of ours."""
        return self._refuse(raw, parse(raw), (problem,), door, place)

    def _take_in(self, event: Parsed, raw: bytes | None, door: str, place: RecordPlace | None) -> Receipt:
        if isinstance(event, Unreadable):
            return self._refuse(raw, event, event.problems, door, place)
        points = self.addresses.find(event.model.addresses()) if self.addresses else {}
        try:
            receipt = self._apply(event, raw or b"", door, points, place)
        except Unavailable:
            raise
        except RoundsError as error:
            return self._refuse(raw, event, _problems_of(error), door, place)
        self._tell(receipt, door)
        return receipt

    def _apply(self, event: ParsedEvent, raw: bytes, door: str, points: Mapping[str, Point],
               place: RecordPlace | None) -> Receipt:  # fmt: skip
        now = self.clock.now()
        with self.open_unit_of_work() as uow:
            claimed = _claim(uow, event, raw, now)
            # Only now: the claim waits for whoever has the branch, and may be refusing the same record.
            if claimed is not InboxStatus.DUPLICATE and (refusal := _refusal(uow, place)):
                return _repeated(_about(event), refusal)
            if claimed is not InboxStatus.NEW:
                return _met_before(event, claimed)
            receipt = self._effect(uow, event, now, door, points)
            uow.commit()
        return receipt

    def _together(self, events: Sequence[Parsed], raws: Sequence[bytes | None], places: Sequence[RecordPlace],
                  door: str) -> Sequence[Receipt]:  # fmt: skip
        """Of the first ones, as many as can take effect in one transaction; none where the first must go alone."""
        receipts: list[Receipt] = []
        fit = _that_may_share(events)
        if len(fit) < 2:
            return receipts
        with self.open_unit_of_work() as uow:
            dead = uow.inbox.expect([(event.source, event.id, event.branch) for event in fit])
            refused = uow.refused_records.among(places[: len(fit)])
            for number, (event, raw) in enumerate(zip(fit, raws, strict=False)):
                goes_alone = (event.source, event.id) in dead or (places and places[number] in refused)
                receipt = None if goes_alone else self._in_a_crowd(uow, event, raw or b"", door)
                if receipt is None:
                    break
                receipts.append(receipt)
            uow.commit()
        for receipt in receipts:
            self._tell(receipt, door)
        return receipts

    def _in_a_crowd(self, uow: UnitOfWork, event: ParsedEvent, raw: bytes, door: str) -> Receipt | None:
        """None when it is to be refused; then it left nothing in the transaction."""
        now = self.clock.now()
        claimed = _claim(uow, event, raw, now)
        if claimed is not InboxStatus.NEW:
            return None if claimed is InboxStatus.CONFLICT else _met_before(event, claimed)
        try:
            return self._effect(uow, event, now, door, {})
        except Unavailable:
            raise
        except RoundsError:
            if not uow.inbox.unclaim(source=event.source, event=event.id):
                raise
            return None

    def _effect(
        self, uow: UnitOfWork, event: ParsedEvent, now: datetime, door: str, points: Mapping[str, Point]
    ) -> Receipt:
        """Of an event that was claimed."""
        command = event.command(Known(visit_types=self.commands.visit_types, zone=_zone(uow, event)))
        actor = f"{door} {event.source}"
        outcome = self.commands.handle(command, uow, now, actor=actor, because=event.id, points=points)
        receipt = _receipt(_about(event), outcome)
        uow.inbox.settle(source=event.source, event=event.id, status=receipt.status.value)
        return receipt

    def _refuse(self, raw: bytes | None, event: Parsed, problems: tuple[Problem, ...], door: str,
                place: RecordPlace | None) -> Receipt:  # fmt: skip
        """In a transaction of its own: that of the effect was taken back."""
        now, about = self.clock.now(), _about(event)
        with self.open_unit_of_work() as uow:
            if refusal := _refusal(uow, place):
                receipt = _repeated(about, refusal)
                self._tell(receipt, door)
                return receipt
            unfit = undeliverable(
                source=event.source,
                event=event.id if isinstance(event, ParsedEvent) else event.event,
                door=door,
                code=problems[0].code,
                sentence=in_one_sentence(problems),
                remedy=in_one_remedy(problems),
                raw=raw or b"",
                seen_at=now,
            )
            letter = put_aside(uow, unfit, self.limits, is_arrival=door != REPLAY)
            if isinstance(event, ParsedEvent) and letter.is_whole and problems[0].code != OtherContent.code:
                _bury(uow, event, problems[0].code, now)
            if place is not None:
                uow.refused_records.remember(place, Refusal(letter=letter.id, code=problems[0].code))
            uow.commit()
        self.measures.taken_in(Status.REFUSED.value, problems[0].code)
        receipt = replace(about, status=Status.REFUSED, problems=problems, letter=letter.id)
        facts = {**_facts(receipt, door), "code": problems[0].code, "letter": letter.id}
        log.error(NEWS[Status.REFUSED], extra=facts)
        return receipt

    def _tell(self, receipt: Receipt, door: str) -> None:
        """Once it is committed: a log never tells what did not happen."""
        status = Status.DUPLICATE if receipt.is_repeat else receipt.status
        self.measures.taken_in(status.value, None)
        log.info(NEWS[status], extra=_facts(receipt, door))
        for day in receipt.days:
            log.info("day.dirty", extra={"event_id": receipt.event, "branch": receipt.branch, "day": day.isoformat()})


def _that_may_share(events: Sequence[Parsed]) -> Sequence[ParsedEvent]:
    """The first that can be read. Addresses are looked up beforehand, one by one, and that may take long."""
    fit: list[ParsedEvent] = []
    for event in events:
        if isinstance(event, Unreadable) or event.model.addresses():
            break
        fit.append(event)
    return fit


def _met_before(event: ParsedEvent, claimed: InboxStatus) -> Receipt:
    """Raises `OtherContent` where only the id was."""
    if claimed is InboxStatus.CONFLICT:
        raise OtherContent(event.id)
    return replace(_about(event), status=Status.DUPLICATE)


def _claim(uow: UnitOfWork, event: ParsedEvent, raw: bytes, now: datetime) -> InboxStatus:
    return uow.inbox.claim(
        source=event.source,
        event=event.id,
        digest=event.digest,
        type=event.type,
        branch=event.branch,
        occurred_at=event.time,
        received_at=now,
        payload=raw,
    )


def _bury(uow: UnitOfWork, event: ParsedEvent, code: str, now: datetime) -> None:
    """The inbox lets a dead event try again when it comes again, unlike one that took effect. Its letter has its bytes;
    one that is only counted is not remembered here either.
    """
    if _claim(uow, event, b"", now) is InboxStatus.NEW:
        uow.inbox.settle(source=event.source, event=event.id, status="dead", code=code)


def _refusal(uow: UnitOfWork, place: RecordPlace | None) -> Refusal | None:
    return uow.refused_records.find(place) if place is not None else None


def _repeated(about: Receipt, refusal: Refusal) -> Receipt:
    problem = Problem(
        path="",
        code=refusal.code,
        sentence="This very record was refused before.",
        remedy="Replay its letter, or send the event again.",
    )
    return replace(about, status=Status.REFUSED, problems=(problem,), letter=refusal.letter, is_repeat=True)


def _zone(uow: UnitOfWork, event: ParsedEvent) -> ZoneInfo:
    """Raises `UnknownBranch`: only a branch's own event may come before it is known."""
    if isinstance(event.model, BranchChanged):
        return event.model.data.zone
    return uow.branches.get(event.branch).zone


def _about(event: Parsed) -> Receipt:
    if isinstance(event, Unreadable):
        return Receipt(status=Status.REFUSED, source=event.source, event=event.event)
    return Receipt(status=Status.REFUSED, source=event.source, event=event.id, type=event.type, branch=event.branch)


def _receipt(about: Receipt, outcome: Outcome) -> Receipt:
    if isinstance(outcome, Applied):
        return replace(about, status=Status.APPLIED, days=outcome.days)
    return replace(about, status=Status.IGNORED, because=outcome.because)


def _problems_of(error: RoundsError) -> tuple[Problem, ...]:
    if isinstance(error, UnfitEvent):
        return error.problems
    return (Problem(path="", code=error.code, sentence=str(error), remedy=error.remedy),)


def _facts(receipt: Receipt, door: str) -> dict[str, object]:
    facts = {"event_id": receipt.event, "type": receipt.type, "branch": receipt.branch, "door": door}
    return facts | {"days": len(receipt.days)}
