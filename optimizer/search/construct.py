"""A first plan: linked visits first, then always the visit that would lose most by waiting (regret insertion).

Source: Potvin & Rousseau (1993), "A parallel route building algorithm for the vehicle routing and scheduling problem
with time windows", EJOR 66(3): regret over routes. Deterministic: ties go to the lower index.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.search.draft import Draft
from optimizer.search.recreate import Recreate
from optimizer.search.states import Found

_MANY = 150
"""Beyond so many visits regret takes longer than it is worth; the tightest visit then goes first."""


def construct(draft: Draft, recreate: Recreate, visits: Iterable[int]) -> None:
    """Serve as many of the visits as fit, by class, without moving what the draft already has."""
    tables = draft.states.tables
    waiting = sorted(set(visits) - draft.where.keys(), key=lambda visit: _tightness(draft, visit))
    recreate.insert(draft, [visit for visit in waiting if tables.relations[visit]])
    alone = [visit for visit in waiting if not tables.relations[visit]]
    if len(alone) > _MANY:
        recreate.insert(draft, alone)
        return
    for unserved_class in sorted({draft.classes[visit] for visit in alone}):
        _by_regret(draft, [visit for visit in alone if draft.classes[visit] == unserved_class])


def _tightness(draft: Draft, visit: int) -> tuple[int, int, int, int]:
    tables = draft.states.tables
    windows = tables.problem.visits[visit].windows
    width = sum(closes - opens for opens, closes in windows)
    return draft.classes[visit], len(tables.allowed_routes[visit]), width, visit


def _by_regret(draft: Draft, visits: list[int]) -> None:
    tables, states = draft.states.tables, draft.states
    options: dict[int, dict[int, Found]] = {}
    for visit in visits:
        found = ((route, states.best(draft.routes[route], visit)) for route in tables.allowed_routes[visit])
        options[visit] = {route: one for route, one in found if one is not None}
    while options:
        visit, found_best = _most_regretted(draft, options)
        if found_best is None:
            del options[visit]
            continue
        draft.put(found_best.state)
        del options[visit]
        changed = found_best.state.index
        for other, routes in options.items():
            if changed in routes:
                again = states.best(draft.routes[changed], other)
                if again is None:
                    del routes[changed]
                else:
                    routes[changed] = again


def _most_regretted(draft: Draft, options: dict[int, dict[int, Found]]) -> tuple[int, Found | None]:
    """The visit whose second-best route costs most more than its best; one with a single route beats all."""
    chosen: tuple[tuple[int, int, int], int, Found | None] | None = None
    for visit, routes in options.items():
        if not routes:
            return visit, None
        ranked = sorted((draft.difference(found), route) for route, found in routes.items())
        regret = ranked[1][0] - ranked[0][0] if len(ranked) > 1 else 0
        key = (int(len(ranked) == 1), regret, -ranked[0][0])
        if chosen is None or key > chosen[0]:
            chosen = key, visit, routes[ranked[0][1]]
    assert chosen is not None, "there are options left"  # noqa: S101
    return chosen[1], chosen[2]
