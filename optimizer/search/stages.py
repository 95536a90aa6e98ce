"""How the effort is spent: a glance to learn what prices are like, a long independent stage, then shorter and cooler
ones from the best plan known.

Shares are of the rounds, or of the seconds where only those are limited. Independent starts come first because one
start in four is stuck some percent above another.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Stage:
    """`share` of the search in percent, begun at `heat` times the hottest; `is_shared`: all from the best plan.

    `bound_share` of the work on the bound follows, in percent.
    """

    share: int
    heat: Decimal
    is_shared: bool
    bound_share: int


STAGES = (
    Stage(4, Decimal("0.1"), is_shared=False, bound_share=0),
    Stage(42, Decimal(1), is_shared=False, bound_share=40),
    Stage(13, Decimal("0.3"), is_shared=True, bound_share=15),
    Stage(13, Decimal("0.3"), is_shared=True, bound_share=15),
    Stage(14, Decimal("0.2"), is_shared=True, bound_share=15),
    Stage(14, Decimal("0.1"), is_shared=True, bound_share=15),
)
PATIENCE = 3
"""After so many stages that found nothing better, the search has stalled."""


def rounds_of(stage: int, rounds: int) -> int:
    """The rounds of one stage, so that all stages together have all of them."""
    return _part([one.share for one in STAGES], stage, rounds)


def bound_rounds_of(stage: int, rounds: int) -> int:
    """The rounds spent on the bound after one stage."""
    return _part([one.bound_share for one in STAGES], stage, rounds)


def seconds_of(stage: int, seconds: float) -> tuple[float, float]:
    """What one stage, and the work on the bound after it, have of these seconds of either."""
    return seconds * STAGES[stage].share / 100, seconds * STAGES[stage].bound_share / 100


def _part(shares: list[int], stage: int, whole: int) -> int:
    before = sum(shares[:stage])
    return whole * (before + shares[stage]) // 100 - whole * before // 100
