"""Vehicle routing with time windows by the `dimacs` convention: tenths, truncated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from optimizer.benchmarks.errors import UnreadableInstance
from optimizer.benchmarks.family import Instance, read
from optimizer.evaluate import evaluate
from optimizer.solution import Solution
from tests.unit.optimizer.benchmarks.little_instances import SOLOMON, days, three_customers


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return three_customers(tmp_path)


def test_arcs_are_truncated_and_waiting_is_free(instance: Instance) -> None:
    solution = days(instance, [(0, 14), (1, 200)], [(2, 50)])  # 1.4 + 1.4 + 2.8 and 5 + 5

    verdict = instance.judge(solution)

    assert (verdict.value, verdict.faults, verdict.parts["vehicles"]) == (15.6, (), 2)
    assert _engine(instance, solution) == (15.6, True)


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([[(0, 14), (1, 200)]], "customer 3 is visited 0 times"),
        ([[(0, 14), (1, 200), (0, 330)], [(2, 50)]], "customer 1 is visited 2 times"),
        ([[(0, 13), (1, 200)], [(2, 50)]], "route 0: customer 1: service starts before the vehicle is there"),
        ([[(0, 186), (1, 299)], [(2, 50)]], "route 0: customer 2: service starts before the vehicle is there"),
        ([[(0, 14), (1, 199)], [(2, 50)]], "route 0: customer 2: service starts outside its window"),
        ([[(0, 14), (1, 601)], [(2, 50)]], "route 0: customer 2: service starts outside its window"),
        ([[(0, 14), (2, 170)], [(1, 200)]], "route 0: it carries 11, the capacity is 10"),
    ],
)
def test_a_broken_rule_is_named_and_the_engine_sees_it_too(
    instance: Instance, routes: Sequence[Sequence[tuple[int, ...]]], fault: str
) -> None:
    solution = days(instance, *routes)

    assert fault in instance.judge(solution).faults
    assert not _engine(instance, solution)[1]


@pytest.mark.parametrize(("start", "is_back"), [(950, True), (951, False)])
def test_the_vehicle_is_back_before_the_depot_closes(instance: Instance, start: int, is_back: bool) -> None:
    solution = days(instance, [(0, 14), (1, 200)], [(2, start)])

    late = "route 1: it is back after the depot closes"

    assert (late not in instance.judge(solution).faults) is is_back
    assert _engine(instance, solution)[1] is is_back


def test_there_are_no_more_routes_than_vehicles(instance: Instance, tmp_path: Path) -> None:
    plenty = three_customers(tmp_path, vehicles=3)
    solution = days(plenty, [(0, 14)], [(1, 200)], [(2, 50)])

    assert plenty.judge(solution).is_feasible
    assert "3 routes for 2 vehicles" in instance.judge(solution).faults


def test_a_customer_of_another_instance_is_told(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "larger.txt").write_text(SOLOMON.format(vehicles=2) + "4 1 1 1 0 90 0\n", encoding="utf-8")
    larger = read(tmp_path / "larger.txt", "vrptw")

    verdict = instance.judge(days(larger, [(0, 14), (3, 120)], [(2, 50)]))

    assert (verdict.is_feasible, verdict.faults) == (False, ("there is no customer 4",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LITTLE\n\nVEHICLE\n2\n",
        SOLOMON.format(vehicles="two"),
        SOLOMON.format(vehicles=2).replace("    2      2  ", "    9      2  "),
        SOLOMON.format(vehicles=2).replace("   20  ", " 20.5  "),
    ],
)
def test_what_is_no_such_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text(text, encoding="utf-8")

    with pytest.raises(UnreadableInstance) as refusal:
        read(tmp_path / "odd.txt", "vrptw")

    assert "odd.txt" in str(refusal.value)


def _engine(instance: Instance, solution: Solution) -> tuple[float, bool]:
    found = evaluate(instance.problem, solution)
    return instance.value_of(found.price.total), found.is_feasible and not any(found.unserved)
