"""Which routes a visit may join, given who serves the visits it is related to: same person, other day, both or none.

Gaps between starts are not judged here; timing does that. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.limits import Limit
from optimizer.problem import Alike
from optimizer.tables import Tables


def quarrel(tables: Tables, visit: int, route: int, where: Mapping[int, int]) -> Limit | None:
    """The relation that keeps `visit` off `route`; `where` has the route of every served visit."""
    for relation in tables.relations[visit]:
        partner = relation.second if relation.first == visit else relation.first
        other = where.get(partner)
        if other is None:
            continue
        if not _is_kept(relation.people, tables.people[route] == tables.people[other]):
            return Limit.PEOPLE
        if not _is_kept(relation.days, tables.days[route] == tables.days[other]):
            return Limit.DAYS
    return None


def misses_its_mate(tables: Tables, visit: int, where: Mapping[int, int]) -> bool:
    """Is there an unserved visit without which this one is worth nothing?"""
    return any(
        relation.both_or_none and (relation.second if relation.first == visit else relation.first) not in where
        for relation in tables.relations[visit]
    )


def _is_kept(wanted: Alike, is_same: bool) -> bool:
    return wanted is Alike.ANY or (wanted is Alike.SAME) == is_same
