"""Hears of acks while other messages of the same sending are still waited for.

Whoever sends can then note at once what the log holds, however long a partition without a leader takes for the rest.
Acks of one key are told in their order, and none after a refused one: it will be sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, Final, TypeAlias

from consumers.bus import OnAcked, Outgoing, Refused

Lane: TypeAlias = tuple[str, str | int]

GATHER_SECONDS: Final = 0.003
"""One answer of the broker acks many messages, one by one; told together, they are noted in one transaction."""


def tell_of_acks(
    items: Sequence[Outgoing], sent: Sequence[Any], on_acked: OnAcked, seconds_left: Callable[[], float]
) -> None:
    """`sent` holds the library's future of each item, or its refusal. Returns when all are answered or time is up."""
    answered, front = Event(), _Front(items, sent)
    for each in sent:
        if not isinstance(each, Refused):
            each.add_both(lambda _: answered.set())
    while True:
        answered.clear()  # before looking, so that no answer falls between the look and the wait
        if acked := front.advance():
            on_acked(acked)
        if not front.waits or (left := seconds_left()) <= 0:
            return
        if answered.wait(left):
            time.sleep(GATHER_SECONDS)


class _Front:
    """How far the acks have come in each lane."""

    def __init__(self, items: Sequence[Outgoing], sent: Sequence[Any]) -> None:
        self._sent = sent
        self._lanes = [_lane(place, item) for place, item in enumerate(items)]
        self._open = list(range(len(items)))
        self._given_up: set[Lane] = set()

    @property
    def waits(self) -> bool:
        return bool(self._open)

    def advance(self) -> list[int]:
        """The places of those acked since the last call, with all before them in their lanes."""
        acked: list[int] = []
        still_open: list[int] = []
        held_up: set[Lane] = set()
        for place in self._open:
            lane, sent = self._lanes[place], self._sent[place]
            if lane in self._given_up or isinstance(sent, Refused) or sent.failed():
                self._given_up.add(lane)
            elif lane in held_up or not sent.succeeded():  # it may have failed just now: the next look tells
                held_up.add(lane)
                still_open.append(place)
            else:
                acked.append(place)
        self._open = still_open
        return acked


def _lane(place: int, item: Outgoing) -> Lane:
    """A message without a key has no order, so it has a lane of its own."""
    return (item.topic, place if item.key is None else item.key)
