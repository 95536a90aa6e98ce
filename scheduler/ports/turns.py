"""Whose turn it is, where one process at a time may do a thing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class JobRuns(Protocol):
    """Who runs a clock job: the row decides, not the scheduler."""

    def begin(self, job: str, due: str, *, owner: str, now: datetime, lease: timedelta) -> bool:
        """True for the one who may run the job for this due slot (a local date or an hour)."""
        ...

    def finish(self, job: str, due: str, *, now: datetime, owner: str | None = None) -> bool:
        """False, for an owner, when the run is another's by now or is done: then do not commit what was made of it."""
        ...

    def last(self, job: str) -> str | None: ...


class Leases(Protocol):
    """A named right held by one process at a time, such as relaying."""

    def acquire(self, name: str, *, owner: str, now: datetime, lease: timedelta) -> int | None:
        """The fence, when it is ours."""
        ...
