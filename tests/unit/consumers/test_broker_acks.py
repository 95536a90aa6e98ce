"""Acks are told as they come, in the order of each key, and none that would be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kafka.future import Future

from consumers.broker_acks import tell_of_acks
from consumers.bus import Outgoing, Refused

NOT_SENT = Refused(reason="bus.not_sent", may_pass=True)


def told(sent: Sequence[Any], keys: str, *then: Callable[[], object]) -> list[list[int]]:
    """What is heard of messages with these keys (`-` is none), when something more happens after each word."""
    items = [Outgoing(topic="schedule", key=None if key == "-" else key, value=b"") for key in keys]
    heard, happens = list[list[int]](), list(then)

    def on_acked(places: Sequence[int]) -> None:
        heard.append(list(places))
        if happens:
            happens.pop(0)()

    tell_of_acks(items, sent, on_acked, lambda: 10 if then and len(heard) <= len(then) else 0)
    return heard


def acked() -> Future:
    return Future().success("written")


def test_one_that_is_waited_for_holds_up_its_own_key_only() -> None:
    slow = Future()

    assert told([slow, acked(), acked(), acked()], "nnsn", lambda: slow.success("written")) == [[2], [0, 1, 3]]


def test_behind_a_refused_one_nothing_of_its_key_is_told() -> None:
    refused = Future().failure(ValueError())

    assert told([refused, acked(), acked(), NOT_SENT, acked()], "nnsss") == [[2]]


def test_messages_without_a_key_wait_for_nobody() -> None:
    assert told([Future(), acked(), NOT_SENT, acked()], "----") == [[1, 3]]


def test_nothing_is_told_when_nothing_was_acked_in_time() -> None:
    assert told([Future(), Future()], "ns") == []


def test_one_that_fails_while_it_is_looked_at_is_not_taken_for_acked() -> None:
    assert told([_FailsWhenAsked(), acked()], "ns") == [[1]]


class _FailsWhenAsked(Future):  # type: ignore[misc]  # the library has no types
    def failed(self) -> bool:
        had_failed = bool(super().failed())
        if not had_failed:
            self.failure(ValueError())
        return had_failed
