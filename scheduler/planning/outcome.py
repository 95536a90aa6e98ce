"""What became of one turn of a planner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from scheduler.domain.ids import BranchId
from scheduler.planning.difference import PlanDifference

if TYPE_CHECKING:  # whoever counts outcomes does not load the planner
    from scheduler.planning.planner import Planned


class Result(StrEnum):
    """What became of one claimed branch-day."""

    IDLE = "idle"
    """Nothing was due."""
    UNCHANGED = "unchanged"
    """The newest plan already answers the news."""
    PLANNED = "planned"
    """A new revision, not told yet."""
    PUBLISHED = "published"
    """A revision was told."""
    OVERTAKEN = "overtaken"
    """The day changed, or somebody else took it, while we planned."""
    STOPPED = "stopped"
    """The planner was told to end; the next one plans the day anew."""
    FAILED = "failed"
    """No plan could be saved; the one before stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`code` says why it failed; `change` is against the revision before; `seconds` is how long the planning took."""

    result: Result
    branch: BranchId | None = None
    date: date | None = None
    revision: int | None = None
    change: PlanDifference | None = None
    planned: Planned | None = None
    code: str | None = None
    seconds: float | None = None
