"""The home health family `weighted`: every component by hand, every rule, and that the engine says the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from optimizer.benchmarks.family import Instance
from optimizer.evaluate import evaluate
from optimizer.solution import BreakTaken, Solution, Tour
from tests.unit.optimizer.benchmarks.little_instances import WEIGHTS, a_real_day, bath, days, written

ADA, BEN = 0, 1


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return written(tmp_path, a_real_day(), "uhhc")


def test_every_component_is_counted(instance: Instance) -> None:
    """Cyd leaves at 0, waits 50 at Ben's, has lunch there, waits 10, and is home at 180; Dee stays at home."""
    solution = days(instance, [(ADA, 10), (BEN, 140, 100)])

    parts = _agreed(instance, solution)

    assert parts == {
        "travel_time": 40,
        "total_tardiness": 10,  # Ben's service ends at 160
        "highest_tardiness": 10,
        "total_waiting_time": 70,
        "total_extra_time": 0,
        "max_idle_time": 290,  # Cyd: 0 + 70 + 220; Dee: her shift of 200
        "caregiver_preferences": 0,
        "optional_patients": 0,
        "missed_lunch_break": 0,
    }


def test_an_unused_caregiver_is_idle_for_the_whole_shift_and_has_missed_lunch(instance: Instance) -> None:
    parts = _agreed(instance, days(instance, (), [(ADA, 10), (BEN, 90)]))

    assert (parts["max_idle_time"], parts["missed_lunch_break"]) == (400, 1)


def test_who_works_without_lunch_has_missed_it(instance: Instance) -> None:
    assert _agreed(instance, days(instance, [(ADA, 10), (BEN, 90)]))["missed_lunch_break"] == 1


def test_after_a_lunch_that_opens_the_day_nobody_waits_but_is_idle(instance: Instance) -> None:
    """Leaves at 80, has lunch from 100 to 130, begins at Ben's at 170 and is home at 210."""
    parts = _agreed(instance, days(instance, [(BEN, 170, 100)], [(ADA, 10)]))

    assert (parts["total_waiting_time"], parts["max_idle_time"]) == (0, 80 + 40 + 190)


def test_time_after_the_shift_is_extra(instance: Instance) -> None:
    parts = _agreed(instance, days(instance, [(ADA, 10)], [(BEN, 190)]))

    assert parts["total_extra_time"] == 30


@pytest.mark.parametrize(("met", "late"), [("at_service_end", 10), ("at_service_start", 0)])
def test_a_window_is_met_by_the_end_or_by_the_start(tmp_path: Path, met: str, late: int) -> None:
    instance = written(tmp_path, a_real_day(met=met), "uhhc")

    assert _agreed(instance, days(instance, [(ADA, 50), (BEN, 90)]))["total_tardiness"] == late


@pytest.mark.parametrize(("start", "late"), [(0, 0), (29, 19), (60, 50), (90, 0), (105, 5)])
def test_lateness_counts_from_the_last_window_that_has_opened(tmp_path: Path, start: int, late: int) -> None:
    windows = [{"start": 90, "end": 120}, {"start": 0, "end": 30}]
    patient = {"id": "Ada", "distance_matrix_index": 0, **bath(), "time_windows": windows}
    instance = written(tmp_path, a_real_day([patient]), "uhhc")

    assert _agreed(instance, days(instance, [(ADA, start)]))["total_tardiness"] == late


def test_only_a_patient_with_preferences_can_be_disappointed(tmp_path: Path) -> None:
    ada, ben = a_real_day()["patients"]
    patients = [ada | {"preferred_caregivers": ["Dee"]}, ben | {"preferred_caregivers": []}]
    instance = written(tmp_path, a_real_day(patients), "uhhc")

    assert _agreed(instance, days(instance, [(ADA, 10), (BEN, 90)]))["caregiver_preferences"] == 1
    assert _agreed(instance, days(instance, [(BEN, 90)], [(ADA, 10)]))["caregiver_preferences"] == 0


def _with_two_services(kind: str, **facts: Any) -> list[dict[str, Any]]:
    link = {"type": kind} | ({"distance": {"min": 10, "max": 20}} if kind == "sequential" else {})
    windows = [{"start": 0, "end": 400}]
    return [
        {"id": "Ben", "distance_matrix_index": 2, "time_windows": windows, **bath("drip"), "synchronization": link}
        | facts
    ]


def test_an_optional_patient_is_left_out_as_a_whole_and_paid_for_once(tmp_path: Path) -> None:
    for kind in ("independent", "simultaneous", "sequential"):
        instance = written(tmp_path, a_real_day(_with_two_services(kind, optional=True)), "uhhc")

        assert _agreed(instance, days(instance))["optional_patients"] == 1
        half = days(instance, (), [(0, 20)])
        assert "patient Ben, service drip: done 0 times" in instance.judge(half).faults
        assert not _is_feasible(instance, half)


def test_independent_services_may_be_done_by_one_person_in_any_order(tmp_path: Path) -> None:
    instance = written(tmp_path, a_real_day(_with_two_services("independent")), "uhhc")

    assert _agreed(instance, days(instance, [(1, 20), (0, 40)]))["travel_time"] == 40


@pytest.mark.parametrize(
    ("kind", "routes", "fault"),
    [
        ("simultaneous", [[(1, 21)], [(0, 20)]], "patient Ben: 1.0 between starts, not 0 to 0"),
        ("sequential", [[(1, 29)], [(0, 20)]], "patient Ben: 9.0 between starts, not 10 to 20"),
        ("sequential", [[(1, 41)], [(0, 20)]], "patient Ben: 21.0 between starts, not 10 to 20"),
        ("sequential", [[(0, 20), (1, 40)], []], "patient Ben: caregiver Cyd does both services"),
        ("independent", [[(0, 20)], [(1, 20)]], "patient Ben, service drip: caregiver Dee lacks the skill"),
    ],
)
def test_services_out_of_step_are_named(
    tmp_path: Path, kind: str, routes: Sequence[Sequence[tuple[int, ...]]], fault: str
) -> None:
    instance = written(tmp_path, a_real_day(_with_two_services(kind)), "uhhc")
    solution = days(instance, *routes)

    assert fault in instance.judge(solution).faults
    assert not _is_feasible(instance, solution)


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([[(ADA, 10)], []], "patient Ben, service bath: done 0 times"),
        ([[(ADA, 10), (BEN, 90)], [(ADA, 10)]], "patient Ada, service bath: done 2 times"),
        ([[(ADA, 9), (BEN, 90)], []], "caregiver Cyd: leaves before the shift"),
        ([[(ADA, 70), (BEN, 99)], []], "caregiver Cyd: cannot begin at minute 99.0, comes 1.0 later"),
        ([[(ADA, 10), (BEN, 89)], []], "patient Ben, service bath: starts before its window"),
        ([[(ADA, 10), (BEN, 129, 100)], []], "caregiver Cyd: cannot begin at minute 129.0, comes 1.0 later"),
        ([[(ADA, 10), (BEN, 140, 99)], []], "caregiver Cyd: has lunch at minute 99.0, outside its window"),
        ([[(ADA, 10), (BEN, 210, 171)], []], "caregiver Cyd: has lunch at minute 171.0, outside its window"),
    ],
)
def test_a_broken_rule_is_named_and_the_engine_sees_it_too(
    instance: Instance, routes: Sequence[Sequence[tuple[int, ...]]], fault: str
) -> None:
    solution = days(instance, *routes)

    assert fault in instance.judge(solution).faults
    assert not _is_feasible(instance, solution)


@pytest.mark.parametrize(("lunch", "is_kept"), [(200, True), (201, False)])
def test_lunch_may_begin_as_late_as_its_window_where_starts_are_what_counts(
    tmp_path: Path, lunch: int, is_kept: bool
) -> None:
    instance = written(tmp_path, a_real_day(met="at_service_start"), "uhhc")
    solution = days(instance, [(ADA, 10), (BEN, 231, lunch)])

    assert instance.judge(solution).is_feasible is is_kept
    assert _is_feasible(instance, solution) is is_kept


def test_lunch_needs_a_patient_after_it(instance: Instance) -> None:
    tour = Tour(
        visits=(ADA, BEN),
        starts=(10, 90),
        breaks=(BreakTaken(which=0, before=2, starts=110),),
        leaves=0,
        returns=160,
    )
    solution = Solution(tours=(tour, Tour()))

    assert instance.judge(solution).faults == ("caregiver Cyd: has lunch with no patient after it",)
    assert [fault.detail for fault in evaluate(instance.problem, solution).faults] == [
        "break 0 is taken after the last stop"
    ]


def test_an_incompatible_caregiver_is_kept_away(tmp_path: Path) -> None:
    ada, ben = a_real_day()["patients"]
    instance = written(tmp_path, a_real_day([ada | {"incompatible_caregivers": ["Cyd"]}, ben]), "uhhc")
    solution = days(instance, [(ADA, 10), (BEN, 90)])

    assert instance.judge(solution).faults == ("patient Ada, service bath: caregiver Cyd is incompatible",)
    assert not _is_feasible(instance, solution)


def _agreed(instance: Instance, solution: Solution) -> dict[str, float]:
    """The parts of the official value, once engine and checker agree that the solution may stand and what it costs."""
    verdict = instance.judge(solution)
    found = evaluate(instance.problem, solution)
    assert (verdict.faults, found.faults, any(found.unserved)) == ((), (), False)
    assert verdict.value == sum(WEIGHTS[name] * amount for name, amount in verdict.parts.items())
    assert verdict.value == instance.value_of(found.price.total)
    return dict(verdict.parts)


def _is_feasible(instance: Instance, solution: Solution) -> bool:
    found = evaluate(instance.problem, solution)
    return found.is_feasible and not any(found.unserved)
