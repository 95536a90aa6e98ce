"""How loops wait, and say that they live: longer after each failure, and not at all once they are told to stop.

Never sleeps by itself, and reads no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol


class Stop(Protocol):
    """Set by whoever ends the process; `threading.Event` is one."""

    def is_set(self) -> bool: ...


class _Never:
    def is_set(self) -> bool:
        return False


NEVER: Final[Stop] = _Never()
"""Nobody ends the work before it is done."""


@dataclass(slots=True)
class Backoff:
    """One second, then twice as long each time, at most thirty."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
    _next: timedelta | None = None

    def next(self) -> timedelta:
        wait = self._next or self.first
        self._next = min(2 * wait, self.longest)
        return wait

    def reset(self) -> None:
        self._next = None


class Heartbeat(Protocol):
    """Told by a loop that it lives. Whoever watches brings a clock; the loop has none for this."""

    def beat(self) -> None:
        """A turn is done, or the work under way has moved."""
        ...

    def waits(self, code: str) -> None:
        """It lives, but something outside fails; the code says what."""
        ...


class _Unheard:
    def beat(self) -> None: ...
    def waits(self, code: str) -> None: ...


UNHEARD: Final[Heartbeat] = _Unheard()
"""Nobody watches."""
