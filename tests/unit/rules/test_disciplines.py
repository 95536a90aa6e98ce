"""Two disciplines on one day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.problem import Alike, Relation
from scheduler.domain.day import Day
from scheduler.domain.ids import VisitId
from scheduler.domain.visit import Link, LinkKind
from scheduler.planning import rules
from scheduler.planning.rules import disciplines
from tests.builders import a_day, a_plan, a_policy, a_visit, at
from tests.unit.rules.asking import begun, drafted, forbidden, said

SENTENCE = (
    "Visit ada/2 with Lee would be social work on the day of visit ada/1, nursing, and sharing the day was not ordered."
)


def two_visits(**second: Any) -> Day:
    """A nurse and a social worker for Ada; Ben has his own nurse."""
    other = a_visit("ada/2", **{"discipline": "social_work", **second})
    return a_day(visits=["ada/1", other, "ben"], shifts=["kim", "lee"])


def test_only_one_of_two_disciplines_can_be_served_on_the_day() -> None:
    assert drafted(disciplines, two_visits()).build().relations == (Relation(first=0, second=1, days=Alike.DIFFERENT),)


def test_two_disciplines_on_one_day_are_told_once() -> None:
    day = two_visits()

    assert said(disciplines, day, a_plan(day, kim="09:00 ada/1", lee="11:00 ada/2, 14:00 ben")) == [SENTENCE]
    assert said(disciplines, day, a_plan(day, lee="11:00 ada/2, 14:00 ben")) == []


@pytest.mark.parametrize(
    "ordered",
    [
        {"may_share_day": True},
        {"links": (Link(kind=LinkKind.TOGETHER, other=VisitId("ada/1")),)},
        {"is_remote": True},
        {"discipline": "nursing"},
    ],
)
def test_what_was_ordered_may_share_the_day(ordered: dict[str, Any]) -> None:
    day = two_visits(**ordered)

    assert drafted(disciplines, day).build().relations == ()
    assert said(disciplines, day, a_plan(day, kim="09:00 ada/1", lee="11:00 ada/2")) == []


def test_a_policy_can_let_disciplines_share_a_day() -> None:
    day = replace(two_visits(), policy=a_policy(limits={"one_discipline_a_day": False}))

    assert said(disciplines, day, a_plan(day, kim="09:00 ada/1", lee="11:00 ada/2")) == []


def test_a_visit_that_has_begun_shuts_out_the_other_discipline() -> None:
    day = two_visits()
    later = replace(day, visits=(begun("ada/1", by="kim", starts="09:00"), *day.visits[1:]), now=at("09:10"))

    assert forbidden(disciplines, later) == {
        ("ada/2", "kim"): ["discipline.two_on_a_day"],
        ("ada/2", "lee"): ["discipline.two_on_a_day"],
    }
    assert rules.reason("discipline.two_on_a_day", later, later.visits[1], later.shifts[1]) == SENTENCE
    assert said(disciplines, later, a_plan(later, kim="09:00 ada/1", lee="11:00 ada/2")) == [SENTENCE]
