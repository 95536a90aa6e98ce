"""What befalls a night as a whole: outages of the database and the broker, wrong clocks, and orderly ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.simulation.process import Faults

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass(frozen=True)
class Troubles:
    world: World

    def arrange(self) -> None:
        chance = self.world.stage.chance
        troubles = (
            self._store_outage,
            self._bus_outage,
            self._set_database_clock,
            self._set_host_clock,
            self._end_one_well,
        )
        span = (self.world.story.ends - self.world.story.begins).total_seconds()
        for _ in range(chance.randint(4, 16)):
            self.world.stage.at(
                self.world.story.begins + timedelta(seconds=chance.uniform(0, span)), chance.choice(troubles)
            )

    def _store_outage(self) -> None:
        self.world.store_is_away = True
        self._later("the database is away", [1, 15, 90], self._store_is_back)

    def _store_is_back(self) -> None:
        self.world.store_is_away = False

    def _bus_outage(self) -> None:
        self.world.bus_is_away = True
        self._later("the broker is away", [1, 15, 90], self._bus_is_back)

    def _bus_is_back(self) -> None:
        self.world.bus_is_away = False

    def _set_database_clock(self) -> None:
        """Back or forth, as when a host's clock is corrected."""
        self.world.database_is_wrong_by = timedelta(minutes=self.world.stage.chance.choice([-7, -1, 1, 7]))
        self._later("the database's clock is wrong", [60, 1800], self._set_database_right)

    def _set_database_right(self) -> None:
        self.world.database_is_wrong_by = timedelta(0)

    def _set_host_clock(self) -> None:
        """Wrong for the rest of the night, whatever is mended: no process may go by it."""
        self.world.hosts_are_wrong_by[self.world.stage.chance.choice(sorted(self.world.living))] = timedelta(
            hours=self.world.stage.chance.choice([-2, 2])
        )
        self.world.counts["a host's clock is wrong"] += 1

    def _end_one_well(self) -> None:
        """SIGTERM, as at an update."""
        name, process = self.world.stage.chance.choice(sorted(self.world.living.items()))
        process.is_stopping = True
        process.actor.wakes_at = self.world.stage.now
        self.world.stage.say(f"{name} is told to end")
        self.world.counts["told to end"] += 1

    def _later(self, what: str, seconds: list[int], then: Callable[[], None]) -> None:
        self.world.stage.say(what)
        self.world.counts[what] += 1
        self.world.stage.at(self.world.stage.now + timedelta(seconds=self.world.stage.chance.choice(seconds)), then)

    def mend(self) -> None:
        """All but the hosts' clocks: nothing may depend on those."""
        self.world.is_troubled = False
        self._store_is_back()
        self._bus_is_back()
        self._set_database_right()
        self.world.stage.say("everything is mended")


def some_faults(chance: Random) -> Faults:
    """Not all at once each night: what is rare beside much else is met where it stands alone."""
    kinds = {
        "dies": 6,
        "freezes": 4,
        "store_refuses": 10,
        "commit_fails": 10,
        "commit_is_unsure": 10,
        "reader_is_lost": 10,
        "commit_of_offsets_fails": 60,
        "send_fails": 150,
    }
    return Faults(**{kind: chance.choice([0, rate, 3 * rate]) for kind, rate in kinds.items()})
