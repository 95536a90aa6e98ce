"""What a plan costs before any wish: driving, kilometres, waiting, paid time; and who is worst off.

Nothing here can be broken, so the check is silent; the sum is in the plan's totals. The latest visit is the
largest lateness anybody has against a priced window, a wish or what was told, whichever has a late price.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.problem import Curve, Measure
from scheduler.domain.day import Day
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.draft import ProblemDraft, hourly

CODE = "price.of_the_day"
SEVERITY = Severity.SOFT
TITLE = "Driving, kilometres, waiting and paid time have prices; so have the longest idle time and latest visit."
GOVERNED_BY = (
    "prices.drive_hour, prices.kilometre, prices.wait_hour, prices.paid_hour, prices.longest_idle_hour, "
    "prices.latest_visit_hour"
)
KILOMETRE = 1000


def compile(day: Day, draft: ProblemDraft) -> None:
    prices = day.policy.prices
    for shift in day.shifts:
        draft.route_price(shift, Measure.DRIVE, hourly(prices.drive_hour))
        draft.route_price(shift, Measure.WAIT, hourly(prices.wait_hour))
        draft.route_price(shift, Measure.PAID, hourly(prices.paid_hour))
        if prices.kilometre:
            draft.route_price(shift, Measure.METRES, Curve(steps=((0, prices.kilometre),), per=KILOMETRE))
    draft.price_worst(Measure.IDLE, hourly(prices.longest_idle_hour))
    draft.price_worst(Measure.LATENESS, hourly(prices.latest_visit_hour))


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    del day, plan
    yield from ()
