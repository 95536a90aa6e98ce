"""Two worlds that saw the same events compare as equal, and one that missed or doubled something does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumers.bus import Record
from tests.campaign.quiet import Outcome, compared, undisturbed
from tests.campaign.workload import Workload
from tests.campaign.world import PROVABLE
from tests.command import quick_policy

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MADE = list(Workload(seed=7, branches=2, now=NOW).events(120))
RECORDS = [
    Record(topic="events", partition=0, offset=offset, key=made.key, value=made.raw) for offset, made in enumerate(MADE)
]


def world(records: list[Record], home: Path) -> Outcome:
    home.mkdir()
    policy = quick_policy(home, **PROVABLE)
    return undisturbed(records, policy=policy, now=NOW, home=home)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return world(RECORDS, tmp_path_factory.mktemp("quiet") / "world")


def test_the_same_events_sent_twice_over_come_to_the_same(quiet: Outcome, tmp_path: Path) -> None:
    again = compared(world([record for record in RECORDS for _ in range(2)], tmp_path / "again"), quiet)

    assert again.differences == []
    assert again.days == len(quiet.open_visits) > 0
    assert set(quiet.became.values()) == {"applied", "ignored", "dead"}


def test_an_event_that_is_missing_shows(quiet: Outcome, tmp_path: Path) -> None:
    last = max(offset for offset, made in enumerate(MADE) if "visit.requested" in made.effect)
    missed = compared(world([*RECORDS[:last], *RECORDS[last + 1 :]], tmp_path / "missed"), quiet)

    assert any(told.startswith(f"event {MADE[last].event}") for told in missed.differences)
    assert any(told.startswith("fact ('visit'") for told in missed.differences)


def test_a_plan_that_does_not_answer_an_open_visit_shows(quiet: Outcome) -> None:
    where, names = next(iter(quiet.open_visits.items()))
    more = replace(quiet, open_visits={**quiet.open_visits, where: names | {"V-new"}})

    assert [told for told in compared(more, quiet).differences if "disturbed" in told]


def test_a_plan_that_serves_fewer_shows(quiet: Outcome) -> None:
    where, plan = next(iter(quiet.plans.items()))
    worse = replace(plan, solve=replace(plan.solve, unserved=(1, *plan.solve.unserved[1:])))

    assert compared(replace(quiet, plans={**quiet.plans, where: worse}), quiet).differences


def test_two_prices_that_are_both_said_to_be_the_best_show_as_a_wrong_proof(quiet: Outcome) -> None:
    where, plan = next((where, plan) for where, plan in quiet.plans.items() if plan.solve.gap_percent == 0)
    dearer = replace(plan, totals=replace(plan.totals, price_cents=plan.totals.price_cents + 1))

    compared_with = compared(replace(quiet, plans={**quiet.plans, where: dearer}), quiet)

    assert len(compared_with.wrong_proofs) == 1
    assert compared_with.differences == []


@pytest.mark.parametrize("said", ["ignored", "applied"])
def test_a_refused_event_that_met_a_later_state_is_a_difference(quiet: Outcome, said: str) -> None:
    event = next(event for event, became in quiet.became.items() if became == "dead")

    assert len(compared(replace(quiet, became={**quiet.became, event: said}), quiet).differences) == 1
