"""Parts with one fault each, of the kind that reads well and loses things. The nights must find out every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Self

from sqlalchemy import func, select

from consumers.bus import Acked, BusReader, BusWriter, Delivery, OnAcked, Outgoing, Record, Refused, next_offsets
from consumers.loop import IngestLoop
from consumers.relay import Parcel, Relay
from scheduler.domain.errors import Unavailable
from scheduler.ports.inbox import InboxStatus
from scheduler.ports.planning_work import Claim
from scheduler.ports.refused_records import RecordPlace, Refusal
from scheduler.store.inbox import SqlInbox
from scheduler.store.refused_records import SqlRefusedRecords
from scheduler.store.tables import branch_work
from scheduler.store.work import SqlPlanningWork
from tests.simulation.process import SimulatedUnitOfWork, SimulatedWriter
from tests.simulation.roles import Parts


class CommitsFirst(IngestLoop):
    """The offset runs ahead of the effect."""

    def turn(self, reader: BusReader) -> int:
        records = reader.poll(self.poll)
        if records:
            reader.commit(next_offsets(records))
        return self._take_in(records)


class TakesAnOutageForAnAnswer(IngestLoop):
    """An event that met no database counts as dealt with."""

    def _is_dealt_with(self, record: Record) -> bool:
        try:
            return super()._is_dealt_with(record)
        except Unavailable:
            return True


class MarksFirst(Relay):
    """What is marked as sent need not have been."""

    def _send(self, writer: BusWriter, parcels: Sequence[Parcel]) -> int:
        with self.open_unit_of_work() as uow:
            uow.outbox.mark_sent([parcel.item for parcel in parcels], self.clock.now())
            uow.commit()
        return super()._send(writer, parcels)


class SkipsOne(SimulatedWriter):
    """A message that was not written does not hold up those after it."""

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        del timeout, on_acked
        self._process.meet("sends")
        return [self._sent_or_not(item) for item in items]

    def _sent_or_not(self, item: Outgoing) -> Delivery:
        if self._process.happens(self._process.world.faults.send_fails):
            return Refused(reason="simulated", may_pass=True)
        return self._sent(item)


class BelievesAll(SimulatedWriter):
    """Whoever sends does not wait for the answer."""

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        del on_acked
        answers = super().send_all(items, timeout)
        return [each if isinstance(each, Acked) else Acked(partition=0, offset=0) for each in answers]


class Forgetful(SimulatedUnitOfWork):
    """The inbox knows no event again."""

    def __enter__(self) -> Self:
        entered = super().__enter__()
        self.inbox = _ForgetfulInbox(self.transaction)
        return entered


class _ForgetfulInbox(SqlInbox):
    def claim(self, **facts: Any) -> InboxStatus:
        super().claim(**facts)
        return InboxStatus.NEW


class TriesAgain(SimulatedUnitOfWork):
    """A refused record that is delivered again counts as sent again."""

    def __enter__(self) -> Self:
        entered = super().__enter__()
        self.refused_records = _Unnoticed(self.transaction)
        return entered


class _Unnoticed(SqlRefusedRecords):
    def among(self, places: Sequence[RecordPlace]) -> Mapping[RecordPlace, Refusal]:
        del places
        return {}


class Hasty(SimulatedUnitOfWork):
    """A plan counts as the answer to news that came while it was made."""

    def __enter__(self) -> Self:
        entered = super().__enter__()
        self.work = _HastyWork(self.transaction)
        return entered


class _HastyWork(SqlPlanningWork):
    def finish(self, claim: Claim) -> None:
        newest = select(func.max(branch_work.c.dirty_seq).label("seq")).where(
            branch_work.c.branch == claim.branch, branch_work.c.day == claim.date
        )
        row = self._transaction.row(newest)
        super().finish(replace(claim, dirty=row.seq if row else claim.dirty))


FAULTS: Final[Mapping[str, Parts]] = {
    "the offset is committed before the effect": Parts(ingest=CommitsFirst),
    "an outage counts as an answer": Parts(ingest=TakesAnOutageForAnAnswer),
    "events are marked as sent before they are": Parts(relay=MarksFirst),
    "a refused message is overtaken": Parts(writer=SkipsOne),
    "nobody waits for the ack": Parts(writer=BelievesAll),
    "the inbox forgets what it met": Parts(unit_of_work=Forgetful),
    "a refused record is tried again": Parts(unit_of_work=TriesAgain),
    "news during a search count as answered": Parts(unit_of_work=Hasty),
    "each process goes by its own host's clock": Parts(goes_by_its_host=True),
}
