"""Days nobody would plan: the search ends, answers without fault, and serves whoever can be served."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from optimizer.answer import Answer, Effort, StoppedBy
from optimizer.evaluate import evaluate
from optimizer.problem import NEVER, NO_PLACE, Alike, Curve, Measure, Problem, Relation, StartPrice, WorstPrice
from optimizer.search.solve import solve
from tests.engine_problems import BY_THE_UNIT, a_problem, a_random_problem, a_route, a_visit, dice_of

MATES = Relation(first=0, second=1, both_or_none=True)
QUICK = Effort(rounds=30, bound_rounds=10)


def solved(problem: Problem, effort: Effort = QUICK, seed: int = 1) -> Answer:
    answer = solve(problem, effort=effort, seed=seed)
    assert evaluate(problem, answer.solution) == answer.evaluation
    assert answer.evaluation.faults == ()
    if answer.unserved_bound is not None:
        assert answer.unserved_bound <= answer.evaluation.unserved
        if answer.bound is not None and answer.unserved_bound == answer.evaluation.unserved:
            assert answer.bound <= answer.evaluation.price.total
    return answer


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_problem([], []),
        lambda: a_problem([], [a_route()]),
        lambda: a_problem([a_visit(1)], []),
        lambda: a_problem([a_visit(1)], forbidden=[(0, 0)]),
        lambda: a_problem([a_visit(1, (20_000, 20_000))]),
        lambda: a_problem([a_visit(1)], travel=[[0, NEVER], [NEVER, 0]]),
        lambda: a_problem([a_visit(1)], travel=[[0, 5], [NEVER, 0]]),
        lambda: a_problem([a_visit(1, latest_end=5)], service=10),
        lambda: a_problem([a_visit(1)], service=NEVER),
        lambda: a_problem([a_visit(1)] * 2, forbidden=[(1, 0)], relations=(MATES,)),
    ],
    ids=(
        "nothing",
        "no visits",
        "no routes",
        "forbidden",
        "too late",
        "no way there",
        "no way back",
        "ends too late",
        "takes for ever",
        "the mate is barred",
    ),
)
def test_where_nothing_can_be_done_nothing_is_done(make: Callable[[], Problem]) -> None:
    answer = solved(make())

    assert answer.solution.served() == frozenset()
    assert answer.stopped_by is StoppedBy.OPTIMAL
    assert answer.rounds == 0


def test_one_impossible_visit_keeps_nobody_else_out() -> None:
    visits = [a_visit(place) for place in (1, 2, 3)] + [a_visit(1, (10_000, 10_000), unserved_class=0)]

    answer = solved(a_problem(visits))

    assert answer.solution.served() == {0, 1, 2}
    assert answer.unserved_bound in {None, (1,)}


def test_equal_windows_are_shared_out() -> None:
    problem = a_problem([a_visit(1, (500, 500))] * 6, [a_route(person=index) for index in range(6)])

    answer = solved(problem)

    assert answer.evaluation.value == ((0,), 6 * 200)
    assert all(tour.starts == (500,) for tour in answer.solution.tours)


def test_without_any_driving_there_is_nothing_to_pay() -> None:
    problem = a_problem([a_visit(place) for place in (1, 2, 3)], travel=[[0] * 4] * 4, service=0)

    assert solved(problem).evaluation.value == ((0,), 0)


def test_four_hundred_visits_at_one_address_are_all_served() -> None:
    problem = a_problem([a_visit(1)] * 400, [a_route(person=index) for index in range(10)], service=100)

    answer = solved(problem, Effort(rounds=40))

    assert answer.evaluation.unserved == (0,)
    assert answer.evaluation.price.total <= 10 * 200


def test_places_nobody_can_reach_are_left_and_the_others_served() -> None:
    """Two islands, one car on each, and a third where nobody lives."""
    island = [0, 0, 1, 1, 2, 2]
    travel = [[0 if a == b else 50 if island[a] == island[b] else NEVER for b in range(6)] for a in range(6)]
    routes = [a_route(), a_route(person=1, start_place=2, end_place=2)]

    answer = solved(a_problem([a_visit(place) for place in (1, 3, 4, 5, 3)], routes, travel=travel))

    assert answer.solution.served() == {0, 1, 4}
    assert {frozenset(tour.visits) for tour in answer.solution.tours} == {frozenset({0}), frozenset({1, 4})}


def test_a_detour_that_is_shorter_than_the_way_breaks_nothing() -> None:
    for dice in map(dice_of, range(30)):
        travel = [[0 if a == b else dice.choice((1, 5, 400, 2_000)) for b in range(7)] for a in range(7)]
        windows = [(begin, begin + 900) for begin in (dice.randrange(0, 3_000) for _ in range(9))]
        visits = [a_visit(dice.choice((NO_PLACE, *range(1, 7))), window) for window in windows]
        solved(a_problem(visits, [a_route(), a_route(person=1)], travel=travel))


def test_weights_of_zero_make_every_full_plan_the_best() -> None:
    free = Curve(steps=((0, 0),))
    visits = [a_visit(1, start_prices=(StartPrice(late_after=0, late=free, early_before=900, early=free),))] * 5
    worst = (WorstPrice(measure=Measure.LATENESS, curve=free), WorstPrice(measure=Measure.PAID, curve=Curve(steps=())))
    problem = a_problem(visits, [a_route(prices=((Measure.PAID, free), (Measure.IDLE, free)))] * 2, worst_prices=worst)

    assert solved(problem).evaluation.value == ((0,), 0)


def test_a_day_of_rewards_only_is_paid_less_than_nothing() -> None:
    problem = a_problem([a_visit(1)] * 4, [a_route(prices=())], pair_price={(v, 0): -100 for v in range(4)})

    assert solved(problem).evaluation.value == ((0,), -400)


def test_relations_that_contradict_each_other_leave_one_side_out() -> None:
    relations = (
        Relation(first=0, second=1, people=Alike.SAME, both_or_none=True),
        Relation(first=0, second=1, people=Alike.DIFFERENT),
        Relation(first=2, second=3, min_gap=10, max_gap=20),
        Relation(first=3, second=2, min_gap=10, max_gap=20),
    )
    problem = a_problem([a_visit(1)] * 4, [a_route(), a_route(person=1)], relations=relations)

    answer = solved(problem)

    assert not answer.solution.served() & {0, 1}
    assert len(answer.solution.served() & {2, 3}) == 1


def test_a_ring_of_waiting_is_never_planned() -> None:
    """Each is to start after the next one, all the way round."""
    ring = tuple(Relation(first=one, second=(one + 1) % 3, min_gap=100) for one in range(3))

    answer = solved(a_problem([a_visit(1)] * 3, [a_route(person=index) for index in range(3)], relations=ring))

    assert answer.evaluation.unserved == (1,)


def test_a_long_chain_of_linked_visits_is_served_in_order() -> None:
    links = tuple(Relation(first=one, second=one + 1, min_gap=20, both_or_none=True) for one in range(19))

    answer = solved(a_problem([a_visit(1)] * 20, [a_route(person=index) for index in range(2)], relations=links))

    assert answer.evaluation.unserved in {(0,), (20,)}


@pytest.mark.parametrize("seed", range(40))
def test_every_kind_of_day_gets_a_faultless_answer(seed: int) -> None:
    dice = dice_of(seed)
    problem = a_random_problem(dice, visits=dice.randint(1, 9), routes=dice.randint(1, 4), relations=seed % 5)

    solved(problem, Effort(rounds=30), seed=seed)


def test_two_thousand_visits_on_three_hundred_routes_are_planned() -> None:
    problem = a_great_day(2_000, 300)

    answer = solved(problem, Effort(rounds=20))

    assert answer.evaluation.unserved == (0,)


def a_great_day(visits: int, routes: int) -> Problem:
    """Windows of three hours on a line of two hundred places, with room for everybody."""
    dice = dice_of(3)
    windows = [(begin, begin + 10_800) for begin in (dice.randrange(0, 18_000) for _ in range(visits))]
    homes = [dice.randrange(200) for _ in range(routes)]
    return a_problem(
        [a_visit(dice.randrange(200), window) for window in windows],
        [
            a_route(
                person=index, start_place=home, end_place=home, closes=36_000, prices=((Measure.DRIVE, BY_THE_UNIT),)
            )
            for index, home in enumerate(homes)
        ],
        travel=[[10 * abs(a - b) for b in range(200)] for a in range(200)],
        service=1_800,
    )
