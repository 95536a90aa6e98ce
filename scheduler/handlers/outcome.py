"""What came of a command. Both are expected; what cannot be is an error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """It took effect. `days` are those to be planned again, soonest first."""

    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """Nothing changed: what is known is newer, or says the same."""

    because: str


Outcome: TypeAlias = Applied | Superseded
