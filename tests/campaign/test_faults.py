"""The short form of the fault campaign: every kind of fault that passes in seconds, once or a few times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.campaign.faults import Asked, campaign
from tests.campaign.nemesis import CALM_SECONDS, STORM_SECONDS, Kind, plan
from tests.campaign.workload import Workload

SEED = 7
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.external
def test_nothing_is_lost_or_done_twice_while_roles_brokers_and_the_database_are_killed() -> None:
    counts = {Kind.KILL: 8, Kind.BROKER_KILL: 1, Kind.DATABASE: 2, Kind.GUEST: 2, Kind.DISK_FULL: 0}
    crew = {"consume": 2, "plan-worker": 2, "relay": 2}

    row = campaign(Asked(seed=SEED, branches=3, events=400, seconds=15, counts=counts, crew=crew, rest_seconds=120))

    assert row["findings"] == [], row
    assert {kind: row["faults"].get(kind, 0) for kind in counts} == counts, row
    assert row["became"]["applied"] > 200, row
    assert row["published"] > 0, row
    assert row["both_proven_best"] > 0, row


def test_equal_seeds_give_equal_workloads_and_faults() -> None:
    one, other = (list(Workload(seed=SEED, branches=3, now=NOW).events(500)) for _ in range(2))

    assert one == other
    assert len({made.event for made in one}) < len(one)  # some are sent twice
    assert plan(SEED, {Kind.KILL: 50}, seconds=300) == plan(SEED, {Kind.KILL: 50}, seconds=300)
    assert plan(SEED, {Kind.KILL: 50}, seconds=300) != plan(SEED + 1, {Kind.KILL: 50}, seconds=300)


def test_faults_come_in_storms_with_calm_between() -> None:
    faults = plan(SEED, {Kind.KILL: 200, Kind.DATABASE: 20}, seconds=600)

    assert len(faults) == 220
    assert all(fault.at % (STORM_SECONDS + CALM_SECONDS) <= STORM_SECONDS for fault in faults)
    assert max(fault.at for fault in faults) > 500
