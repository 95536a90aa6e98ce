"""What a door is told about an event it brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consumers.contracts.problems import Problem
from scheduler.domain.ids import BranchId, EventId


class Status(StrEnum):
    APPLIED = "applied"
    """It took effect."""
    DUPLICATE = "duplicate"
    """It took effect before; nothing changed."""
    IGNORED = "ignored"
    """What is known is newer, or says the same; nothing changed."""
    REFUSED = "refused"
    """It cannot take effect; it is kept as a dead letter with its reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`days` will be planned again. `letter` numbers the dead letter. `because` says why an event was ignored.

    A repeat of a refusal is told again, for nobody knows whether it was told before, and is counted as a duplicate.
    """

    status: Status
    source: str = ""
    event: EventId | None = None
    type: str | None = None
    branch: BranchId | None = None
    days: tuple[date, ...] = ()
    problems: tuple[Problem, ...] = ()
    letter: int | None = None
    because: str = ""
    is_repeat: bool = False

    @property
    def is_refused(self) -> bool:
        return self.status is Status.REFUSED


MOST_TOLD = 10
"""A dead letter tells so many of its problems; the others show when these are mended."""


def in_one_sentence(problems: Sequence[Problem]) -> str:
    told = [f"{p.path}: {p.sentence}" if p.path else p.sentence for p in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        told.append(f"And {len(problems) - MOST_TOLD} more.")
    return " ".join(told)


def in_one_remedy(problems: Sequence[Problem]) -> str:
    return " ".join(dict.fromkeys(problem.remedy for problem in problems[:MOST_TOLD]))
