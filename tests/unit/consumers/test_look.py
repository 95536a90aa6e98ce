"""A look at something outside is shared: many may ask, and it is asked for seldom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest

from consumers.bus import BusUnavailable
from consumers.look import HOLDS_SECONDS, Look


@dataclass
class Outside:
    now: float = 0.0
    trouble: list[BusUnavailable] = field(default_factory=list)
    asked: int = 0

    def ask(self) -> None:
        self.asked += 1
        for error in self.trouble:
            raise error

    @property
    def look(self) -> Look:
        return Look(self.ask, monotonic=lambda: self.now)


def test_an_answer_holds_for_a_while_and_is_then_asked_for_anew() -> None:
    outside = Outside()
    look = outside.look
    look()
    outside.now = HOLDS_SECONDS - 0.1
    look()
    assert outside.asked == 1

    outside.now = HOLDS_SECONDS
    look()
    assert outside.asked == 2


def test_trouble_is_told_again_while_it_holds_and_forgotten_when_it_has_passed() -> None:
    outside = Outside(trouble=[BusUnavailable("away")])
    look = outside.look
    for _ in range(2):
        with pytest.raises(BusUnavailable):
            look()
    assert outside.asked == 1

    outside.trouble.clear()
    outside.now = HOLDS_SECONDS
    look()


def test_those_who_ask_together_wait_for_one_answer() -> None:
    begun, goes_on, asked = Event(), Event(), list[int]()

    def ask() -> None:
        asked.append(1)
        begun.set()
        assert goes_on.wait(30)

    look = Look(ask, monotonic=lambda: 0.0)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(look) for _ in range(4)]
        assert begun.wait(30)
        goes_on.set()
        for each in waiting:
            each.result(30)

    assert len(asked) == 1
