"""Serving what still fits once the search is over: the most important first, and nobody for more than it is worth."""

from __future__ import annotations

from optimizer.problem import Problem, Relation
from optimizer.search.fill import filled
from optimizer.timing import timed
from tests.engine_problems import a_problem, a_route, a_visit


def served(problem: Problem, *orders: tuple[int, ...], is_late: bool = False) -> frozenset[int]:
    plan = timed(problem, orders)
    assert plan is not None
    return filled(problem, plan, range(len(problem.visits)), is_late=lambda: is_late).served()


def test_everybody_who_fits_is_served() -> None:
    assert served(a_problem([a_visit(1), a_visit(2)]), ()) == {0, 1}


def test_the_more_important_visit_takes_the_only_place() -> None:
    visits = [a_visit(1, (0, 0), unserved_class=1), a_visit(1, (0, 0))]

    assert served(a_problem(visits, [a_route(start_place=1)], service=900), ()) == {1}


def test_who_may_be_left_out_for_less_is_left_out() -> None:
    visits = [a_visit(9, unserved_price=0), a_visit(9, unserved_price=10**6)]

    assert served(a_problem(visits), ()) == {1}


def a_pair_that_waits() -> Problem:
    """Visit 2 only fits before 0, and 0 may then start no sooner than its partner 1 has moved along."""
    visits = [a_visit(1), a_visit(1), a_visit(1, (0, 0))]
    together = (Relation(first=0, second=1, min_gap=0, max_gap=0),)
    routes = [a_route(start_place=1), a_route(start_place=1, person=1)]
    return a_problem(visits, routes, service=900, relations=together, forbidden=((2, 1),))


def test_partners_move_along_where_that_makes_room() -> None:
    assert served(a_pair_that_waits(), (0,), (1,)) == {0, 1, 2}


def test_once_it_is_late_partners_stay_where_they_are() -> None:
    assert served(a_pair_that_waits(), (0,), (1,), is_late=True) == {0, 1}
