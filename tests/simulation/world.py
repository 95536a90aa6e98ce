"""A night of Rounds, simulated: the product's own loops, on a simulated clock and bus, with faults from one seed.

Two ingest processes, two planners, two relays and two clocks work on one SQLite database, each in a thread that goes
on only when it is let (`stage.py`). They die, freeze, restart and lose their database, their broker and the right
time, until the last hour: then everything is mended, and what is left must come to rest. `checks.py` then looks.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from consumers.bus import Outgoing
from consumers.intake import Intake
from consumers.memory_bus import MemoryBus
from scheduler.domain.policy import Policy
from scheduler.handlers.bus import CommandBus
from scheduler.handlers.dead_letters import Drawer
from scheduler.ports.clock import Clock
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.engine import Store
from tests.ledger import Answer, Sent
from tests.simulation.process import SESSION, Faults, Process
from tests.simulation.roles import AGENCY, EVENTS, ROLES, SCHEDULE, Parts
from tests.simulation.stage import Actor, Stage
from tests.simulation.story import Story
from tests.simulation.troubles import Troubles

EACH: Final = 2
REST: Final = (timedelta(minutes=100), timedelta(minutes=15))
"""What fails is parked for an hour at most. All ends before the morning, when visits begin."""
LIVELY: Final = timedelta(seconds=15)
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


class OpensUnits(Protocol):
    def unit_of_work(self, *, read_only: bool = False) -> UnitOfWork: ...


@dataclass
class World:
    story: Story
    store: Store
    stage: Stage
    faults: Faults
    parts: Parts
    bus: MemoryBus = field(default_factory=lambda: MemoryBus(partitions=4))
    policy: Policy = field(default_factory=lambda: _policy(AGENCY.policy))
    is_troubled: bool = True
    store_is_away: bool = False
    bus_is_away: bool = False
    database_is_wrong_by: timedelta = timedelta(0)
    hosts_are_wrong_by: dict[str, timedelta] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    told_at: dict[str, datetime] = field(default_factory=dict)
    living: dict[str, Process] = field(default_factory=dict)
    _sent_at: datetime = EPOCH
    _names: dict[bytes, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names = {post.raw: post.id for post in reversed(self.story.posts)}

    def live(self) -> None:
        """The night, and the time after it in which everything comes to rest."""
        for name in ROLES:
            for number in range(1, EACH + 1):
                self._bear(name, number)
        self.stage.begin("world", self._send_everything)
        troubles = Troubles(self)
        troubles.arrange()
        self.stage.run_until(self.story.ends)
        troubles.mend()
        self.stage.run_until(self.stage.now + REST[0])
        while self._replay_letters():
            self.stage.run_until(self.stage.now + REST[1])
        self.stage.end()

    # -- processes --------------------------------------------------------------------------------------

    def _bear(self, role: str, number: int) -> None:
        name = f"{role}-{number}-{self.counts['births']}"
        self.counts["births"] += 1
        self.stage.begin(name, lambda actor: self._work(role, number, name, actor))

    def _work(self, role: str, number: int, name: str, actor: Actor) -> None:
        process = self.living[f"{role}-{number}"] = Process(self, actor, name, host=f"{role}-{number}")
        try:
            ROLES[role](process)
            process.say("ends")
        finally:
            self.stage.at(self.stage.now + SESSION, process.leave_groups)
            soon = timedelta(seconds=self.stage.chance.choice([1, 20, 70]))
            self.stage.at(self.stage.now + soon, lambda: self._bear(role, number))

    # -- what the world does ----------------------------------------------------------------------------

    def _send_everything(self, actor: Actor) -> None:
        for post in self.story.posts:
            if post.at > self.stage.now:
                actor.sleep(post.at - self.stage.now)
            self._sent_at = self.stage.now
            self.bus.append(Outgoing(topic=EVENTS, key=post.branch, value=post.raw))
            self.sent.append(Sent(event=post.id, key=post.branch, answer=Answer.ACKED, effect=post.effect))

    def _replay_letters(self) -> bool:
        """What an operator does in the morning. Whether any of them took effect."""
        drawer = Drawer(
            open_unit_of_work=self.store.unit_of_work,
            take_in=self.intake_into(self.store, self).take_in,
            clock=self,
            actor="operator",
        )
        waiting = drawer.waiting(10_000)
        taken_in = [not drawer.replay(letter.id).is_refused for letter in reversed(waiting)]
        return any(taken_in)

    def note_sent(self, item: Outgoing) -> None:
        """When it was first in the topic, by the only clock that is never wrong."""
        if item.topic == SCHEDULE:
            self.told_at.setdefault(json.loads(item.value)["id"], self.stage.now)

    @property
    def is_lively(self) -> bool:
        """Something was sent a moment ago."""
        return self.stage.now - self._sent_at < LIVELY

    def now(self) -> datetime:
        """By the database's clock."""
        return self.stage.now + self.database_is_wrong_by

    def name_of(self, raw: bytes | None) -> str:
        """Of a message, what it was sent as: what is torn or pretends to be another has no id of its own."""
        return self._names.get(raw or b"", "nobody's")

    def intake_into(self, store: OpensUnits, clock: Clock) -> Intake:
        commands = CommandBus(planning=self.policy.planning, visit_types=AGENCY.visit_types)
        return Intake(open_unit_of_work=store.unit_of_work, commands=commands, clock=clock)


def _policy(usual: Policy) -> Policy:
    return replace(usual, planning=replace(usual.planning, effort=0.01, threads=1))
