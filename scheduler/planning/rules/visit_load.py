"""How many visits one case manager has on a day: a cap that holds, and a target with a price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from optimizer.problem import Curve, Measure
from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.load import loads, share
from scheduler.planning.rules.rule import Saying

CAP = "load.visits_cap"
TARGET = "load.visits_target"
CODES: Mapping[str, Saying] = {
    CAP: Saying(
        severity=Severity.HARD,
        title="Nobody has more visits on a day than the cap.",
        governed_by="limits.daily_visits, case_manager.max_visits_a_day",
    ),
    TARGET: Saying(
        severity=Severity.SOFT,
        title="Nobody has more visits on a day than the target.",
        governed_by="limits.daily_visits_target, prices.over_visit_target",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    price = day.policy.prices.over_visit_target
    for shift in day.shifts:
        draft.cap(shift, Measure.VISITS, share(day, draft, shift, cap(day, shift), _one))
        if price:
            target = share(day, draft, shift, day.policy.limits.daily_visits_target, _one)
            draft.route_price(shift, Measure.VISITS, Curve(steps=((target, price),)))


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    target = day.policy.limits.daily_visits_target
    for load in loads(day, plan, _one):
        limit = cap(day, load.shift)
        has = f"{load.shift.label} has {load.amount} visits"
        if load.amount > limit and load.is_open:
            yield load.violation(CAP, Severity.HARD, f"{has}; the cap is {limit}.")
        elif load.amount > target and load.is_open:
            yield load.violation(TARGET, Severity.SOFT, f"{has}; the target is {target}.")


def cap(day: Day, shift: Shift) -> int:
    own = shift.case_manager.max_visits_a_day
    return day.policy.limits.daily_visits if own is None else own


def _one(visit: Visit) -> int:
    del visit
    return 1
