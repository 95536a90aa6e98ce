"""The home health family `mean3`: its checker, and that the engine's problem says the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from optimizer.benchmarks.family import Instance
from optimizer.errors import InvalidSolution
from optimizer.evaluate import evaluate
from optimizer.problem import Alike
from optimizer.solution import Solution, Tour
from tests.unit.optimizer.benchmarks.little_instances import days, two_patients, written

ADA, BATH, DRIP = 0, 1, 2
"""Visits: Ada's only service and Ben's two."""
SEQUENTIAL = {"type": "sequential", "distance": [10, 20]}


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return written(tmp_path, two_patients(), "hhcrsp")


def test_a_day_in_step_and_in_time_costs_a_third_of_its_way(instance: Instance) -> None:
    solution = days(instance, [(ADA, 10), (BATH, 40)], [(DRIP, 40)])

    verdict = instance.judge(solution)

    assert (verdict.value, verdict.faults) == (80 / 3, ())
    assert _engine(instance, solution) == (80 / 3, True)


def test_both_services_of_a_patient_are_late_on_their_own_and_the_worst_counts_again(instance: Instance) -> None:
    solution = days(instance, [(ADA, 10), (BATH, 75)], [(DRIP, 75)])

    verdict = instance.judge(solution)

    assert verdict.parts == {"distance": 80, "total_tardiness": 30, "max_tardiness": 15}
    assert (verdict.value, verdict.is_feasible) == (125 / 3, True)
    assert _engine(instance, solution) == (125 / 3, True)


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([[(BATH, 40)], [(DRIP, 40)]], "patient Ada, service bath: done 0 times"),
        ([[(ADA, 10), (BATH, 40)], [(DRIP, 40), (ADA, 90)]], "patient Ada, service bath: done 2 times"),
        ([[(ADA, 10), (DRIP, 40)], [(BATH, 40)]], "patient Ben, service drip: caregiver Cyd lacks the skill"),
        ([[(ADA, 5), (BATH, 40)], [(DRIP, 40)]], "patient Ada, service bath: caregiver Cyd cannot be there in time"),
        ([[(ADA, 10), (BATH, 39)], [(DRIP, 39)]], "patient Ben, service bath: caregiver Cyd cannot be there in time"),
        ([[(BATH, 29), (ADA, 80)], [(DRIP, 29)]], "patient Ben, service bath: starts before its window"),
        ([[(ADA, 10), (BATH, 40)], [(DRIP, 41)]], "patient Ben: 1.0 between starts, not 0 to 0"),
        ([[(ADA, 10)], [(BATH, 40), (DRIP, 40)]], "patient Ben: caregiver Dee does both services"),
    ],
)
def test_a_broken_rule_is_named_and_the_engine_sees_it_too(
    instance: Instance, routes: Sequence[Sequence[tuple[int, ...]]], fault: str
) -> None:
    solution = days(instance, *routes)

    assert fault in instance.judge(solution).faults
    assert not _engine(instance, solution)[1]


@pytest.mark.parametrize(("drip", "is_kept"), [(49, False), (50, True), (60, True), (61, False)])
def test_a_sequential_gap_lies_between_the_starts(tmp_path: Path, drip: int, is_kept: bool) -> None:
    instance = written(tmp_path, two_patients(SEQUENTIAL), "hhcrsp")
    solution = days(instance, [(ADA, 10), (BATH, 40)], [(DRIP, drip)])

    assert instance.judge(solution).is_feasible is is_kept
    assert _engine(instance, solution)[1] is is_kept


def test_a_gap_counts_from_the_first_service_of_the_file(tmp_path: Path) -> None:
    instance = written(tmp_path, two_patients(SEQUENTIAL), "hhcrsp")

    verdict = instance.judge(days(instance, [(ADA, 10), (BATH, 55)], [(DRIP, 40)]))

    assert verdict.faults == ("patient Ben: -15.0 between starts, not 10 to 20",)


def test_nobody_does_both_services_of_a_sequential_patient(tmp_path: Path) -> None:
    instance = written(tmp_path, two_patients({"type": "sequential", "distance": [30, 60]}), "hhcrsp")
    solution = days(instance, [(ADA, 10)], [(BATH, 40), (DRIP, 70)])

    assert instance.judge(solution).faults == ("patient Ben: caregiver Dee does both services",)
    assert instance.problem.relations[0].people is Alike.DIFFERENT
    assert not _engine(instance, solution)[1]


def test_a_solution_of_another_size_is_told_so(instance: Instance) -> None:
    stranger = Solution(tours=(Tour(visits=(7,), starts=(0,)),))

    assert {"1 tours for 2 caregivers", "no service has number 7"} <= set(instance.judge(stranger).faults)
    with pytest.raises(InvalidSolution):
        evaluate(instance.problem, stranger)


def _engine(instance: Instance, solution: Solution) -> tuple[float, bool]:
    found = evaluate(instance.problem, solution)
    return instance.value_of(found.price.total), found.is_feasible and not any(found.unserved)
