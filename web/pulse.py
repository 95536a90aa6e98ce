"""Whether a loop of this process still turns. Fits the core's port `Heartbeat`; reads the stopwatch it is given.

The loop's thread writes, the server's threads read; every field is replaced whole, so no lock is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Pulse:
    """A role is alive while it was heard within `limit_seconds`, and before its first turn within `first_seconds`.

    `code` says what it waits for since its last turn; nothing while all is well. `waited` counts these by code.
    """

    role: str
    limit_seconds: float
    first_seconds: float
    monotonic: Callable[[], float]
    code: str | None = None
    waited: Counter[str] = field(default_factory=Counter)
    _heard_at: float = field(init=False)
    _has_begun: bool = False

    def __post_init__(self) -> None:
        self._heard_at = self.monotonic()

    def beat(self) -> None:
        self._heard(None)

    def waits(self, code: str) -> None:
        self.waited[code] += 1
        self._heard(code)

    @property
    def silent_seconds(self) -> float:
        return self.monotonic() - self._heard_at

    @property
    def allowed_seconds(self) -> float:
        """How long it may be silent now."""
        return self.limit_seconds if self._has_begun else self.first_seconds

    @property
    def is_alive(self) -> bool:
        return self.silent_seconds <= self.allowed_seconds

    def _heard(self, code: str | None) -> None:
        self.code = code
        self._heard_at = self.monotonic()
        self._has_begun = True
