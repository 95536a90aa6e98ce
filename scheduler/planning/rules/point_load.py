"""How many productivity points one case manager has on a day: a cap that holds, and a target with a price."""

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
from scheduler.planning.rules.words import points

CAP = "load.points_cap"
TARGET = "load.points_target"
CODES: Mapping[str, Saying] = {
    CAP: Saying(
        severity=Severity.HARD,
        title="Nobody has more productivity points on a day than the cap.",
        governed_by="limits.daily_centipoints, case_manager.max_centipoints_a_day",
    ),
    TARGET: Saying(
        severity=Severity.SOFT,
        title="Nobody has more productivity points on a day than the target.",
        governed_by="limits.daily_centipoints_target, prices.over_point_target",
    ),
}
POINT = 100


def compile(day: Day, draft: ProblemDraft) -> None:
    price = day.policy.prices.over_point_target
    for shift in day.shifts:
        draft.cap(shift, Measure.POINTS, share(day, draft, shift, cap(day, shift), _centipoints))
        if price:
            target = share(day, draft, shift, day.policy.limits.daily_centipoints_target, _centipoints)
            draft.route_price(shift, Measure.POINTS, Curve(steps=((target, price),), per=POINT))


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    target = day.policy.limits.daily_centipoints_target
    for load in loads(day, plan, _centipoints):
        limit = cap(day, load.shift)
        has = f"{load.shift.label} has {points(load.amount)}"
        if load.amount > limit and load.is_open:
            yield load.violation(CAP, Severity.HARD, f"{has}; the cap is {points(limit)}.")
        elif load.amount > target and load.is_open:
            yield load.violation(TARGET, Severity.SOFT, f"{has}; the target is {points(target)}.")


def cap(day: Day, shift: Shift) -> int:
    own = shift.case_manager.max_centipoints_a_day
    return day.policy.limits.daily_centipoints if own is None else own


def _centipoints(visit: Visit) -> int:
    return visit.centipoints
