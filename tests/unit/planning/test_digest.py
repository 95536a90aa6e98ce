"""The fingerprint of a day's input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from scheduler.planning.digest import input_digest
from tests.builders import a_day, a_plan, a_policy, a_visit, at, given_travel


def test_equal_days_have_equal_digests() -> None:
    assert input_digest(a_day(visits=["ada"])) == input_digest(a_day(visits=["ada"]))


def test_the_same_moment_in_another_zone_is_the_same_input() -> None:
    local = a_day(visits=["ada"], now=at("09:00"))

    assert input_digest(local) == input_digest(replace(local, now=at("09:00").astimezone(UTC)))


def test_whatever_a_plan_is_made_from_is_in_the_digest() -> None:
    day = a_day(visits=["ada"])
    others = [
        a_day(visits=[a_visit("ada", minutes=30)]),
        a_day(visits=["ada"], shifts=["lee"]),
        a_day(visits=["ada"], travel=given_travel(default=11)),
        a_day(visits=["ada"], policy=a_policy(prices={"stranger": 1})),
        a_day(visits=["ada"], now=at("09:00")),
        a_day(visits=["ada"], current=a_plan(day, kim="09:00 ada")),
    ]

    assert len({input_digest(other) for other in [day, *others]}) == len(others) + 1
