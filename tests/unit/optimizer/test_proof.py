"""The proof among all routes of better plans: finds the best of them, and says what nothing can beat."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.answer import Effort
from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation
from optimizer.kernel.column import Column
from optimizer.problem import Alike, Problem, Relation
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


def proven(problem: Problem, incumbent: Orders, *pool: tuple[int, tuple[int, ...]]) -> Proven:
    proof = Proof(problem, *standing(problem, incumbent), [Column(route, stops, 0) for route, stops in pool])
    return proof.begin(nodes=None, seconds=None).result(timeout=60)


def price(problem: Problem, orders: Orders) -> int:
    return standing(problem, orders)[1].price.total


def test_the_best_choice_is_found_and_nothing_is_said_to_beat_it() -> None:
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)])

    found = proven(problem, TORN, (0, (0, 1)), (1, (2, 3)))

    assert found == Proven(least=price(problem, TIDY), orders=TIDY)


def test_where_the_incumbent_is_the_best_choice_it_is_proven() -> None:
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)])

    assert proven(problem, TIDY, (0, (0, 2)), (1, (1, 3))) == Proven(least=price(problem, TIDY), orders=TIDY)


def test_relations_hold_in_what_is_chosen() -> None:
    together = (Relation(first=0, second=2, people=Alike.SAME),)
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)], relations=together)

    assert proven(problem, TORN, (0, (0, 1)), (1, (2, 3))).orders == TORN


def test_over_all_routes_of_better_plans_it_meets_the_best_plan() -> None:
    problem = a_busy_day(7, 2)
    value = best_value(problem)
    bound = improved(problem, value)
    columns = bound.columns(10_000)
    first = solve(problem, effort=Effort(rounds=1), seed=1)
    assert first.evaluation.unserved == value[0]

    found = Proof(problem, first.solution, first.evaluation, columns).begin(nodes=None, seconds=None).result(timeout=60)

    assert bound.complete_below is not None
    assert value[1] <= bound.complete_below
    assert found.least == value[1]


def test_told_to_stop_it_answers_at_once_with_nothing() -> None:
    problem = a_problem(NEAR_AND_FAR, [a_route(), a_route(person=1)])
    proof = Proof(problem, *standing(problem, TORN), [])

    proof.stop()

    assert proof.begin(nodes=None, seconds=None).result(timeout=60) == Proven(None, None)
