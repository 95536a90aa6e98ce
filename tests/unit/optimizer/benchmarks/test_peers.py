"""Peers are asked the same problem, and what they cannot be asked is said. Their libraries are an optional extra."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from optimizer.benchmarks import peers
from optimizer.benchmarks.peers import PEERS, Allowance, Peer, PeerMissing, UnknownPeer, peers_named
from optimizer.benchmarks.peers.asked import Asked
from optimizer.benchmarks.runner import Means, Watching, peer_row
from optimizer.evaluate import evaluate
from optimizer.problem import (
    NEVER,
    NO_PLACE,
    Break,
    Curve,
    Measure,
    Problem,
    Relation,
    StartPrice,
    WorstPrice,
)
from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.files.day_instance import day_case
from scheduler.files.day_writing import day_bytes
from scheduler.files.generated_days import Kind, Size, Wanted, generated_day
from tests.demands import miss
from tests.engine_problems import BY_THE_UNIT, a_problem, a_route, a_visit

DEAR = 100_000
BRIEFLY = Allowance(seconds=0.3, threads=1, seed=1)
AN_HOUR = Curve(steps=((0, 4200),), per=3600)


@pytest.fixture(params=PEERS, ids=lambda peer: peer.name)
def peer(request: pytest.FixtureRequest) -> Peer:
    found: Peer = request.param
    if find_spec("vroom" if found.library == "pyvroom" else found.library) is None:
        miss(f"{found.library} is not installed (the extra `bench`)")
    return found


def two_homes(**facts: Any) -> Problem:
    """Places 0 to 4 on a line; one case manager lives at 0, the other at 4; visits at 1, 2 and 3."""
    return a_problem(
        [a_visit(1), a_visit(2, (5_000, 5_100)), a_visit(3)],
        [a_route(), a_route(person=1, start_place=4, end_place=4)],
        travel=[[100 * abs(one - other) for other in range(5)] for one in range(5)],
        **facts,
    )


def served(peer: Peer, problem: Problem, unserved_price: int | None = DEAR) -> list[set[int]]:
    asked = Asked(problem=problem, unserved_price=unserved_price)
    solution = asked.solution(peer.orders(asked, BRIEFLY))
    assert solution is not None
    assert evaluate(problem, solution).is_feasible
    return [set(tour.visits) for tour in solution.tours]


def test_each_serves_everyone_from_their_own_homes(peer: Peer) -> None:
    first, second = served(peer, two_homes())

    assert first | second == {0, 1, 2}
    assert 2 not in first or 0 not in second


def test_each_keeps_to_who_may_serve_whom(peer: Peer) -> None:
    assert served(peer, two_homes(forbidden=[(0, 0), (2, 1)])) in ([{2}, {0, 1}], [{1, 2}, {0}])


def test_each_weighs_the_price_of_a_pair_against_driving(peer: Peer) -> None:
    assert served(peer, two_homes(pair_price={(0, 0): 5_000, (1, 0): 5_000, (2, 0): 5_000})) == [set(), {0, 1, 2}]


def test_each_leaves_out_what_nobody_can_reach_in_time(peer: Peer) -> None:
    late = a_problem([a_visit(1, (0, 50)), a_visit(2)], travel=[[0, 100, 200], [100, 0, 100], [200, 100, 0]])

    assert served(peer, late) == [{1}]


def test_each_keeps_to_the_most_visits_of_a_route(peer: Peer) -> None:
    few = a_problem([a_visit(1), a_visit(1), a_visit(1)], [a_route(caps=((Measure.VISITS, 2),))])

    assert len(served(peer, few)[0]) == 2


def test_each_keeps_a_latest_end_and_service_that_depends_on_who_serves(peer: Peer) -> None:
    problem = a_problem(
        [a_visit(1, (0, 1_000), latest_end=1_000), a_visit(2)],
        [a_route(closes=800), a_route(person=1, prices=((Measure.DRIVE, Curve(steps=((0, 3),))),))],
        service=[[900, 20], [10, 10]],
    )

    assert served(peer, problem) == [{1}, {0}]


def test_each_says_nothing_can_be_done_rather_than_failing_on_a_day_without_visits(peer: Peer) -> None:
    nobody = a_problem([a_visit(1)], forbidden=[(0, 0)])

    assert served(peer, nobody) == [set()]


def test_costs_are_whole_and_hold_driving_kilometres_and_pairs_exactly() -> None:
    prices = ((Measure.DRIVE, AN_HOUR), (Measure.METRES, Curve(steps=((0, 45),), per=1000)))
    asked = Asked(
        problem=a_problem([a_visit(1)], [a_route(prices=prices)], pair_price={(0, 0): 7}), unserved_price=DEAR
    )

    (fleet,) = asked.fleets
    assert fleet.cost[0, 1] / asked.cost_unit == pytest.approx(100 * 4200 / 3600 + 1000 * 45 / 1000 + 7)
    assert fleet.cost[1, 0] / asked.cost_unit == pytest.approx(100 * 4200 / 3600 + 1000 * 45 / 1000)
    assert asked.skip_cost(0) == DEAR * asked.cost_unit


def test_routes_that_are_alike_are_one_fleet_and_others_are_not() -> None:
    alike = [a_route(), a_route(person=1), a_route(person=2, closes=9_000), a_route(person=3)]
    asked = Asked(problem=a_problem([a_visit(1)], alike, forbidden=[(0, 3)]), unserved_price=None)

    assert [fleet.routes for fleet in asked.fleets] == [(0, 1), (2,), (3,)]
    assert asked.fleets[2].cost[0, 1] == asked.barred
    assert asked.skip_cost(0) is None


def test_an_unreachable_place_is_barred_and_an_endless_day_is_cut() -> None:
    asked = Asked(
        problem=a_problem([a_visit(1, (0, NEVER))], [a_route(closes=NEVER)], travel=[[0, NEVER], [100, 0]]),
        unserved_price=DEAR,
    )

    (fleet,) = asked.fleets
    assert fleet.cost[0, 1] == asked.barred
    assert fleet.closes == asked.horizon < NEVER
    assert int(fleet.seconds.max()) <= 2 * asked.horizon + 10


def test_what_a_peer_cannot_be_asked_is_listed() -> None:
    late = StartPrice(late_after=10, late=Curve(steps=((0, 1), (60, 2))))
    early = StartPrice(early_before=10, early=BY_THE_UNIT)
    pause = Break(opens=0, closes=100, seconds=10)
    steps = Curve(steps=((0, 1), (100, 2)))
    prices = ((Measure.DRIVE, steps), (Measure.WAIT, BY_THE_UNIT))
    problem = a_problem(
        [a_visit(1, (0, 10), (50, 90), start_prices=(late, early)), a_visit(NO_PLACE, unserved_class=1)],
        [a_route(breaks=(pause,), prices=prices, caps=((Measure.PAID, 900),), departed=0)],
        pair_price={(0, 0): -5},
        relations=(Relation(first=0, second=1, min_gap=0),),
        worst_prices=(WorstPrice(measure=Measure.IDLE, curve=BY_THE_UNIT),),
    )

    shared = {
        "1 remote visits (left unserved)", "prices of early starts, or for a part of the day",
        "1 relations between visits", "prices of the worst value", "routes that have begun", "a price of wait",
        "driving prices with steps", "a cap of paid", "breaks", "pairs that are paid for (as free)",
    }  # fmt: skip
    said = {each.name: set(each.cannot(problem)) - shared for each in PEERS}
    assert all(shared <= set(each.cannot(problem)) for each in PEERS)
    assert said["pyvrp"] == {"late prices", "several windows (their span)", "priority classes (all alike)"}
    assert said["ortools"] == {
        "late prices with steps", "several windows (their span)", "priority classes (all alike)",
    }  # fmt: skip
    assert said["vroom"] == {"late prices"}


def test_remote_and_forbidden_visits_are_not_asked_for() -> None:
    problem = a_problem([a_visit(1), a_visit(NO_PLACE), a_visit(1)], forbidden=[(2, 0)])

    assert Asked(problem=problem, unserved_price=1).visits == (0,)


def test_an_unknown_peer_and_one_that_is_not_installed_are_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UnknownPeer, match="pyvrp, ortools, vroom"):
        peers_named(["gurobi"])
    monkeypatch.setattr(peers, "find_spec", lambda name: None if name == "pyvrp" else object())
    with pytest.raises(PeerMissing) as missing:
        peers_named(["ortools", "pyvrp"])
    assert "rounds[bench]" in missing.value.remedy
    assert [each.name for each in peers_named(["vroom", "ortools", "vroom"])] == ["vroom", "ortools"]


def test_the_order_of_nodes_is_terminals_then_visits() -> None:
    asked = Asked(problem=two_homes(), unserved_price=DEAR)

    assert (asked.places, asked.terminals, asked.visits) == ((0, 4), 2, (0, 1, 2))
    assert np.array_equal(asked.fleets[0].cost[0, 2:], [100, 200, 300])
    assert [(fleet.start, fleet.end) for fleet in asked.fleets] == [(0, 0), (1, 1)]


def test_each_is_asked_a_day_with_all_rules_and_answers_with_routes_or_a_refusal(peer: Peer) -> None:
    day = generated_day(Wanted(size=Size(case_managers=8, visits=36), kind=Kind.FULL))
    case = day_case(day_bytes(day), read_agency(read_settings()), name="full")

    row = peer_row(case, peer, Means(seconds=0.3), Watching(stopwatch=lambda: 0.0))

    assert row.is_feasible or row.faults
    assert row.stopped_by != "failed"
    assert "breaks" in row.cannot
