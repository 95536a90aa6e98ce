"""What a business rule is: one file with a code, a severity, and three things it can do.

A rule module has
- `CODE`        "room.what", stable; it appears in reasons, violations, documents
- `SEVERITY`    hard: a plan that breaks it is never published; soft: it has a price
- `TITLE`       one line for `docs/rules.md`
- `GOVERNED_BY` the facts or policy values that decide, such as `prices.late_hour`; for `docs/rules.md`
- `compile`     what it means for the engine
- `check`       whether any plan, however made, keeps it; speaks in one sentence; never asks the engine

A rule that can say more than one thing has `CODES` (code -> `Saying`) in place of the first four. A rule that
forbids pairs also has `why`, so that a person can be told without a plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What stands behind one code."""

    severity: Severity
    title: str
    governed_by: str


class Rule(Protocol):
    """The shape of every rule module."""

    def compile(self, day: Day, draft: ProblemDraft) -> None: ...
    def check(self, day: Day, plan: Plan) -> Iterator[Violation]: ...


@runtime_checkable
class WithOneCode(Protocol):
    CODE: str
    SEVERITY: Severity
    TITLE: str
    GOVERNED_BY: str


@runtime_checkable
class WithCodes(Protocol):
    CODES: Mapping[str, Saying]


@runtime_checkable
class PairRule(Protocol):
    """A rule that may forbid a visit to a shift. `why` is asked only about pairs it forbade."""

    def why(self, visit: Visit, shift: Shift, day: Day) -> str: ...


def sayings(rule: Rule) -> Mapping[str, Saying]:
    """Everything a rule can say, by code."""
    if isinstance(rule, WithCodes):
        return rule.CODES
    if isinstance(rule, WithOneCode):
        return {rule.CODE: Saying(severity=rule.SEVERITY, title=rule.TITLE, governed_by=rule.GOVERNED_BY)}
    raise TypeError(f"{rule!r} has neither CODE, SEVERITY, TITLE and GOVERNED_BY, nor CODES")
