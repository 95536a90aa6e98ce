"""Whether a plan may stand: what every rule says about it, and that no visit is lost. Never asks the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scheduler.domain.day import Day
from scheduler.domain.plan import Plan, Route
from scheduler.domain.violation import Severity, Violation
from scheduler.planning.rules import check_all

LOST_CODE = "plan.visit_lost"
TWICE_CODE = "plan.visit_twice"


def violations(day: Day, plan: Plan) -> list[Violation]:
    """Hard ones first, each kind in the order of the rules."""
    found = [*_whole(day, plan), *check_all(day, plan)]
    return sorted(found, key=lambda violation: violation.severity is not Severity.HARD)


def blocking(day: Day, plan: Plan, found: Iterable[Violation]) -> list[Violation]:
    """The hard violations that planning is to blame for.

    What is frozen is not: a case manager who runs late breaks rules that no plan can mend, and the rest of the
    day must be planned all the same.
    """
    settled = {stop.visit for _, stop in plan.stops() if stop.is_frozen}
    settled |= {visit.id for visit in day.visits if visit.status.has_begun}
    stuck = _stuck(plan.routes)
    hard = (violation for violation in found if violation.severity is Severity.HARD)
    return [
        violation
        for violation in hard
        if violation.visit not in settled and not (violation.visit is None and violation.case_manager in stuck)
    ]


def _stuck(routes: Iterable[Route]) -> set[str]:
    """Case managers with nothing but frozen stops."""
    free: dict[str, int] = {}
    for route in routes:
        free[route.case_manager] = free.get(route.case_manager, 0) + sum(not stop.is_frozen for stop in route.stops)
    return {person for person, count in free.items() if not count}


def _whole(day: Day, plan: Plan) -> Iterator[Violation]:
    """Every open visit is a stop or unassigned, exactly once."""
    times = Counter(stop.visit for _, stop in plan.stops())
    times.update(missing.visit for missing in plan.unassigned)
    for visit, count in sorted(times.items()):
        if count > 1:
            sentence = f"Visit {visit} stands in the plan {count} times."
            yield Violation(code=TWICE_CODE, severity=Severity.HARD, sentence=sentence, visit=visit)
    for visit in (visit.id for visit in day.visits if visit.is_open and not times[visit.id]):
        sentence = f"Visit {visit} is neither served nor listed as unassigned."
        yield Violation(code=LOST_CODE, severity=Severity.HARD, sentence=sentence, visit=visit)
