"""The time by the database's clock, so that processes on several hosts agree when a lease ends.

Asks the database now and then and counts on by a clock that only runs forwards, so a host whose time of day is wrong,
or is set right, does no harm. While the database is away it counts on from the last answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from scheduler.domain.errors import Unavailable

ASK_AGAIN = timedelta(minutes=1)
"""Quartz drifts by milliseconds in this time."""


class StoreClock:
    """Safe to share between threads. `ask` answers the database's time, or raises `Unavailable`."""

    def __init__(self, ask: Callable[[], datetime], *, monotonic: Callable[[], float]) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._one_at_a_time = Lock()
        self._answer: datetime | None = None
        self._asked_at = 0.0

    def now(self) -> datetime:
        """Raises `Unavailable` while nobody has said what time it is."""
        with self._one_at_a_time:
            if self._answer is None:
                return self._asked()
            since = timedelta(seconds=self._monotonic() - self._asked_at)
            return self._answer + since if since < ASK_AGAIN else self._asked_again(self._answer + since)

    def _asked_again(self, counted: datetime) -> datetime:
        try:
            return self._asked()
        except Unavailable:
            return counted

    def _asked(self) -> datetime:
        self._answer = self._ask()
        self._asked_at = self._monotonic()
        return self._answer
