"""Drafts from orders of stops, through the exact timing step that moves linked routes together."""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.linked import linked_groups
from optimizer.search.draft import Draft
from optimizer.search.states import States
from optimizer.timing import Orders, timetable


def drafted(states: States, orders: Orders, starts: Mapping[int, int] | None = None) -> Draft | None:
    """The draft with these orders, or nothing when no times fit; `starts` as in `timetable`."""
    table = timetable(states.tables, orders, starts)
    if table is None:
        return None
    draft = Draft(states)
    for route, order in enumerate(table.orders):
        hold = tuple(sorted((stop, table.held[stop]) for stop in order if stop in table.held))
        state = states.get(route, order, hold)
        if state is None:
            return None
        draft.put(state)
    return draft


def retimed(draft: Draft) -> Draft:
    """The same orders with linked visits at better moments, where there are any; else the draft itself."""
    groups = linked_groups(draft.states.tables, draft.where)
    if not groups:
        return draft
    starts = draft.starts(visit for group in groups for visit in group)
    again = drafted(draft.states, [state.stops for state in draft.routes], starts)
    return again if again is not None and again.value < draft.value else draft
