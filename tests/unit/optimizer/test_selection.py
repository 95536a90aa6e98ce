"""Route selection: the best set of known routes, never fewer visits than the incumbent serves."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer import Alike, Problem, Relation
from optimizer.search.draft import Draft
from optimizer.search.possible import hopeless_visits
from optimizer.search.selection import select_routes
from optimizer.search.states import RouteState, States
from optimizer.tables import tables_of
from tests.engine_problems import a_problem, a_route, a_visit


def state(states: States, route: int, *stops: int) -> RouteState:
    found = states.get(route, stops)
    assert found is not None
    return found


def draft_of(states: States, *orders: Sequence[int]) -> Draft:
    draft = Draft(states)
    for route, order in enumerate(orders):
        draft.put(state(states, route, *order))
    return draft


def selected(problem: Problem, incumbent: Sequence[Sequence[int]], pool: Sequence[tuple[int, ...]]) -> Draft | None:
    """`pool` lists routes as (route, stops...)."""
    states = States(tables_of(problem))
    pooled = [state(states, route, *stops) for route, *stops in pool]
    return select_routes(draft_of(states, *incumbent), pooled, deterministic_seconds=1.0, seconds=None)


NEAR_AND_FAR = [a_visit(1), a_visit(1), a_visit(9), a_visit(9)]
TWO_ROUTES = [a_route(), a_route(person=1)]


def test_routes_met_apart_are_put_together() -> None:
    chosen = selected(a_problem(NEAR_AND_FAR, TWO_ROUTES), [(0, 2), (1, 3)], [(0, 0, 1), (1, 2, 3)])

    assert chosen is not None
    assert [one.stops for one in chosen.routes] == [(0, 1), (2, 3)]


def test_a_cheaper_set_that_serves_fewer_is_not_chosen() -> None:
    assert selected(a_problem(NEAR_AND_FAR, TWO_ROUTES), [(0, 2), (1, 3)], [(0, 0, 1)]) is None


def test_a_set_that_serves_more_is_chosen_at_any_price() -> None:
    chosen = selected(a_problem(NEAR_AND_FAR, TWO_ROUTES), [(0, 1), ()], [(1, 2, 3)])

    assert chosen is not None
    assert len(chosen.where) == 4


def test_visits_that_want_the_same_person_are_not_torn_apart() -> None:
    together = a_problem(NEAR_AND_FAR, TWO_ROUTES, relations=(Relation(first=0, second=2, people=Alike.SAME),))

    assert selected(together, [(0, 2), (1, 3)], [(0, 0, 1), (1, 2, 3)]) is None


def test_hopeless_visits_are_known_before_any_search() -> None:
    problem = a_problem(
        [a_visit(1), a_visit(1, (10_000, 10_000)), a_visit(1), a_visit(1)],
        forbidden=[(0, 0)],
        relations=(Relation(first=0, second=3, both_or_none=True),),
    )

    assert hopeless_visits(tables_of(problem)) == {0, 1, 3}
