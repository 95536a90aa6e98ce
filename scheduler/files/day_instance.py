"""A day file as a benchmark instance: the product's own reading, rules and prices, judged by the independent evaluator.

The value is the plan's price plus ten hours at the wheel for each visit in nobody's route. On a plain day (driving a
cent a second) that is seconds: driving, 15 minutes for each visit not done by somebody preferred, 36,000 for each
unserved visit. Elsewhere it is cents. Searches nothing.
"""

from __future__ import annotations

from typing import Final

from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.family import Instance, Verdict
from optimizer.evaluate import evaluate
from optimizer.problem import Problem
from optimizer.solution import Solution
from scheduler.files.day_reading import Agency, read_day
from scheduler.planning.draft import HOUR
from scheduler.planning.planner import compiled

FAMILY: Final = "day"
HOURS_OF_AN_UNSERVED_VISIT: Final = 10
SECONDS_OBJECTIVE, CENTS_OBJECTIVE = "seconds", "cents"


def day_case(raw: bytes, agency: Agency, *, name: str) -> Case:
    """Raises `InvalidFile` with every problem of the file."""
    day = read_day(raw, agency, name=name)
    problem = compiled(day).build()
    an_hour = day.policy.prices.drive_hour
    unserved = HOURS_OF_AN_UNSERVED_VISIT * (an_hour or HOUR)
    instance = Instance(
        family=FAMILY,
        name=name,
        objective=SECONDS_OBJECTIVE if an_hour == HOUR else CENTS_OBJECTIVE,
        problem=problem,
        scale=1,
        constant=0.0,
        judge=lambda solution: _verdict(problem, solution, unserved),
        best_known=None,
    )
    return Case(instance=instance, size=len(problem.visits), unserved_price=unserved)


def _verdict(problem: Problem, solution: Solution, unserved_price: int) -> Verdict:
    found = evaluate(problem, solution)
    unserved, price = sum(found.unserved), found.price
    return Verdict(
        value=float(price.total + unserved * unserved_price),
        is_feasible=found.is_feasible,
        faults=tuple(f"{fault.code}: {fault.detail}" for fault in found.faults),
        parts={
            "routes": price.routes,
            "pairs": price.pairs,
            "starts": price.starts,
            "breaks": price.breaks,
            "worst": price.worst,
            "unserved": unserved,
        },
    )
