"""The nights of 23 and of 25 hours: local clocks jump, plans do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from itertools import pairwise
from pathlib import Path

import pytest

from scheduler.domain.ids import CaseManagerId, VisitId
from scheduler.domain.time import TimeWindow, seconds_between
from scheduler.store.engine import open_store
from scheduler.store.migrations.run import migrate
from tests.builders import a_case_manager, a_visit, at, window
from tests.scenarios.replanning.office import Office

SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


@pytest.fixture(params=[SPRING, AUTUMN], ids=["23 hours", "25 hours"])
def night(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Kim works from half past midnight to eight."""
    url = f"sqlite:///{tmp_path / 'night.db'}"
    migrate(url)
    with open_store(url) as store:
        office = Office(store, day=request.param)
        office.open(a_case_manager("kim", hours="00:30-08:00"))
        yield office


def test_a_night_is_planned_on_the_local_clock_and_driven_in_real_minutes(night: Office) -> None:
    visits = [a_visit(f"v{number}", date=night.day) for number in range(4)]
    fixed = a_visit("ada", date=night.day, windows=(window("04:00", "04:00", day=night.day),))
    plan = night.told_day(*visits, fixed)
    stops = [stop for _, stop in plan.stops()]

    assert len(stops) == 5
    found = plan.where(VisitId("ada"))
    assert found is not None
    assert found[1].starts == at("04:00", day=night.day)
    for stop in stops:
        assert seconds_between(stop.starts, stop.ends) == 45 * 60
    for before, then in pairwise(stops):
        assert seconds_between(before.ends, then.arrives) == then.drive_seconds


def test_a_night_is_told_at_the_evenings_local_hour(night: Office) -> None:
    night.told_day("ada")
    published = night.head().published_at

    assert published is not None
    assert published.astimezone(UTC).hour == {SPRING: 23, AUTUMN: 22}[night.day], "18:00 the evening before"


def test_the_freeze_counts_real_minutes_over_the_jump(night: Office) -> None:
    first = at("01:50", day=night.day)
    starts = first.astimezone(UTC).replace(minute=0, hour=first.astimezone(UTC).hour + 1)  # ten minutes later
    night.told_day(
        a_visit("ada", date=night.day),
        a_visit("ben", date=night.day, windows=(TimeWindow(opens=starts, closes=starts),)),
    )
    night.clock.time = first
    night.request(a_visit("urg", date=night.day))
    outcome = night.plan()

    assert outcome.planned is not None
    found = outcome.planned.plan.where(VisitId("ben"))
    assert found is not None
    assert found[1].is_frozen
    assert found[1].starts.astimezone(UTC) == starts
    assert found[0].case_manager == CaseManagerId("kim")
