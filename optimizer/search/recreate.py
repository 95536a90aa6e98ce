"""Puts visits into a draft, each where it costs least: alone, or together with those it is linked to.

A visit whose partners are served is placed within their reach. Two linked visits that are both waiting are placed
together, the cheapest combination of routes, positions and moments first. A visit that is worth nothing without
its mate enters with it or not at all. Deterministic for equal dice; never removes a visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from optimizer.company import misses_its_mate, quarrel
from optimizer.linked import Interval, allowed_interval, linked_groups
from optimizer.search.draft import Draft
from optimizer.search.pairs import put_pair
from optimizer.search.states import Found, States
from optimizer.tables import Tables

_A_PAIR = 2


class Recreate:
    """`blink` is the chance to overlook a route, so that equal ruins do not always heal alike."""

    def __init__(self, states: States, dice: Random, blink: float) -> None:
        self.states, self.dice, self.blink = states, dice, blink
        self.tables: Tables = states.tables

    def insert(self, draft: Draft, visits: Iterable[int]) -> None:
        """Serve the visits one after the other, in the given order; those that fit nowhere stay unserved."""
        for visit in visits:
            if visit in draft.where:
                continue
            if self.tables.relations[visit]:
                self._insert_related(draft, visit)
            elif (found := self._cheapest(draft, visit)) is not None:
                draft.put(found.state)

    def _cheapest(self, draft: Draft, visit: int) -> Found | None:
        routes, blink, rolled = draft.routes, self.blink, self.dice.random
        seen = [routes[route] for route in self.tables.allowed_routes[visit] if rolled() >= blink]
        return draft.cheapest(visit, seen)

    def _insert_related(self, draft: Draft, visit: int) -> None:
        """With everything it needs or moves with; undone when a mate it needs finds no place."""
        company = self.waiting_company(draft, visit)
        before = list(draft.routes)
        if not (self._are_free_pair(draft, company) and put_pair(draft, self.states, (company[0], company[1]))):
            for one in company:
                self._insert_beside(draft, one)
        if any(one in draft.where and misses_its_mate(self.tables, one, draft.where) for one in company):
            draft.restore(before)

    def _are_free_pair(self, draft: Draft, company: list[int]) -> bool:
        partners = [partner for visit in company for partner, _, _ in self.tables.gaps[visit]]
        return len(company) == _A_PAIR and not any(partner in draft.where for partner in partners)

    def waiting_company(self, draft: Draft, visit: int) -> list[int]:
        """The visit and those unserved ones that hang on it by a gap or by both-or-none, itself first."""
        company, seen = [visit], {visit}
        for one in company:
            for relation in self.tables.relations[one]:
                partner = relation.second if relation.first == one else relation.first
                if partner in seen or partner in draft.where:
                    continue
                if relation.both_or_none or relation.min_gap is not None or relation.max_gap is not None:
                    seen.add(partner)
                    company.append(partner)
        return company

    def _insert_beside(self, draft: Draft, visit: int) -> None:
        """One related visit, among partners that keep their routes and starts."""
        starts = draft.starts(partner for partner, _, _ in self.tables.gaps[visit])
        interval = allowed_interval(self.tables, visit, starts) if starts else None
        if starts and interval is None:
            return
        welcome = [
            route
            for route in self.tables.allowed_routes[visit]
            if quarrel(self.tables, visit, route, draft.where) is None
        ]
        shared = {draft.where[partner] for partner in starts}
        best = draft.cheapest(visit, [draft.routes[route] for route in welcome if route not in shared], interval)
        for route in welcome:
            if route in shared:
                found = self._beside_partner(draft, visit, route, starts, interval)
                if found is not None and (best is None or draft.difference(found) < draft.difference(best)):
                    best = found
        if best is None:
            return
        before = list(draft.routes)
        draft.put(best.state)
        for group in linked_groups(self.tables, draft.where, [visit]):
            if not draft.rehold(group):
                draft.restore(before)
                return

    def _beside_partner(
        self, draft: Draft, visit: int, route: int, starts: dict[int, int], interval: Interval | None
    ) -> Found | None:
        """On the route of partners, which must not drift while the visit squeezes in."""
        state = draft.routes[route]
        here = {partner: start for partner, start in starts.items() if draft.where[partner] == route}
        hold = dict(state.hold) | {partner: (start, start) for partner, start in here.items()}
        still = self.states.get(route, state.stops, tuple(sorted(hold.items())))
        found = None if still is None else self.states.best(still, visit, interval)
        return None if found is None else Found(found.state.price - state.price, found.state)
