"""Public instances as they were published: the authors' solutions, and days drawn by dice, valued alike by both sides.

On one side the official objective, read from the instance's own file; on the other the engine's evaluator.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from optimizer.answer import Effort
from optimizer.benchmarks.family import Instance, read
from optimizer.benchmarks.reference import read_routes, read_sol
from optimizer.evaluate import evaluate
from optimizer.evaluation import Evaluation
from optimizer.insertion import insertions
from optimizer.problem import Alike, Problem
from optimizer.search.solve import solve
from optimizer.solution import Solution, Tour
from optimizer.tables import tables_of
from optimizer.timing import timed, timetable
from tests.engine_problems import dice_of

HOME_HEALTH = "bench/hhcrsp"
VEHICLES = "bench/vrptw"
SMALL = [
    ("hhcrsp", "mankowska/InstanzCPLEX_HCSRP_10_1"),
    ("hhcrsp", "mankowska/InstanzCPLEX_HCSRP_25_3"),
    ("hhcrsp", "kummer/HHCRSP_25_5_21_1.6_R_RC"),
    ("hhcrsp", "italian/instance_006-cosenza-r30-p213-s5-sim20.5-seq8.4"),
    ("uhhc", "uhhc/i-116"),
    ("uhhc", "uhhc/i-100"),
    ("uhhc", "uhhc/i-247"),
    ("uhhc", "uhhc/i-369"),
]
DAYS_DRAWN = 12
LITTLE_EFFORT = Effort(rounds=20)


@pytest.mark.parametrize(
    ("family", "solution", "instance", "value"),
    [
        ("hhcrsp", "toy", "reference_solutions/toy.instance", 111.333),
        ("hhcrsp", "InstanzCPLEX_HCSRP_10_1", "mankowska/InstanzCPLEX_HCSRP_10_1", 218.199),
        ("hhcrsp", "InstanzCPLEX_HCSRP_25_3", "mankowska/InstanzCPLEX_HCSRP_25_3", 399.089),
        ("hhcrsp", "InstanzVNS_HCSRP_100_1", "mankowska/InstanzVNS_HCSRP_100_1", 1255.926),
        ("hhcrsp", "HHCRSP_50_10_100_1.6_C_C", "kummer/HHCRSP_50_10_100_1.6_C_C", 154.667),
        ("uhhc", "i-100.sa", "uhhc/i-100", 15119),
        ("uhhc", "i-116.sa", "uhhc/i-116", 17393),
        ("uhhc", "i-116.cpsat", "uhhc/i-116", 17117),
    ],
)
def test_the_authors_solutions_have_the_published_values(
    shared_data: Path, family: str, solution: str, instance: str, value: float
) -> None:
    file = shared_data / HOME_HEALTH / f"{instance}.json"
    read_as = read(file, family)
    published = shared_data / HOME_HEALTH / "reference_solutions" / f"{solution}.solution.json"

    assert round(_agreed(read_as, read_routes(published, file, read_as)), 3) == value


@pytest.mark.parametrize(("name", "value"), [("R101", 1637.7), ("RC207", 962.9), ("RC1_10_2", 43678.3)])
def test_published_vehicle_routes_have_the_published_values(shared_data: Path, name: str, value: float) -> None:
    instance = read(shared_data / VEHICLES / f"{name}.txt", "vrptw")
    solution = read_sol(shared_data / VEHICLES / "reference_solutions" / f"{name}.dimacs.sol", instance)

    assert _agreed(instance, solution) == value == instance.best_known


def test_every_published_instance_is_read_exactly_and_has_a_target(shared_data: Path) -> None:
    home_health, vehicles = shared_data / HOME_HEALTH, shared_data / VEHICLES
    files = [(path, "hhcrsp") for kind in ("mankowska", "kummer", "italian") for path in home_health.glob(f"{kind}/*")]
    files += [(path, "uhhc") for path in (home_health / "uhhc").glob("*.json")]
    files += [(path, "vrptw") for path in vehicles.glob("?[12]*.txt") if "_10_" not in path.name]  # slow to read
    files += [(path, "vrptw") for path in vehicles.glob("RC[12]*.txt") if "_10_" not in path.name]

    instances = [read(path, family) for path, family in files]

    assert len(instances) > 130
    assert [instance.name for instance in instances if not instance.best_known] == []


@pytest.mark.parametrize(("family", "name"), SMALL)
def test_days_drawn_by_dice_are_valued_alike(shared_data: Path, family: str, name: str) -> None:
    instance = read(shared_data / HOME_HEALTH / f"{name}.json", family)
    drawn = [_drawn(instance.problem, dice_of(seed)) for seed in range(DAYS_DRAWN)]
    possible = [orders for orders in drawn if timed(instance.problem, orders) is not None]

    for orders in possible:
        found = timetable(tables_of(instance.problem), orders)
        assert found is not None
        solution = found.solution()
        if not _leaves_after_the_shift(instance, solution):
            _agreed(instance, solution)
        assert sum(route.price for route in found.schedules.values()) == _price_of_routes(
            evaluate(instance.problem, solution)
        )

    assert len(possible) > DAYS_DRAWN / 2


@pytest.mark.parametrize(("family", "name"), [*SMALL[:3], *SMALL[4:7]])
def test_what_the_search_finds_is_valued_alike(shared_data: Path, family: str, name: str) -> None:
    instance = read(shared_data / HOME_HEALTH / f"{name}.json", family)

    solution = solve(instance.problem, effort=LITTLE_EFFORT, seed=1).solution

    assert instance.best_known is not None
    assert _agreed(instance, solution) >= instance.best_known - 0.001


@pytest.mark.parametrize("name", ["R101", "C203", "RC207"])
def test_vehicle_routes_made_by_insertion_are_valued_alike(shared_data: Path, name: str) -> None:
    """A quarter of the customers, in random order; the rest stay out, which both sides must say."""
    instance = read(shared_data / VEHICLES / f"{name}.txt", "vrptw")
    solution = Solution(tours=(Tour(),) * len(instance.problem.routes))
    for visit in dice_of(1).sample(range(100), 25):
        options = insertions(instance.problem, solution, visit, routes=range(6))
        solution = options[0].solution if options else solution

    verdict, found = instance.judge(solution), evaluate(instance.problem, solution)

    assert verdict.value == instance.value_of(found.price.total)
    assert found.faults == ()
    left_out = [fault for fault in verdict.faults if fault.endswith("is visited 0 times")]
    assert len(left_out) == len(verdict.faults) == found.unserved[0]


def _agreed(instance: Instance, solution: Solution) -> float:
    """The official value, once both sides agree on it and on there being no fault."""
    verdict, found = instance.judge(solution), evaluate(instance.problem, solution)
    assert (verdict.faults, found.faults, any(found.unserved)) == ((), (), False)
    assert verdict.value == instance.value_of(found.price.total)
    return verdict.value


def _price_of_routes(found: Evaluation) -> int:
    price = found.price
    return price.pairs + price.starts + price.routes + price.breaks


def _leaves_after_the_shift(instance: Instance, solution: Solution) -> bool:
    """The one corner where the engine counts less idle time than the authors do."""
    pairs = zip(solution.tours, instance.problem.routes, strict=True)
    return any(tour.visits and tour.leaves > route.shift[1] > 0 for tour, route in pairs)


def _drawn(problem: Problem, dice: Random) -> list[list[int]]:
    """Any order somebody may serve: by when windows open, give or take; some optional patients are left out."""
    together = {link.second: link.first for link in problem.relations}
    apart = {link.second: link.first for link in problem.relations if link.people is Alike.DIFFERENT}
    routes: dict[int, int] = {}
    left_out: set[int] = set()
    when: dict[int, float] = {}
    for visit, facts in enumerate(problem.visits):
        first = together.get(visit, visit)
        if first in left_out or (first == visit and facts.unserved_price is not None and dice.random() < 0.3):
            left_out.add(visit)
            continue
        may = [r for r in range(len(problem.routes)) if problem.allowed[visit, r]]
        may = [route for route in may if visit not in apart or routes.get(first) != route]
        routes[visit] = dice.choice(sorted(may, key=list(routes.values()).count)[:2])
        when[visit] = when[first] if visit in apart else facts.windows[0][0] * (1 + dice.random())
    return [
        sorted((v for v, own in routes.items() if own == route), key=when.__getitem__)
        for route in range(len(problem.routes))
    ]
