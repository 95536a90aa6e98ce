"""Whatever the day, the engine's answer is faultless, repeatable, and never better than what is possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.answer import Answer, Effort, StoppedBy
from optimizer.curves import StartPricing, price_of
from optimizer.evaluate import evaluate
from optimizer.insertion import insertions
from optimizer.problem import Curve, Problem, Route, StartPrice
from optimizer.search.solve import solve
from optimizer.solution import Solution, Tour
from optimizer.timing import timed
from tests.engine_problems import a_random_problem, dice_of

EFFORT = Effort(rounds=20)
QUICKLY = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
ROUNDING = 2
"""Cents: one for each of two start prices."""
SEEDS = st.integers(min_value=0, max_value=10**6)


def days(most_visits: int, most_routes: int) -> st.SearchStrategy[Problem]:
    def day(seed: int, visits: int, routes: int, relations: int) -> Problem:
        return a_random_problem(dice_of(seed), visits=visits, routes=routes, relations=relations)

    return st.builds(day, SEEDS, st.integers(0, most_visits), st.integers(1, most_routes), st.integers(0, 3))


@QUICKLY
@given(days(7, 4), SEEDS)
def test_every_answer_passes_the_evaluator(problem: Problem, seed: int) -> None:
    answer = solve(problem, effort=EFFORT, seed=seed)

    assert answer.evaluation == evaluate(problem, answer.solution)
    assert answer.evaluation.faults == ()


@QUICKLY
@given(days(6, 3), SEEDS, st.integers(1, 2))
def test_equal_seeds_give_equal_answers(problem: Problem, seed: int, threads: int) -> None:
    effort = replace(EFFORT, threads=threads)

    assert solve(problem, effort=effort, seed=seed) == solve(problem, effort=effort, seed=seed)


@QUICKLY
@given(days(6, 3), SEEDS)
def test_a_faultless_warm_start_never_gets_worse(problem: Problem, seed: int) -> None:
    warm = solve(problem, effort=EFFORT, seed=seed).solution

    again = solve(problem, effort=EFFORT, seed=seed + 1, warm=warm)

    assert again.evaluation.value <= evaluate(problem, warm).value
    assert again.released == ()


@QUICKLY
@given(days(6, 3), SEEDS)
def test_a_warm_start_from_another_day_is_mended(problem: Problem, seed: int) -> None:
    """Orders drawn blindly: forbidden pairs, missed windows, torn relations."""
    dice = dice_of(seed)
    orders: list[list[int]] = [[] for _ in problem.routes]
    for visit in range(len(problem.visits)):
        orders[dice.randrange(len(orders))].append(visit)
    blind = Solution(tours=tuple(Tour(visits=tuple(order), starts=(0,) * len(order)) for order in orders))

    answer = solve(problem, effort=EFFORT, seed=seed, warm=blind)

    assert answer.evaluation.is_feasible


@QUICKLY
@given(days(6, 3), SEEDS)
def test_no_visit_that_could_simply_be_inserted_is_left_out(problem: Problem, seed: int) -> None:
    answer = solve(problem, effort=EFFORT, seed=seed)

    for visit in set(range(len(problem.visits))) - answer.solution.served():
        assert insertions(problem, answer.solution, visit) == []


def curves() -> st.SearchStrategy[Curve]:
    steps = st.dictionaries(st.integers(0, 50), st.integers(0, 9), max_size=4).map(
        lambda one: tuple(sorted(one.items()))
    )
    return st.builds(lambda steps, per: Curve(steps=steps, per=per), steps, st.integers(1, 7))


@given(curves(), st.integers(-5, 100))
def test_a_compiled_curve_has_the_contracts_price(curve: Curve, value: int) -> None:
    assert price_of(curve)(value) == curve(value)


@given(curves(), curves(), st.lists(st.integers(0, 40), min_size=4, max_size=4), st.integers(0, 60))
def test_compiled_start_prices_have_the_contracts_price(
    early: Curve, late: Curve, moments: list[int], start: int
) -> None:
    wish = StartPrice(early_before=moments[0], late_after=moments[1], early=early, late=late)
    limited = replace(wish, applies_from=moments[2], applies_until=moments[2] + moments[3])
    pricing = StartPricing((wish, limited))

    assert pricing.at(start) == wish(start) + limited(start)
    assert pricing.lateness(start) == max(wish.lateness(start), limited.lateness(start))
    assert pricing.least_from(start) <= ROUNDING + min(wish(later) + limited(later) for later in range(start, 130))


def tiny(problem: Problem) -> Problem:
    """Times small enough to try every one of them; no breaks, and no day that has begun."""
    visits = tuple(
        replace(
            visit, windows=tuple((a // 30, b // 30) for a, b in visit.windows[:1]), latest_end=visit.latest_end // 20
        )
        for visit in problem.visits
    )
    routes = tuple(
        replace(route, breaks=(), departed=None, opens=0, closes=14, soft_closes=8, shift=(0, 12))
        for route in problem.routes
    )
    return replace(
        problem,
        visits=visits,
        routes=routes,
        service_seconds=problem.service_seconds // 15,
        travel_seconds=problem.travel_seconds.clip(0, 60) // 20,
        travel_metres=problem.travel_metres.clip(0, 600),
    )


def tours(problem: Problem, index: int, visits: tuple[int, ...]) -> Iterator[Tour]:
    """Every order and every start of these visits; leaving as late as the first start allows."""
    if not visits:
        yield Tour()
        return
    route = problem.routes[index]
    for order in permutations(visits):
        windows = (problem.visits[visit].windows[0] for visit in order)
        for starts in product(*(range(opens, min(closes, route.closes) + 1) for opens, closes in windows)):
            yield _tour(problem, index, route, order, starts)


def _tour(problem: Problem, index: int, route: Route, order: tuple[int, ...], starts: tuple[int, ...]) -> Tour:
    here, travel = route.start_place, problem.travel_seconds[route.profile]
    first = problem.visits[order[0]].place
    leaves = starts[0] - (int(travel[here, first]) if first >= 0 else 0)
    for visit in order:
        here = problem.visits[visit].place if problem.visits[visit].place >= 0 else here
    returns = starts[-1] + int(problem.service_seconds[order[-1], index]) + int(travel[here, route.end_place])
    return Tour(visits=order, starts=starts, leaves=leaves, returns=returns)


def every_solution(problem: Problem) -> Iterator[Solution]:
    routes = range(len(problem.routes))
    for choice in product((None, *routes), repeat=len(problem.visits)):
        options = [tours(problem, route, tuple(v for v, r in enumerate(choice) if r == route)) for route in routes]
        for combination in product(*options):
            yield Solution(tours=combination)


@settings(QUICKLY, max_examples=15)
@given(days(2, 2).map(tiny), SEEDS)
def test_no_answer_beats_trying_everything(problem: Problem, seed: int) -> None:
    answer = solve(problem, effort=Effort(rounds=20, bound_rounds=30), seed=seed)
    judged = (evaluate(problem, solution) for solution in every_solution(problem))
    best = min(evaluation.value for evaluation in judged if evaluation.is_feasible)

    assert answer.evaluation.value >= best
    assert answer.evaluation.unserved == best[0]
    assert_bounded(answer, *best)


def assert_bounded(answer: Answer, unserved: tuple[int, ...], price: int) -> None:
    """What was said to be proven holds for the best of all plans."""
    assert answer.unserved_bound is None or answer.unserved_bound <= unserved
    if answer.unserved_bound == answer.evaluation.unserved == unserved:
        assert answer.bound is None or answer.bound <= price
    if answer.stopped_by is StoppedBy.OPTIMAL:
        assert answer.evaluation.value == (unserved, price)


def optional(dice: Random, problem: Problem) -> Problem:
    """Some visits may be left out for money, and some routes cost money by staying at home."""
    visits = tuple(replace(one, unserved_price=dice.choice((None, None, 0, 60, 500))) for one in problem.visits)
    routes = tuple(replace(one, unused_price=dice.choice((0, 0, 45))) for one in problem.routes)
    return replace(problem, visits=visits, routes=routes)


def every_timed_value(problem: Problem) -> Iterator[tuple[tuple[int, ...], int]]:
    """Of every choice of routes and every order, with breaks and all, timed as the engine times it."""
    visits, routes = range(len(problem.visits)), range(len(problem.routes))
    for choice in product((None, *routes), repeat=len(visits)):
        groups = [[visit for visit in visits if choice[visit] == route] for route in routes]
        if not all(problem.allowed[visit, route] for route in routes for visit in groups[route]):
            continue
        for orders in product(*(permutations(group) for group in groups)):
            solution = timed(problem, orders)
            if solution is not None and (judged := evaluate(problem, solution)).is_feasible:
                yield judged.value


_NEARLY_ALL = 0.9


def test_nearly_every_small_day_is_planned_as_well_as_can_be() -> None:
    """All rules at once, against every choice and every order; and nothing is called proven that is not."""
    met = tried = 0
    for dice in map(dice_of, range(60)):
        drawn = a_random_problem(
            dice, visits=dice.randint(1, 4), routes=dice.randint(1, 3), relations=dice.randint(0, 3)
        )
        problem = optional(dice, drawn)
        best = min(every_timed_value(problem))

        answer = solve(problem, effort=Effort(rounds=60, bound_rounds=30), seed=tried)

        reached = answer.evaluation.value
        assert reached >= best or problem.relations, "only where visits are linked can orders be timed better yet"
        assert_bounded(answer, *min(best, reached))
        tried += 1
        met += reached <= best
    assert met >= _NEARLY_ALL * tried
