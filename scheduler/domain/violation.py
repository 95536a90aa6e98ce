"""What is wrong with a plan, in one sentence with a code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.domain.ids import CaseManagerId, VisitId


class Severity(StrEnum):
    HARD = "hard"
    """Never published."""
    SOFT = "soft"
    """Has a price; worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    code: str
    severity: Severity
    sentence: str
    visit: VisitId | None = None
    case_manager: CaseManagerId | None = None
