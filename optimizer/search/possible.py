"""Visits that no route can ever serve, found before any search. A proof: travel in between counts as free."""

from __future__ import annotations

from optimizer.problem import NEVER
from optimizer.tables import RouteTable, Tables, Windows


def hopeless_visits(tables: Tables) -> frozenset[int]:
    """Visits without a route that may carry, reach and time them, and those worth nothing without such a visit."""
    hopeless = {visit for visit in range(len(tables.places)) if not any(_may_fit(tables, visit))}
    waiting = sorted(hopeless)
    for visit in waiting:
        for relation in tables.relations[visit]:
            partner = relation.second if relation.first == visit else relation.first
            if relation.both_or_none and partner not in hopeless:
                hopeless.add(partner)
                waiting.append(partner)
    return frozenset(hopeless)


def _may_fit(tables: Tables, visit: int) -> list[bool]:
    return [
        _is_reachable(tables.routes[route], tables.places[visit]) and _is_in_time(tables, visit, route)
        for route in tables.allowed_routes[visit]
    ]


def _is_reachable(route: RouteTable, place: int) -> bool:
    if place < 0 or place in {route.start, route.end}:
        return True
    leaves = any(row[place] < NEVER for other, row in enumerate(route.seconds) if other != place)
    return leaves and any(way < NEVER for other, way in enumerate(route.seconds[place]) if other != place)


def _is_in_time(tables: Tables, visit: int, route: int) -> bool:
    table = tables.routes[route]
    start = _earliest_from(tables.windows[visit][route], table.opens)
    return start >= 0 and start + tables.service[visit][route] <= table.closes


def _earliest_from(windows: Windows, moment: int) -> int:
    """The earliest moment of the windows that is not before `moment`; -1 when there is none."""
    return next((max(opens, moment) for opens, closes in windows if moment <= closes), -1)
