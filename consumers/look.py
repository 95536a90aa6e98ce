"""A question to something outside that may be asked often, and is passed on seldom.

Whoever asks while another one waits for the answer gets the same. Reads the stopwatch it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from scheduler.domain.errors import RoundsError

HOLDS_SECONDS = 5.0
"""An answer is as good as new for so long."""


class Look:
    """Raises the last answer again, where it was an error of ours."""

    def __init__(
        self, ask: Callable[[], object], *, monotonic: Callable[[], float], holds_seconds: float = HOLDS_SECONDS
    ) -> None:
        self._ask, self._monotonic, self._holds_seconds = ask, monotonic, holds_seconds
        self._one_at_a_time = Lock()
        self._answered_at: float | None = None
        self._trouble: RoundsError | None = None

    def __call__(self) -> None:
        with self._one_at_a_time:
            if self._answered_at is None or self._monotonic() - self._answered_at >= self._holds_seconds:
                self._trouble = self._asked()
                self._answered_at = self._monotonic()
            if self._trouble is not None:
                raise self._trouble

    def _asked(self) -> RoundsError | None:
        try:
            self._ask()
        except RoundsError as error:
            return error
        return None
