"""The short form of the broken events: some hundreds, of every kind."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.campaign.mutations import campaign
from tests.campaign.mutators import CANARIES, MUTATORS, mutated

SEED = 7
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.external
def test_broken_events_stop_nobody_are_accounted_for_one_by_one_and_name_nobody() -> None:
    row = campaign(SEED, 600, consumers=1, rest_seconds=60)

    assert row["findings"] == [], row
    assert row["mutated"] == 600
    assert row["became"]["applied"] > 0, row
    assert len(row["reasons"]) > 15, row


def test_every_kind_is_drawn_and_the_names_are_really_planted() -> None:
    events = list(mutated(SEED, 3000, branches=4, now=NOW))

    assert Counter(event.kind for event in events).keys() == MUTATORS.keys()
    for canary in CANARIES:
        assert sum(canary.encode() in (event.raw or b"") for event in events) > 5, canary
