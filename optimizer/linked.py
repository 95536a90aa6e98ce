"""Visits whose starts depend on each other, and the intervals that let their routes be timed apart.

A gap between two starts links two routes. Each linked visit is *held* in an interval such that any choice inside
keeps every gap: the slack around the present starts is shared out, half to each side. Seconds; pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from optimizer.problem import NEVER
from optimizer.tables import Tables

Interval = tuple[int, int]


def held_interval(tables: Tables, visit: int, starts: Mapping[int, int]) -> Interval | None:
    """Where `visit` may start whatever its partners in `starts` do inside theirs; nothing when it is free."""
    own = starts[visit]
    low, high = 0, NEVER
    for partner, least, most in tables.gaps[visit]:
        if (other := starts.get(partner)) is None:
            continue
        gap = other - own
        if least > -NEVER:
            high = min(high, own + _share(gap - least, is_first=visit < partner))
        if most < NEVER:
            low = max(low, own - _share(most - gap, is_first=visit < partner))
    return None if (low, high) == (0, NEVER) else (low, high)


def held_intervals(tables: Tables, starts: Mapping[int, int], visits: Iterable[int]) -> dict[int, Interval]:
    """The intervals of all `visits` that are linked to one in `starts`."""
    intervals = ((visit, held_interval(tables, visit, starts)) for visit in visits)
    return {visit: interval for visit, interval in intervals if interval is not None}


def allowed_interval(tables: Tables, visit: int, starts: Mapping[int, int]) -> Interval | None:
    """Where `visit` may start when its partners stay where they are; nothing when they leave it no moment."""
    low, high = 0, NEVER
    for partner, least, most in tables.gaps[visit]:
        if (other := starts.get(partner)) is not None:
            low, high = max(low, other - most), min(high, other - least)
    return (low, high) if low <= high else None


def linked_groups(tables: Tables, served: Mapping[int, int], among: Iterable[int] | None = None) -> list[list[int]]:
    """The served visits that hang together by gaps, in index order; visits without a served partner are left out.

    With `among`, only the groups of those visits.
    """
    groups: list[list[int]] = []
    seen: set[int] = set()
    for visit in sorted(served if among is None else served.keys() & set(among)):
        if visit in seen or not tables.gaps[visit]:
            continue
        group, waiting = [], [visit]
        seen.add(visit)
        while waiting:
            one = waiting.pop()
            group.append(one)
            for partner, _, _ in tables.gaps[one]:
                if partner in served and partner not in seen:
                    seen.add(partner)
                    waiting.append(partner)
        if len(group) > 1:
            groups.append(sorted(group))
    return groups


def _share(spare: int, *, is_first: bool) -> int:
    return spare // 2 if is_first else spare - spare // 2
