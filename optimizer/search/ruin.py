"""Takes visits out of a draft, near each other in place and in route, so that recreate can do better.

Source: Christiaens & Vanden Berghe (2020), "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54(2): strings and split strings of adjacent routes. Ours also takes out what hangs on a
removed visit, and begins next to an unserved visit half of the time, when there is one. Deterministic for equal dice.
"""

from __future__ import annotations

from random import Random

from optimizer.problem import NEVER
from optimizer.search.draft import Draft
from optimizer.tables import Tables

_LONGEST_STRING = 8
_MEAN_REMOVED = 7
_SPLIT = 0.5
_KEEP_MORE = 0.6
_SMALL_GROUP = 3
_MOST_NEIGHBOURS = 120


class Ruin:
    def __init__(self, tables: Tables, dice: Random) -> None:
        self.tables, self.dice = tables, dice
        self.neighbours = [neighbours(tables, visit) for visit in range(len(tables.places))]
        self.companions = [companions(tables, visit) for visit in range(len(tables.places))]

    def ruin(self, draft: Draft, missing: list[int]) -> list[int] | None:
        """Take out strings around one visit; the removed visits in order, or nothing when a route cannot be cut.

        `missing` lists the unserved visits that could be served.
        """
        sizes = [len(state.stops) for state in draft.routes if state.stops]
        rolled = self.dice.random
        if not sizes:
            return []
        longest = min(_LONGEST_STRING, max(1, sum(sizes) / len(sizes)))
        strings = int(rolled() * (4 * _MEAN_REMOVED / (1 + longest) - 1)) + 1
        removed: dict[int, set[int]] = {}
        for visit in self.neighbours[self._seed(draft, missing)]:
            route = draft.where.get(visit)
            if route is None or route in removed:
                continue
            stops = draft.routes[route].stops
            size = int(rolled() * min(len(stops), longest)) + 1
            removed[route] = set(self._string(stops, visit, size))
            if len(removed) >= strings:
                break
        return self._take_out(draft, removed)

    def _seed(self, draft: Draft, missing: list[int]) -> int:
        if missing and self.dice.random() < _SPLIT:
            return missing[int(self.dice.random() * len(missing))]
        return int(self.dice.random() * len(draft.classes))

    def _string(self, stops: tuple[int, ...], visit: int, size: int) -> tuple[int, ...]:
        """`size` consecutive stops with `visit` among them, or as many with some kept in their midst."""
        kept = 0
        if 1 < size < len(stops) and self.dice.random() < _SPLIT:
            kept = 1
            while size + kept < len(stops) and self.dice.random() < _KEEP_MORE:
                kept += 1
        at, span = stops.index(visit), size + kept
        first = max(0, at - span + 1)
        last = min(at, len(stops) - span)
        first += int(self.dice.random() * (last - first + 1))
        if not kept:
            return stops[first : first + span]
        gap = first + 1 + int(self.dice.random() * (size - 1))
        return (*stops[first:gap], *stops[gap + kept : first + span])

    def _take_out(self, draft: Draft, removed: dict[int, set[int]]) -> list[int] | None:
        for visit in [visit for visits in removed.values() for visit in sorted(visits)]:
            for companion in self.companions[visit]:
                if (route := draft.where.get(companion)) is not None:
                    removed.setdefault(route, set()).add(companion)
        out: list[int] = []
        for route, visits in removed.items():
            old = draft.routes[route]
            stops = tuple(stop for stop in old.stops if stop not in visits)
            hold = tuple(pair for pair in old.hold if pair[0] not in visits)
            state = draft.states.get(route, stops, hold)
            if state is None:
                return None
            draft.put(state)
            out += sorted(visits)
        return out


def neighbours(tables: Tables, visit: int) -> list[int]:
    """All visits by nearness, itself first. Remote visits are near to what happens at the same time."""
    seconds = tables.routes[0].seconds if tables.routes else []
    place, opens = tables.places[visit], tables.problem.visits[visit].windows[0][0]

    def distance(other: int) -> tuple[int, int, int]:
        there = tables.places[other]
        apart = abs(tables.problem.visits[other].windows[0][0] - opens)
        if place < 0 or there < 0:
            return (0 if other == visit else 1, apart, other)
        way = min(seconds[place][there], NEVER) + min(seconds[there][place], NEVER)
        return (-1 if other == visit else way, apart, other)

    return sorted(range(len(tables.places)), key=distance)[:_MOST_NEIGHBOURS]


def companions(tables: Tables, visit: int) -> tuple[int, ...]:
    """What must or should leave with a visit: mates it needs, and the rest of a small linked group."""
    group = [visit]
    for one in group:
        group += [partner for partner, _, _ in tables.gaps[one] if partner not in group]
    mates = [visit]
    for one in mates:
        for relation in tables.relations[one]:
            partner = relation.second if relation.first == one else relation.first
            if relation.both_or_none and partner not in mates:
                mates.append(partner)
    linked = group if len(group) <= _SMALL_GROUP else []
    return tuple(sorted({*linked, *mates} - {visit}))
