"""The rows of the master problem: who is served, how many stay unserved, and what relations ask of people and days.

A row adds up what routes serve and whom nobody serves; its price (dual value) makes some visits worth more to some
routes. Gaps between starts have no row: the bound is proven without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from optimizer.bound.cases import RouteGroup
from optimizer.problem import Alike, Problem, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Sum of `served` over routes of `groups` (all when none are named) plus `left` over unserved visits: at most
    `most`, or exactly, when `is_exact`."""

    served: Mapping[int, int]
    left: Mapping[int, int]
    most: int
    is_exact: bool = False
    groups: frozenset[int] | None = None


def visit_rows(visits: Sequence[int]) -> Iterator[Row]:
    for visit in visits:
        yield Row(served={visit: 1}, left={visit: 1}, most=1, is_exact=True)


def class_row(problem: Problem, visits: Sequence[int], unserved_class: int, most: int) -> Row:
    """At most so many unserved visits of a class."""
    return Row(served={}, left=dict.fromkeys(counted(problem, visits, unserved_class), 1), most=most)


def counted(problem: Problem, visits: Sequence[int], unserved_class: int) -> list[int]:
    """The visits that count in a class when nobody serves them."""
    facts = problem.visits
    return [
        visit
        for visit in visits
        if facts[visit].unserved_class == unserved_class and facts[visit].unserved_price is None
    ]


def relation_rows(problem: Problem, visits: frozenset[int], groups: Sequence[RouteGroup]) -> Iterator[Row]:
    people = [problem.routes[group.routes[0]].person for group in groups]
    days = [problem.routes[group.routes[0]].day for group in groups]
    for relation in problem.relations:
        if not {relation.first, relation.second} <= visits:
            continue
        if relation.both_or_none:
            yield Row(served={}, left={relation.first: 1, relation.second: -1}, most=0, is_exact=True)
        yield from _likeness(relation, relation.people, people)
        yield from _likeness(relation, relation.days, days)


def _likeness(relation: Relation, wanted: Alike, labels: Sequence[int]) -> Iterator[Row]:
    first, second = relation.first, relation.second
    for label in sorted(set(labels)) if wanted is not Alike.ANY else ():
        groups = frozenset(number for number, other in enumerate(labels) if other == label)
        if wanted is Alike.DIFFERENT:
            yield Row(served={first: 1, second: 1}, left={}, most=1, groups=groups)
        else:
            yield Row(served={first: 1, second: -1}, left={second: -1}, most=0, groups=groups)
            yield Row(served={second: 1, first: -1}, left={first: -1}, most=0, groups=groups)
