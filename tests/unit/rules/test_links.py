"""Linked visits: together, after, apart, by the same person; both or none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.problem import Alike, Relation
from scheduler.domain.day import Day
from scheduler.domain.ids import VisitId
from scheduler.domain.visit import Link, LinkKind
from scheduler.planning import rules
from scheduler.planning.draft import LINK_CODE
from scheduler.planning.rules import different_people, same_person, spacing, together
from scheduler.planning.rules.rule import Rule
from tests.builders import a_day, a_plan, a_visit, at
from tests.unit.rules.asking import begun, drafted, engine_visit, forbidden, said, seconds


def linked(kind: LinkKind, **facts: Any) -> Day:
    """Ben hangs on Ada; kim and lee work."""
    ben = a_visit("ben", links=(Link(kind=kind, other=VisitId("ada"), **facts),))
    return a_day(visits=["ada", ben], shifts=["kim", "lee"])


def relations(rule: Rule, day: Day) -> tuple[Relation, ...]:
    return drafted(rule, day).build().relations


def test_two_clinicians_at_once_start_together_with_two_people_or_not_at_all() -> None:
    assert relations(together, linked(LinkKind.TOGETHER)) == (
        Relation(first=0, second=1, min_gap=0, max_gap=0, people=Alike.DIFFERENT, both_or_none=True),
    )


def test_a_link_both_visits_carry_is_one_relation() -> None:
    day = linked(LinkKind.TOGETHER)
    ada = replace(day.visits[0], links=(Link(kind=LinkKind.TOGETHER, other=VisitId("ben")),))

    assert len(relations(together, replace(day, visits=(ada, day.visits[1])))) == 1


def test_a_link_to_a_visit_of_another_day_binds_nothing() -> None:
    ben = a_visit("ben", links=(Link(kind=LinkKind.TOGETHER, other=VisitId("gone")),))
    day = a_day(visits=[ben])

    assert relations(together, day) == ()
    assert said(together, day, a_plan(day, kim="09:00 ben")) == []


def test_two_clinicians_at_once_are_checked() -> None:
    day = linked(LinkKind.TOGETHER)

    assert said(together, day, a_plan(day, kim="09:00 ada", lee="09:00 ben")) == []
    assert said(together, day, a_plan(day)) == []
    assert said(together, day, a_plan(day, kim="09:00 ada", lee="09:10 ben")) == [
        "Visits ben and ada must start together, but start at 09:10 and 09:00."
    ]
    assert said(together, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == [
        "Visits ben and ada need two people at once, but Kim has both."
    ]
    assert said(together, day, a_plan(day, kim="09:00 ada")) == [
        "Visit ada is planned with Kim, but visit ben, which belongs with it, is not planned."
    ]


def test_a_visit_follows_another_within_its_gap() -> None:
    day = linked(LinkKind.AFTER, min_gap_minutes=60, max_gap_minutes=90)

    assert relations(spacing, day) == (Relation(first=0, second=1, min_gap=3600, max_gap=5400),)
    assert said(spacing, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == []
    assert said(spacing, day, a_plan(day, kim="09:00 ada, 10:30 ben")) == []
    assert said(spacing, day, a_plan(day, kim="09:00 ada", lee="09:59 ben")) == [
        "Visit ben with Lee starts 59 min after visit ada, not 1 h to 1 h 30 min after it."
    ]
    assert said(spacing, day, a_plan(day, kim="09:00 ada", lee="10:31 ben")) == [
        "Visit ben with Lee starts 1 h 31 min after visit ada, not 1 h to 1 h 30 min after it."
    ]


def test_after_alone_means_not_before() -> None:
    day = linked(LinkKind.AFTER)

    assert relations(spacing, day) == (Relation(first=0, second=1, min_gap=0),)
    assert said(spacing, day, a_plan(day, kim="09:00 ada", lee="08:30 ben")) == [
        "Visit ben with Lee starts 30 min before visit ada, not at least 0 min after it."
    ]


def test_a_follow_up_may_ask_for_somebody_else_and_for_both_or_none() -> None:
    day = linked(LinkKind.AFTER, min_gap_minutes=30, different_people=True, both_or_none=True)

    assert relations(spacing, day) == (
        Relation(first=0, second=1, min_gap=1800, people=Alike.DIFFERENT, both_or_none=True),
    )
    assert said(spacing, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == [
        "Visits ada and ben need different people, but Kim has both."
    ]
    assert said(spacing, day, a_plan(day, kim="10:00 ben")) == [
        "Visit ben is planned with Kim, but visit ada, which belongs with it, is not planned."
    ]


def test_visits_apart_are_with_different_people() -> None:
    day = linked(LinkKind.APART)

    assert relations(different_people, day) == (Relation(first=0, second=1, people=Alike.DIFFERENT),)
    assert said(different_people, day, a_plan(day, kim="09:00 ada", lee="13:00 ben")) == []
    assert said(different_people, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == [
        "Visits ben and ada need different people, but Kim has both."
    ]


def test_visits_of_one_person_stay_with_one() -> None:
    day = linked(LinkKind.SAME)

    assert relations(same_person, day) == (Relation(first=0, second=1, people=Alike.SAME),)
    assert said(same_person, day, a_plan(day, kim="09:00 ada, 10:00 ben")) == []
    assert said(same_person, day, a_plan(day, kim="09:00 ada", lee="13:00 ben")) == [
        "Visits ben and ada need the same person, but are with Lee and Kim."
    ]


def test_a_follow_up_of_a_visit_that_has_begun_has_its_window_and_its_people() -> None:
    day = linked(LinkKind.AFTER, min_gap_minutes=60, max_gap_minutes=120, different_people=True)
    ada = begun("ada", by="kim", starts="09:10")
    later = replace(day, visits=(ada, day.visits[1]), current=a_plan(day, kim="09:00 ada"), now=at("09:15"))

    assert engine_visit(spacing, later, "ben").windows == ((seconds("10:10"), seconds("11:10")),)
    assert forbidden(spacing, later) == {("ben", "kim"): [LINK_CODE]}
    assert rules.reason(LINK_CODE, later, later.visits[1], later.shifts[0]) == (
        "Visit ben needs somebody else than visit ada, which Kim does."
    )


def test_who_began_a_visit_keeps_what_must_stay_with_one_person() -> None:
    day = linked(LinkKind.SAME)
    ada = begun("ada", by="kim", starts="09:00")
    later = replace(day, visits=(ada, day.visits[1]), now=at("09:15"))

    assert forbidden(same_person, later) == {("ben", "lee"): [LINK_CODE]}
    assert rules.reason(LINK_CODE, later, later.visits[1], later.shifts[1]) == (
        "Visit ben needs Kim, who does visit ada, not Lee."
    )


def test_two_visits_that_have_begun_are_facts() -> None:
    day = linked(LinkKind.TOGETHER)
    both = (begun("ada", by="kim", starts="09:00"), replace(begun("ben", by="kim", starts="10:00"),
                                                            links=day.visits[1].links))  # fmt: skip
    later = replace(day, visits=both)

    assert said(together, later, a_plan(later, kim="09:00 ada, 10:00 ben")) == []
