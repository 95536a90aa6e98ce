"""What people look at afterwards: the audit, and what waits now."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from scheduler.domain.backlog import Backlog
from scheduler.domain.ids import BranchId


class Audit(Protocol):
    def record(self, *, at: datetime, actor: str, action: str, object: str, branch: BranchId | None,
               reason: str = "") -> None:  # fmt: skip
        """Append-only, each row bound to the one before by a hash."""
        ...


class Backlogs(Protocol):
    def look(self) -> Backlog:
        """What waits now, for whoever watches. Cheap, however much is kept."""
        ...
