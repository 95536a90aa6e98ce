"""A pulse is alive while its loop was heard within the limit, and longer before the first turn."""

from __future__ import annotations

from dataclasses import dataclass

from web.pulse import Pulse


@dataclass
class Seconds:
    """A stopwatch that is set by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def a_pulse(seconds: Seconds) -> Pulse:
    return Pulse(role="relay", limit_seconds=60, first_seconds=600, monotonic=seconds)


def test_before_its_first_turn_a_role_may_be_silent_for_long_but_not_for_ever() -> None:
    seconds = Seconds()
    pulse = a_pulse(seconds)

    seconds.now += 600
    assert pulse.is_alive
    seconds.now += 1
    assert not pulse.is_alive


def test_after_its_first_turn_silence_beyond_the_limit_is_death() -> None:
    seconds = Seconds()
    pulse = a_pulse(seconds)
    pulse.beat()

    seconds.now += 60
    assert pulse.is_alive
    seconds.now += 1
    assert (pulse.is_alive, pulse.silent_seconds) == (False, 61)
    pulse.beat()
    assert pulse.is_alive


def test_a_loop_that_waits_lives_and_says_what_for_until_its_next_turn() -> None:
    seconds = Seconds()
    pulse = a_pulse(seconds)
    pulse.beat()
    seconds.now += 59

    pulse.waits("bus.unavailable")
    pulse.waits("bus.unavailable")

    seconds.now += 59
    assert (pulse.is_alive, pulse.code, pulse.waited["bus.unavailable"]) == (True, "bus.unavailable", 2)
    pulse.beat()
    assert pulse.code is None
