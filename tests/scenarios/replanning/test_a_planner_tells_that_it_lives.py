"""A planner says that it lives at every turn and while its search moves, but not for a search beyond its limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from optimizer.answer import Answer, Progress
from optimizer.problem import Problem
from optimizer.search.solve import solve
from scheduler.planning.outcome import Outcome, Result
from scheduler.planning.search import Search
from scheduler.planning.worker import PlanningLoop
from scheduler.store.errors import StoreUnavailable
from tests.scenarios.replanning.office import Office
from tests.told import Told

LIMIT = 60.0


@dataclass
class Watched:
    """A planner whose search reports at the seconds given, and what it tells."""

    office: Office
    reports: tuple[float, ...] = ()
    told: Told = field(default_factory=Told)
    outcomes: list[Outcome] = field(default_factory=list)
    now: float = 0.0

    def loop(self, **changed: Any) -> PlanningLoop:
        self.office.search = cast(Search, self._search)
        desk = replace(self.office.desk, seconds=LIMIT, stopwatch=lambda: self.now)
        return PlanningLoop(
            **{
                "open_uow": self.office.store.unit_of_work,
                "clock": self.office.clock,
                "desk": desk,
                "sleep": lambda _: None,
                "heartbeat": self.told,
                "on_outcome": self.outcomes.append,
                **changed,
            }
        )

    def _search(self, problem: Problem, *, on_progress: Callable[[Progress], None], **options: Any) -> Answer:
        for seconds in self.reports:
            on_progress(Progress(round=0, unserved=(), price=0, bound=None, seconds=seconds))
        self.now += 12.5
        return solve(problem, **(options | {"stopwatch": None, "effort": replace(options["effort"], seconds=None)}))


@pytest.mark.parametrize(
    ("reports", "beats"),
    [((1.0, 2.0, LIMIT), 3), ((1.0, LIMIT + 0.1, LIMIT + 100), 1)],
    ids=["within its limit", "beyond its limit"],
)
def test_a_search_is_a_sign_of_life_as_long_as_it_may_last(
    office: Office, reports: tuple[float, ...], beats: int
) -> None:
    watched = Watched(office, reports)
    office.request("ada")
    office.at("09:10", days_before=1)

    watched.loop().turn()

    assert watched.told.said == ["beat"] * (beats + 1)


def test_the_time_a_plan_took_is_told_with_its_outcome(office: Office) -> None:
    watched = Watched(office)
    office.request("ada")
    office.at("09:10", days_before=1)

    watched.loop().turn()

    (outcome,) = watched.outcomes
    assert (outcome.result, outcome.seconds) == (Result.PLANNED, 12.5)


def test_a_turn_without_work_is_a_sign_of_life(office: Office) -> None:
    watched = Watched(office)

    watched.loop().turn()

    assert (watched.told.said, [each.result for each in watched.outcomes]) == (["beat"], [Result.IDLE])


@pytest.mark.parametrize(
    ("error", "code"), [(StoreUnavailable("away"), "store.unavailable"), (ValueError("ours"), "planner.failed")]
)
def test_a_planner_that_cannot_work_lives_and_says_why(office: Office, error: Exception, code: str) -> None:
    def broken(**_: Any) -> Any:
        raise error

    watched = Watched(office)

    watched.loop(open_uow=broken).turn()

    assert (watched.told.said, watched.outcomes) == ([code], [])
