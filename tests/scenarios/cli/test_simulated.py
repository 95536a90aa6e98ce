"""Simulated days when planning fails: one branch's trouble is not another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from optimizer.travel.provider import Point, Profile, TravelTable
from optimizer.travel.straight_line import StraightLine
from scheduler.bootstrap.planning import planning_desk
from scheduler.bootstrap.process import Rounds
from scheduler.cli.run import Tally, fresh_rounds, told_plans
from scheduler.cli.simulated import SimulatedDays, believed
from scheduler.clock import ManualClock
from scheduler.domain.errors import Unavailable
from scheduler.planning.outcome import Outcome, Result
from scheduler.planning.service import MOST_ATTEMPTS, PlanningDesk
from tests.made_up_events import a_colleague, a_line, a_patient, a_request

SUNDAY = date(2026, 3, 1)
FAR_NORTH = 60.0


@dataclass(frozen=True, slots=True)
class NothingInTheNorth:
    """Knows no travel beyond a latitude."""

    inner: StraightLine = field(default_factory=StraightLine)

    @property
    def name(self) -> str:
        return self.inner.name

    def table(self, points: Sequence[Point], profile: Profile) -> TravelTable:
        if any(point.latitude > FAR_NORTH for point in points):
            raise Unavailable("No roads up there.")
        return self.inner.table(points, profile)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[Rounds, ManualClock, PlanningDesk]]:
    with fresh_rounds(tmp_path / "out") as (rounds, clock):
        yield rounds, clock, replace(planning_desk(rounds), travel_provider=NothingInTheNorth())


def test_a_branch_that_cannot_be_planned_is_tried_until_it_is_parked_and_the_others_are_planned(
    started: tuple[Rounds, ManualClock, PlanningDesk],
) -> None:
    rounds, clock, desk = started
    outcomes: list[Outcome] = []
    days = SimulatedDays(rounds, clock, desk, on_outcome=outcomes.append)
    north, south = an_office("north", latitude=65.0), an_office("south", latitude=40.0)
    assert not any(receipt.is_refused for receipt in days.live_through([*north, *south]))

    days.settle()
    days.publish_drafts()

    assert [(r.plan.branch, r.plan.totals.served) for r, _ in told_plans(rounds)] == [("south", 1)]
    failed = [outcome for outcome in outcomes if outcome.result is Result.FAILED]
    assert [(o.branch, o.code) for o in failed] == [("north", Unavailable.code)] * MOST_ATTEMPTS


def test_a_day_that_failed_and_was_planned_later_is_no_failure() -> None:
    tally = Tally()
    tally.planned(Outcome(result=Result.FAILED, date=SUNDAY, code=Unavailable.code))
    assert len(tally.failed) == 1

    tally.planned(Outcome(result=Result.PUBLISHED, date=SUNDAY))

    assert tally.failed == []


def test_a_moment_far_ahead_of_its_neighbour_is_not_believed() -> None:
    days = ((2026, 3, 1), (2026, 3, 2), (2026, 9, 1), (2062, 3, 1))
    now, soon, later, slip = (datetime(*day, tzinfo=UTC) for day in days)

    assert [*believed([slip, now, None, slip, soon, slip])] == [None, now, None, None, soon, None]
    assert [*believed([now, later, later])] == [now, later, later]
    assert [*believed([later, now, later, later])] == [None, now, later, later]
    assert [*believed([slip])] == [slip]
    assert [*believed([])] == []


def an_office(branch: str, *, latitude: float) -> list[bytes]:
    place = {"latitude": latitude, "longitude": -83.0}
    at = datetime.combine(SUNDAY - timedelta(days=3), time(12), UTC)
    facts = (
        ("branch.changed", {"name": branch.title(), "zone": "UTC"}),
        ("case_manager.changed", a_colleague("CM-1") | {"begins_from": place}),
        ("patient.changed", a_patient(1) | {"home": place}),
        ("visit.requested", a_request("V-1", 1, SUNDAY)),
    )
    return [a_line(f"{branch}-{number}", kind, data, at=at, branch=branch) for number, (kind, data) in enumerate(facts)]
