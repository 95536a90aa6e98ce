"""What one order asks for: phases of visits and, apart from them, as-needed visits.

A phase renders as its canonical notation. Values are checked when made. Never knows dates: `obligations.py`
lays phases on the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from scheduler.domain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The least and the most a number in an order may be. Both inclusive."""

    least: int
    most: int

    def admit(self, number: int) -> bool:
        return self.least <= number <= self.most


# Sanity limits: wide enough for every order of a 60-day episode, narrow enough to catch a slip of the pen.
VISITS_PER_WEEK = Limits(least=1, most=21)
WEEKS = Limits(least=1, most=60)
WEEKS_BETWEEN = Limits(least=1, most=12)
TIMES = Limits(least=1, most=30)
DAYS = Limits(least=1, most=60)
AS_NEEDED_CAP = Limits(least=1, most=20)
SYMPTOM_CHARACTERS = Limits(least=1, most=200)


class OrderOutOfRange(Invalid):
    """A number in an order is beyond what an order may ask for."""

    code = "order.out_of_range"
    remedy = "Give a number within the limits, or split the order."

    def __init__(self, *, what: str, number: int, limits: Limits) -> None:
        self.what, self.number, self.least, self.most = what, number, limits.least, limits.most
        super().__init__(f"{what} must be from {limits.least} to {limits.most}, not {number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """`2-3w4`: two to three visits in each of four work weeks. A range is planned at its upper limit.

    Source: 42 CFR 409.43(b), the upper limit of a range counts as the specific frequency.
    """

    least: int
    most: int
    weeks: int

    def __post_init__(self) -> None:
        _require("visits per week", self.least, VISITS_PER_WEEK)
        _require("most visits per week", self.most, Limits(least=self.least, most=VISITS_PER_WEEK.most))
        _require("weeks", self.weeks, WEEKS)

    def __str__(self) -> str:
        visits = f"{self.least}" if self.least == self.most else f"{self.least}-{self.most}"
        return f"{visits}w{self.weeks}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryWeeks:
    """`q2w x3`: one visit in every second work week, three times; it takes up six weeks."""

    every_weeks: int
    times: int

    def __post_init__(self) -> None:
        _require("weeks between visits", self.every_weeks, WEEKS_BETWEEN)
        _require("times", self.times, TIMES)

    @property
    def weeks(self) -> int:
        return self.every_weeks * self.times

    def __str__(self) -> str:
        return f"q{self.every_weeks}w x{self.times}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """`daily x5`: one visit on each of five days running, weekends included."""

    days: int

    def __post_init__(self) -> None:
        _require("days", self.days, DAYS)

    @property
    def weeks(self) -> int:
        return -(-self.days // 7)

    def __str__(self) -> str:
        return f"daily x{self.days}"


Phase: TypeAlias = Weekly | EveryWeeks | Daily


@dataclass(frozen=True, slots=True, kw_only=True)
class AsNeeded:
    """`PRN x2 for pain`: at most two visits, only when the symptom shows. Never scheduled by itself."""

    cap: int
    symptom: str

    def __post_init__(self) -> None:
        _require("as-needed visits", self.cap, AS_NEEDED_CAP)
        _require("characters of the symptom", len(self.symptom), SYMPTOM_CHARACTERS)

    def __str__(self) -> str:
        return f"PRN x{self.cap} for {self.symptom}"


def _require(what: str, number: int, limits: Limits) -> None:
    if not limits.admit(number):
        raise OrderOutOfRange(what=what, number=number, limits=limits)
