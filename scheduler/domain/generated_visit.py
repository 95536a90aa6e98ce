"""A visit that was generated from an order earlier, as far as re-planning its order needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.domain.ids import VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedVisit:
    """`key` is that of the obligation it was made from (`Obligation.key`); it stays when the visit moves.

    `is_told`: the patient knows the day. `is_fixed`: done, under way, or otherwise not to be touched; it
    counts towards its week. Missed and cancelled visits do not count and are left out.
    """

    visit: VisitId
    key: str
    week_starts: date
    date: date
    is_told: bool = False
    is_fixed: bool = False
