"""A plan tells people what it is worth and what was proven, and never more than was proven."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.answer import StoppedBy
from scheduler.domain.plan import Plan
from scheduler.planning.quality import how_good, how_it_ended, quality_of, unserved_in_words
from scheduler.planning.record import INSERTION, NO_ENGINE
from tests.builders import NO_RECORD, NO_TOTALS, a_day, a_plan

ALL_SERVED: dict[str, Any] = {"unserved": (0, 0, 0, 0), "unserved_bound": (0, 0, 0, 0)}


def a_plan_with(price_cents: int = 23_680, **record: Any) -> Plan:
    plan = a_plan(a_day(visits=["ada"]), kim="09:00 ada")
    return replace(plan, totals=replace(NO_TOTALS, price_cents=price_cents), solve=replace(NO_RECORD, **record))


def test_a_gap_is_told_with_the_price_nobody_can_beat() -> None:
    plan = a_plan_with(**ALL_SERVED, bound_cents=23_600, gap_percent=0.34)

    assert how_good(plan) == (
        "It is at most 0.34 % from the best possible: no plan that serves everybody costs less than $236.00."
    )


def test_no_gap_is_the_best_possible() -> None:
    plan = a_plan_with(**ALL_SERVED, bound_cents=23_680, gap_percent=0.0)

    assert how_good(plan) == "It is the best possible: no plan that serves everybody costs less."


def test_nothing_proven_is_said_to_be_nothing() -> None:
    assert how_good(a_plan_with(unserved=(0, 0, 1, 0))) == (
        "Whether more visits could be served was not proven. "
        "How near the price is to the lowest possible was not proven."
    )


def test_a_record_of_an_older_version_claims_nothing() -> None:
    assert how_good(a_plan_with()) == "How near the price is to the lowest possible was not proven."


def test_those_whom_nobody_can_serve_do_not_make_a_plan_worse() -> None:
    told = how_good(
        a_plan_with(unserved=(0, 0, 2, 0), unserved_bound=(0, 0, 2, 0), bound_cents=23_600, gap_percent=0.34)
    )

    assert told.startswith("No plan can serve more. It is at most 0.34 % from the best possible")


def test_where_more_might_be_served_the_price_is_only_compared_with_plans_that_serve_as_many() -> None:
    told = how_good(
        a_plan_with(unserved=(0, 1, 2, 0), unserved_bound=(0, 0, 9, 0), bound_cents=23_600, gap_percent=0.34)
    )

    assert "1 high visit more at the very most" in told
    assert "0.34 % from the cheapest that serves as many" in told
    assert "best possible" not in told


def test_a_bound_of_nothing_gives_no_percentage() -> None:
    assert how_good(a_plan_with(**ALL_SERVED, bound_cents=0)) == "No plan that serves everybody costs less than $0.00."


@pytest.mark.parametrize("reason", StoppedBy)
def test_what_ended_the_search_is_told_in_words(reason: StoppedBy) -> None:
    told = how_it_ended(replace(NO_RECORD, stopped_by=reason.value, gap_asked_percent=0.5))

    assert told.startswith("The search ")
    assert ("0.5 %" in told) == (reason is StoppedBy.GAP)
    assert f": {reason}" not in told


def test_a_reason_of_a_newer_version_is_told_as_it_stands() -> None:
    assert how_it_ended(replace(NO_RECORD, stopped_by="moonrise")) == "The search ended: moonrise."


def test_a_plan_without_a_search_does_not_speak_of_one_that_ended_well() -> None:
    assert "insertion" in how_it_ended(replace(NO_RECORD, engine=INSERTION))
    assert how_it_ended(replace(NO_RECORD, engine=NO_ENGINE)) == "There was nothing to search."


def test_figures_and_sentences_come_together() -> None:
    quality = quality_of(a_plan_with(unserved=(0, 1, 0, 0), bound_cents=23_600, gap_percent=0.34))

    assert (quality.price_cents, quality.bound_cents, quality.gap_percent) == (23_680, 23_600, 0.34)
    assert quality.unserved == {"urgent": 0, "high": 1, "normal": 0, "optional": 0}
    assert quality.unserved_bound is None
    assert len(quality.sentences) == 2


def test_unserved_visits_are_counted_by_priority() -> None:
    assert unserved_in_words((0, 1, 2, 0)) == "1 high, 2 normal"
    assert unserved_in_words((0, 0)) == "none"
