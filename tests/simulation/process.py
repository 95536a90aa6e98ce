"""One process of Rounds in the simulated world: its clock, its way to the store and to the bus, and how these fail.

`meet` stands wherever a real process could be interrupted: before a transaction, a poll, a send, an answer of the
engine. There it may die, as by `kill -9`, or freeze past its session and its leases. What is inside a transaction
needs no such place: it is kept whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from consumers.bus import (
    NO_ANSWER,
    Acked,
    BusUnavailable,
    BusWriter,
    Delivery,
    OnAcked,
    Outgoing,
    Partition,
    ReaderLost,
    Record,
    Refused,
    WriterLost,
    in_order,
    is_trustworthy_after,
)
from consumers.memory_bus import MemoryBus, MemoryReader
from scheduler.store.clock import StoreClock
from scheduler.store.engine import Store
from scheduler.store.errors import StoreUnavailable
from scheduler.store.unit_of_work import SqlUnitOfWork
from tests.simulation.stage import Actor

if TYPE_CHECKING:
    from tests.simulation.world import World

LONGEST_NAP = timedelta(minutes=7)
SESSION = timedelta(seconds=45)
"""A reader that is silent for so long has left its group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How many times in a thousand each thing goes wrong where it can."""

    dies: int = 0
    freezes: int = 0
    store_refuses: int = 0
    commit_fails: int = 0
    commit_is_unsure: int = 0
    reader_is_lost: int = 0
    commit_of_offsets_fails: int = 0
    send_fails: int = 0


class Process:
    """Lives in one thread. Reborn under another number after it died."""

    def __init__(self, world: World, actor: Actor, name: str, *, host: str) -> None:
        self.world, self.actor, self.name, self.host = world, actor, name, host
        self.clock = StoreClock(self._time_of_the_database, monotonic=self._seconds)
        self.is_stopping = False
        self.readers: list[SimulatedReader] = []

    # -- what the product's loops ask for ---------------------------------------------------------------

    def now(self) -> datetime:
        """As every process that shares its database knows it."""
        return self._time_of_its_host() if self.world.parts.goes_by_its_host else self.clock.now()

    def is_set(self) -> bool:
        return self.is_stopping

    def nap(self, wait: timedelta) -> None:
        """Never shorter than asked. While little happens processes are let sleep on, so that nights pass quickly."""
        if not self.is_stopping:
            longer = self.world.stage.chance.choice((1, 2, 10) if self.world.is_lively else (60, 300, 1200))
            self.actor.sleep(min(wait * longer, wait + LONGEST_NAP))

    def unit_of_work(self, *, read_only: bool = False) -> SimulatedUnitOfWork:
        return self.world.parts.unit_of_work(self.world.store, self, is_read_only=read_only)

    def reader(self, topics: Iterable[str]) -> SimulatedReader:
        self.meet("joins")
        if self.world.bus_is_away:
            raise BusUnavailable("simulated")
        reader = SimulatedReader(self, self.world.bus, topics)
        self.readers.append(reader)
        return reader

    def writer(self) -> BusWriter:
        self.meet("opens a writer")
        if self.world.bus_is_away:
            raise BusUnavailable("simulated")
        return self.world.parts.writer(self, self.world.bus)

    def _time_of_its_host(self) -> datetime:
        """May be wrong by hours, so nothing may go by it."""
        return self.world.stage.now + self.world.hosts_are_wrong_by.get(self.host, timedelta(0))

    def _time_of_the_database(self) -> datetime:
        if self.world.store_is_away:
            raise StoreUnavailable("simulated")
        return self.world.now()

    def _seconds(self) -> float:
        return (self.world.stage.now - self.world.story.begins).total_seconds()

    # -- what happens to it -----------------------------------------------------------------------------

    def meet(self, what: str) -> None:
        """A place where anything may happen between two instructions."""
        self.actor.refuse_the_dead()
        self.actor.pause()
        if self.happens(self.world.faults.dies):
            self.die(f"before it {what}")
        if self.happens(self.world.faults.freezes):
            self.freeze()

    def happens(self, per_thousand: int) -> bool:
        return self.world.is_troubled and self.world.stage.chance.randrange(1000) < per_thousand

    def die(self, where: str) -> None:
        self.say(f"dies {where}")
        self.world.counts["deaths"] += 1
        self.actor.die_here()

    def freeze(self) -> None:
        seconds = self.world.stage.chance.choice([5, 50, 130])
        self.say(f"freezes for {seconds} s")
        self.world.counts["freezes"] += 1
        frozen = timedelta(seconds=seconds)
        if frozen > SESSION:
            self.world.stage.at(self.world.stage.now + SESSION, self.leave_groups)
        self.actor.sleep(frozen)

    def leave_groups(self) -> None:
        """The broker has not heard from it for too long."""
        for reader in self.readers:
            reader.be_evicted()

    def say(self, what: str) -> None:
        self.world.stage.say(f"{self.name} {what}")


class SimulatedUnitOfWork(SqlUnitOfWork):
    """The real one, on the real database, whose commit may fail, or happen without anybody hearing of it."""

    def __init__(self, store: Store, process: Process, *, is_read_only: bool) -> None:
        super().__init__(store.reader if is_read_only else store.writer, is_read_only=is_read_only)
        self._process = process

    def __enter__(self) -> Self:
        self._process.meet("begins a transaction")
        if self._process.world.store_is_away or self._process.happens(self._process.world.faults.store_refuses):
            raise StoreUnavailable("simulated")
        return super().__enter__()

    def commit(self) -> None:
        process, faults = self._process, self._process.world.faults
        if process.happens(faults.commit_fails):
            process.say("fails to commit")
            process.world.counts["failed commits"] += 1
            raise StoreUnavailable("simulated")
        super().commit()
        if process.happens(faults.dies):
            process.die("just after a commit")
        if process.happens(faults.commit_is_unsure):
            process.say("commits and does not hear of it")
            process.world.counts["unsure commits"] += 1
            raise StoreUnavailable("simulated")


class SimulatedReader(MemoryReader):
    def __init__(self, process: Process, bus: MemoryBus, topics: Iterable[str]) -> None:
        super().__init__(bus, bus._groups["rounds"], frozenset(topics), 20)
        self._process = process
        self._is_evicted = False

    def poll(self, timeout: timedelta) -> Sequence[Record]:
        process = self._process
        process.meet("polls")
        if self._is_evicted or process.happens(process.world.faults.reader_is_lost):
            raise ReaderLost("simulated")
        found = [] if process.world.bus_is_away else super().poll(timedelta(0))
        if not found and timeout:
            process.nap(timeout)
        return found

    def commit(self, next_offsets: Mapping[Partition, int]) -> bool:
        process = self._process
        process.meet("commits its offsets")
        if process.world.bus_is_away or process.happens(process.world.faults.commit_of_offsets_fails):
            return False
        return not self._is_evicted and super().commit(next_offsets)

    def close(self) -> None:
        """A dead process says no good-bye: it is missed after a while."""
        if not self._process.actor.is_dead:
            super().close()

    def be_evicted(self) -> None:
        self._is_evicted = True
        super().close()


class SimulatedWriter:
    """Like an idempotent producer: of each partition a first part is written, whether or not anybody hears of it."""

    def __init__(self, process: Process, bus: MemoryBus) -> None:
        self._process, self._bus = process, bus
        self.is_lost = False

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        del timeout
        if self.is_lost:
            raise WriterLost
        self._process.meet("sends")
        dies = self._process.happens(self._process.world.faults.dies)
        fails = self._process.world.bus_is_away or self._process.happens(self._process.world.faults.send_fails)
        deliveries = self._write(items) if dies or fails else [self._sent(item) for item in items]
        answers = in_order(items, deliveries)
        self._tell(answers, on_acked)
        if dies:
            self._process.die("in the midst of sending")
        self.is_lost = not is_trustworthy_after(deliveries)
        return answers

    def close(self) -> None:
        self.is_lost = True

    def _sent(self, item: Outgoing) -> Delivery:
        self._process.world.note_sent(item)
        return self._bus.append(item)

    def _tell(self, answers: Sequence[Delivery], on_acked: OnAcked | None) -> None:
        """Of some, and of those later in a lane only with those before."""
        until = self._process.world.stage.chance.randint(0, len(answers))
        acked = [place for place, answer in enumerate(answers[:until]) if isinstance(answer, Acked)]
        if acked and on_acked:
            on_acked(acked)

    def _write(self, items: Sequence[Outgoing]) -> list[Delivery]:
        """Until some point in each lane; of what was written, the answers are heard until some other point."""
        chance = self._process.world.stage.chance
        written = {item.key: chance.randint(0, len(items)) for item in items}
        answered = {key: chance.randint(0, until) for key, until in written.items()}
        deliveries: list[Delivery] = []
        for number, item in enumerate(items):
            is_written = number < written[item.key] and not self._process.world.bus_is_away
            delivery = self._sent(item) if is_written else None
            if isinstance(delivery, Acked) and number < answered[item.key]:
                deliveries.append(delivery)
            else:
                deliveries.append(Refused(reason=NO_ANSWER, may_pass=True))
        return deliveries
