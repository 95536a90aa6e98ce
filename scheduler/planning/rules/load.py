"""What one case manager's day adds up to, over all shifts of that day. Not a rule itself.

The engine sees shifts, a limit binds the person. Two shifts on one day (an absence at noon) share what is left of
the limit by their length, so that no plan can pass it; a person with one shift has the limit as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.time import seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.stops import planned_stops

Amount = Callable[[Visit], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLoad:
    """`amount` over all stops of a person's day; `is_open` when a plan can still change one of them."""

    shift: Shift
    amount: int
    is_open: bool

    def violation(self, code: str, severity: Severity, sentence: str) -> Violation:
        return Violation(code=code, severity=severity, sentence=sentence, case_manager=self.shift.case_manager.id)


def loads(day: Day, plan: Plan, amount: Amount) -> Iterator[DayLoad]:
    """One for each case manager with stops, in the order of the day's shifts."""
    planned = list(planned_stops(day, plan))
    for shift in {shift.case_manager.id: shift for shift in reversed(day.shifts)}.values():
        own = [one for one in planned if one.shift.case_manager.id == shift.case_manager.id]
        if own:
            yield DayLoad(
                shift=shift,
                amount=sum(amount(one.visit) for one in own),
                is_open=any(not one.visit.status.has_begun for one in own),
            )


def share(day: Day, draft: ProblemDraft, shift: Shift, limit: int, amount: Amount) -> int:
    """The part of a person's daily limit that one shift may use, what it has used included."""
    own = [other for other in day.shifts if other.case_manager.id == shift.case_manager.id]
    if len(own) == 1:
        return limit
    used = {other.id: _used(day, draft, other, amount) for other in own}
    left = max(0, limit - sum(used.values()))
    lengths = {other.id: seconds_between(other.starts, other.ends) for other in own}
    shares = {other.id: left * lengths[other.id] // sum(lengths.values()) for other in own}
    longest = max(own, key=lambda other: lengths[other.id])
    shares[longest.id] += left - sum(shares.values())
    return used[shift.id] + shares[shift.id]


def _used(day: Day, draft: ProblemDraft, shift: Shift, amount: Amount) -> int:
    prefix = draft.frozen.prefixes.get(shift.id)
    visits = (day.visit(stop.visit) for stop in prefix.stops) if prefix else ()
    return sum(amount(visit) for visit in visits if visit is not None)
