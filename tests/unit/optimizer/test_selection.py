"""Route selection: the best set of known routes, never fewer visits than the incumbent serves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.problem import Alike, Curve, Measure, Problem, Relation, WorstPrice
from optimizer.search.possible import hopeless_visits
from optimizer.search.selection import Selection
from optimizer.solution import Solution
from optimizer.tables import tables_of
from optimizer.timing import timed
from tests.engine_problems import BY_THE_UNIT, a_problem, a_route, a_visit

Orders = Sequence[tuple[int, ...]]

NEAR_AND_FAR = [a_visit(1), a_visit(1), a_visit(9), a_visit(9)]
TWO_ROUTES = [a_route(), a_route(person=1, day=1)]
TORN = [(0, 2), (1, 3)]
TIDY = [(0, 1), (2, 3)]


def standing(problem: Problem, orders: Orders) -> tuple[Solution, Evaluation]:
    incumbent = timed(problem, orders)
    assert incumbent is not None
    judged = evaluate(problem, incumbent)
    assert judged.is_feasible
    return incumbent, judged


def selection(problem: Problem, incumbent: Orders, pool: Sequence[tuple[int, tuple[int, ...]]]) -> Selection:
    """`pool` lists routes with their stops; what they cost is found out by the selection."""
    return Selection(problem, *standing(problem, incumbent), [Column(route, stops, 0) for route, stops in pool])


def selected(problem: Problem, incumbent: Orders, *pool: tuple[int, tuple[int, ...]]) -> Orders:
    """The plan after the choice, which is the incumbent when nothing better was found."""
    chosen = selection(problem, incumbent, pool).solve(deterministic_seconds=1.0, seconds=None)
    return incumbent if chosen is None else chosen


def a_torn_day(**facts: Any) -> Problem:
    return a_problem(NEAR_AND_FAR, TWO_ROUTES, **facts)


def test_routes_met_apart_are_put_together() -> None:
    assert selected(a_torn_day(), TORN, (0, (0, 1)), (1, (2, 3))) == TIDY


def test_of_two_orders_the_cheaper_one_is_taken() -> None:
    problem = a_problem([a_visit(1), a_visit(5), a_visit(9)])

    assert selected(problem, [(2, 0, 1)], (0, (1, 2, 0)), (0, (0, 1, 2))) == [(0, 1, 2)]


def test_a_cheaper_set_that_serves_fewer_is_not_chosen() -> None:
    assert selected(a_torn_day(), TORN, (0, (0, 1))) == TORN


def test_a_set_that_serves_more_is_chosen_at_any_price() -> None:
    assert selected(a_torn_day(), [(0, 1), ()], (1, (2, 3))) == TIDY


def test_many_of_a_lesser_class_do_not_make_up_for_one_that_matters_more() -> None:
    visits = [a_visit(9), a_visit(1, unserved_class=1), a_visit(1, unserved_class=1)]
    problem = a_problem(visits, [a_route(caps=((Measure.VISITS, 2),))])

    assert selected(problem, [(0,)], (0, (1, 2))) == [(0,)]


def test_an_optional_visit_is_left_out_where_that_is_cheaper() -> None:
    problem = a_problem([a_visit(1), a_visit(9, unserved_price=100), a_visit(2, unserved_price=10_000)])

    assert selected(problem, [(0, 2, 1)], (0, (0, 2)), (0, (0,))) == [(0, 2)]


def test_a_route_is_emptied_when_that_is_cheaper() -> None:
    problem = a_problem([a_visit(1), a_visit(1)], TWO_ROUTES)

    assert selected(problem, [(0,), (1,)], (0, (0, 1))) == [(0, 1), ()]


def test_visits_that_want_the_same_person_are_not_torn_apart() -> None:
    together = a_torn_day(relations=(Relation(first=0, second=2, people=Alike.SAME),))

    assert selected(together, TORN, (0, (0, 1)), (1, (2, 3))) == TORN


def test_visits_that_want_different_people_are_not_put_together() -> None:
    apart = a_torn_day(relations=(Relation(first=0, second=1, people=Alike.DIFFERENT),))

    assert selected(apart, TORN, (0, (0, 1)), (1, (2, 3))) == TORN


def test_visits_keep_to_the_same_or_to_different_days() -> None:
    same = a_torn_day(relations=(Relation(first=0, second=2, days=Alike.SAME),))
    different = a_torn_day(relations=(Relation(first=0, second=1, days=Alike.DIFFERENT),))

    assert selected(same, TORN, (0, (0, 1)), (1, (2, 3))) == TORN
    assert selected(different, TORN, (0, (0, 1)), (1, (2, 3))) == TORN


def test_a_visit_is_not_served_without_its_mate() -> None:
    mates = a_torn_day(relations=(Relation(first=2, second=3, both_or_none=True),))

    assert selected(mates, [(0, 1), ()], (1, (2,))) == [(0, 1), ()]
    assert selected(mates, [(0, 1), ()], (1, (2,)), (1, (2, 3))) == TIDY


def test_a_worst_value_is_never_made_worse() -> None:
    worst = (WorstPrice(measure=Measure.VISITS, curve=BY_THE_UNIT),)
    visits = [a_visit(1), a_visit(1), a_visit(1)]
    pool = (0, (0, 1, 2))

    assert selected(a_problem(visits, TWO_ROUTES, worst_prices=worst), [(0, 1), (2,)], pool) == [(0, 1), (2,)]
    assert selected(a_problem(visits, TWO_ROUTES), [(0, 1), (2,)], pool) == [(0, 1, 2), ()]


def test_a_route_at_rest_sets_no_worst_value_that_only_counts_the_others() -> None:
    """Its whole shift is idle, which nobody may take as leave to idle as long."""
    routes = [a_route(shift=(0, 9_000), person=0), a_route(shift=(0, 9_000), person=1), a_route(shift=(0, 10_000))]
    worst = (WorstPrice(measure=Measure.IDLE, curve=Curve(steps=((0, 5),))),)
    problem = a_problem([a_visit(9), a_visit(9), a_visit(1)], routes, service=1_000, worst_prices=worst)
    incumbent = [(0, 2), (1,), ()]

    chosen = selected(problem, incumbent, (0, (0, 1)), (1, (2,)))

    assert evaluate(problem, standing(problem, chosen)[0]).price.worst <= standing(problem, incumbent)[1].price.worst


def test_linked_visits_keep_the_starts_they_have() -> None:
    together = Relation(first=0, second=1, min_gap=0, max_gap=0)
    visits = [a_visit(1, (500, 900)), a_visit(1, (700, 900)), a_visit(1, (0, 100))]
    problem = a_problem(visits, TWO_ROUTES, relations=(together,), pair_price={(2, 1): 90})
    before, _ = standing(problem, [(0,), (2, 1)])

    chosen = selected(problem, [(0,), (2, 1)], (0, (2, 0)), (1, (1,)))
    after, judged = standing(problem, chosen)

    assert chosen == [(2, 0), (1,)]
    assert judged.is_feasible
    assert before.tours[0].starts == after.tours[0].starts[1:] == after.tours[1].starts == (700,)


def test_a_linked_visit_nobody_serves_yet_is_left_to_the_search() -> None:
    linked = a_torn_day(relations=(Relation(first=2, second=3, min_gap=0),))

    assert selected(linked, [(0, 1), ()], (1, (2, 3))) == [(0, 1), ()]


def test_only_an_exact_choice_calls_itself_proven() -> None:
    asked = selection(a_torn_day(), TORN, [(0, (0, 1)), (1, (2, 3))])
    before = asked.is_proven

    asked.solve(deterministic_seconds=1.0, seconds=None)

    assert (before, asked.is_proven) == (False, True)


def test_nothing_is_proven_without_a_choice() -> None:
    nothing_new = selection(a_torn_day(), TORN, [(0, (0, 2))])

    assert nothing_new.solve(deterministic_seconds=1.0, seconds=None) is None
    assert not nothing_new.is_proven


def test_stopped_before_it_began_it_proves_nothing() -> None:
    asked = selection(a_torn_day(), TORN, [(0, (0, 1)), (1, (2, 3))])

    asked.solve(deterministic_seconds=0.0, seconds=None)

    assert not asked.is_proven


def test_hopeless_visits_are_known_before_any_search() -> None:
    problem = a_problem(
        [a_visit(1), a_visit(1, (10_000, 10_000)), a_visit(1), a_visit(1)],
        forbidden=[(0, 0)],
        relations=(Relation(first=0, second=3, both_or_none=True),),
    )

    assert hopeless_visits(tables_of(problem)) == {0, 1, 3}
