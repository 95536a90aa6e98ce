"""Plan revisions, and who has acknowledged them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from scheduler.domain.ids import BranchId, CaseManagerId
from scheduler.domain.plan import Revision


class Plans(Protocol):
    def head(self, branch: BranchId, day: dt.date) -> Revision | None:
        """The newest revision."""
        ...

    def published(self, branch: BranchId, day: dt.date) -> Revision | None:
        """The newest revision people were told."""
        ...

    def get(self, branch: BranchId, day: dt.date, number: int) -> Revision | None: ...
    def add(self, revision: Revision) -> None:
        """Raises `PlanMovedOn` unless its number is the head's plus one (a unique key decides races)."""
        ...

    def mark_published(self, branch: BranchId, day: dt.date, number: int, at: datetime) -> None: ...
    def days(self, branch: BranchId) -> Sequence[dt.date]:
        """Every day that has a revision, in order."""
        ...

    def drafts(self, branch: BranchId, until: dt.date) -> Sequence[Revision]:
        """Heads that nobody was told yet, for days up to `until`, by day."""
        ...


class Acknowledgements(Protocol):
    def add(self, *, branch: BranchId, day: dt.date, revision: int, case_manager: CaseManagerId, at: datetime,
            is_declined: bool, reason: str = "") -> None: ...  # fmt: skip
    def of(self, branch: BranchId, day: dt.date) -> Sequence[tuple[CaseManagerId, int, bool]]: ...
