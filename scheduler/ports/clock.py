"""What time it is."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only way to know the time; tests and `rounds run` bring their own."""

    def now(self) -> datetime: ...
