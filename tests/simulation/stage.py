"""One thread at a time, chosen by a seed: any interleaving of the real loops can be had again.

Each process of the simulated world is a thread that runs the product's own loop. It goes on only while it holds the
baton, and hands it back wherever it would touch the world: before a transaction, a poll, a send, a nap. There the
stage may also kill it, freeze it or let it go on. Time is a number that moves when everybody waits. Nothing here
reads a clock, and the only chance is the `Random` it is given.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

STUCK_SECONDS = 120
"""A thread that keeps the baton this long waits for something real: a fault of the simulation or of the product."""


class Killed(BaseException):
    """The process died here. No `except Exception` sees it, and whatever it still tries dies likewise."""


class Actor:
    """A thread that only runs when it is let. `work` is called once."""

    def __init__(self, stage: Stage, name: str, work: Callable[[Actor], None]) -> None:
        self.stage, self.name = stage, name
        self.wakes_at = stage.now
        self.is_dead = self.is_over = False
        self.failure: BaseException | None = None
        self._go = threading.Semaphore(0)
        self._work = work
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Let others go first. Raises `Killed` when the process died meanwhile, and ever after."""
        self.stage.take_back(self)
        self._wait()

    def sleep(self, wait: timedelta) -> None:
        self.wakes_at = self.stage.now + wait
        self.pause()

    def kill(self) -> None:
        """It dies at the place where it waits."""
        self.is_dead = True
        self.wakes_at = self.stage.now

    def die_here(self) -> None:
        """Called by the actor itself."""
        self.is_dead = True
        raise Killed

    def refuse_the_dead(self) -> None:
        if self.is_dead:
            raise Killed

    def go(self) -> None:
        self._go.release()

    def _wait(self) -> None:
        self._go.acquire()
        self.refuse_the_dead()

    def _live(self) -> None:
        try:
            self._wait()
            self._work(self)
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - kept for the stage, which raises it in the test's own thread
            self.failure = error
        finally:
            self.is_over = True
            self.stage.take_back(self)


@dataclass
class Stage:
    """`trace` keeps the last steps, to be shown with a failing seed."""

    chance: Random
    now: datetime
    actors: list[Actor] = field(default_factory=list)
    steps: int = 0
    trace: list[str] = field(default_factory=list)
    _appointments: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)
    _back: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def begin(self, name: str, work: Callable[[Actor], None]) -> Actor:
        actor = Actor(self, name, work)
        self.actors.append(actor)
        return actor

    def at(self, moment: datetime, what: Callable[[], None]) -> None:
        """Have something done, in the test's own thread, once time has come there."""
        heapq.heappush(self._appointments, (moment, next(self._numbers), what))

    def take_back(self, actor: Actor) -> None:
        del actor
        self._back.release()

    def run_until(self, moment: datetime) -> None:
        while self.step(moment):
            pass

    def step(self, until: datetime) -> bool:
        """One actor goes from one pause to the next, or time moves on. False when it is `until`."""
        self._keep_appointments()
        ready = [actor for actor in self.actors if actor.wakes_at <= self.now]
        if ready:
            self._let_go(self.chance.choice(ready))
            return True
        return self._move_time(until)

    def say(self, what: str) -> None:
        self.trace.append(f"{self.now:%d %H:%M:%S} {what}")
        del self.trace[:-400]

    def end(self) -> None:
        """Everybody dies where they wait, so that no thread is left behind."""
        for actor in self.actors:
            actor.kill()
        while self.actors:
            self._let_go(self.actors[0])

    def _keep_appointments(self) -> None:
        while self._appointments and self._appointments[0][0] <= self.now:
            heapq.heappop(self._appointments)[2]()

    def _let_go(self, actor: Actor) -> None:
        self.steps += 1
        actor.go()
        if not self._back.acquire(timeout=STUCK_SECONDS):
            raise AssertionError(f"{actor.name} keeps the baton: it waits for something that is not simulated")
        if actor.is_over:
            self.actors.remove(actor)
        if actor.failure is not None:
            raise actor.failure

    def _move_time(self, until: datetime) -> bool:
        moments = [actor.wakes_at for actor in self.actors]
        if self._appointments:
            moments.append(self._appointments[0][0])
        self.now = min([until, *moments])
        return self.now < until
