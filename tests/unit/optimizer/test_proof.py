"""The proof among all routes of better plans: finds the best of them, and says what nothing can beat."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.answer import Effort
from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.problem import Alike, Problem, Relation
from optimizer.search.choice import Choice
from optimizer.search.proof import Proof, Proven
from optimizer.search.solve import solve
from optimizer.solution import Solution
from optimizer.timing import timed
from tests.engine_problems import a_problem, a_route, a_visit
from tests.unit.optimizer.test_bound import a_busy_day, best_value, improved

Orders = Sequence[tuple[int, ...]]
NEAR_AND_FAR = [a_visit(1), a_visit(1), a_visit(9), a_visit(9)]
TORN: list[tuple[int, ...]] = [(0, 2), (1, 3)]
TIDY: list[tuple[int, ...]] = [(0, 1), (2, 3)]


def standing(problem: Problem, orders: Orders) -> tuple[Solution, Evaluation]:
    plan = timed(problem, orders)
    assert plan is not None
    return plan, evaluate(problem, plan)


def a_choice(problem: Problem, incumbent: Orders, *pool: tuple[int, tuple[int, ...]]) -> Choice:
    return Choice(problem, *standing(problem, incumbent), [Column(route, stops, 0) for route, stops in pool])


def settled(choice: Choice) -> tuple[int | None, Orders]:
    """What nothing costs less than, and the best choice."""
    proven = Proof(choice.costs, choice.rows()).begin(nodes=None, seconds=None).result(timeout=60)
    assert proven.taken is not None
    return proven.least, choice.orders(proven.taken)


def price(problem: Problem, orders: Orders) -> int:
    return standing(problem, orders)[1].price.total


def test_the_best_choice_is_found_and_nothing_is_said_to_beat_it() -> None:
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)])

    found = settled(a_choice(problem, TORN, (0, (0, 1)), (1, (2, 3))))

    assert found == (price(problem, TIDY), TIDY)


def test_where_the_incumbent_is_the_best_choice_it_is_proven() -> None:
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)])

    assert settled(a_choice(problem, TIDY, (0, (0, 2)), (1, (1, 3)))) == (price(problem, TIDY), TIDY)


def test_relations_hold_in_what_is_chosen() -> None:
    together = (Relation(first=0, second=2, people=Alike.SAME),)
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)], relations=together)

    assert settled(a_choice(problem, TORN, (0, (0, 1)), (1, (2, 3))))[1] == TORN


def test_over_all_routes_of_better_plans_it_meets_the_best_plan() -> None:
    problem = a_busy_day(7, 2)
    value = best_value(problem)
    bound = improved(problem, value)
    columns = bound.columns(10_000)
    first = solve(problem, effort=Effort(rounds=1), seed=1)
    assert first.evaluation.unserved == value[0]

    least, _ = settled(Choice(problem, first.solution, first.evaluation, columns))

    assert bound.complete_below is not None
    assert value[1] <= bound.complete_below
    assert least == value[1]


def test_told_to_stop_it_answers_at_once_with_nothing() -> None:
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)])
    choice = a_choice(problem, TORN)
    proof = Proof(choice.costs, choice.rows())

    proof.stop()

    assert proof.begin(nodes=None, seconds=None).result(timeout=60) == Proven(None, None)
