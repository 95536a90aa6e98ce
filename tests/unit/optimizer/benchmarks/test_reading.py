"""What is read, in which unit, what is refused, and which published value stands beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from optimizer.benchmarks.errors import InexactNumbers, UnknownFamily, UnreadableInstance
from optimizer.benchmarks.family import read
from optimizer.errors import EngineError
from tests.unit.optimizer.benchmarks.little_instances import ROW, a_real_day, three_customers, two_patients, written

TABLE = """family,instance,objective,value,route_verified
town,little,mean3,30.5,1
town,little,mean3,29.5,0
town,little,weighted,7,1
town,other,mean3,1,1
"""


@pytest.mark.parametrize(
    ("distance", "scale"), [(10, 3), (10.5, 30), (10.25, 300), (10.125, 3000), (10.000000000000002, 3)]
)
def test_a_minute_is_divided_no_finer_than_the_file_asks(tmp_path: Path, distance: float, scale: int) -> None:
    instance = written(tmp_path, two_patients(distances=[[0, distance, 20], [10, 0, 10], [20, 10, 0]]), "hhcrsp")

    assert instance.scale == scale
    assert instance.problem.travel_seconds[0, 0, 1] == round(distance * scale / 3)


def test_fractions_that_whole_numbers_cannot_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InexactNumbers, match=r"10\.0625 is not a whole number of thousandths"):
        written(tmp_path, two_patients(distances=[[0, 10.0625, 20], [10, 0, 10], [20, 10, 0]]), "hhcrsp")
    with pytest.raises(InexactNumbers):
        written(tmp_path, a_real_day(distances=[[0, 10.5, 20, 30], *ROW[1:]]), "uhhc")


@pytest.mark.parametrize("missing", ["patients", "services", "caregivers", "distances"])
@pytest.mark.parametrize(("family", "whole"), [("hhcrsp", two_patients()), ("uhhc", a_real_day())])
def test_a_file_that_lacks_a_part_is_refused(tmp_path: Path, family: str, whole: dict[str, Any], missing: str) -> None:
    with pytest.raises(UnreadableInstance) as refusal:
        written(tmp_path, {name: part for name, part in whole.items() if name != missing}, family)

    assert (refusal.value.code, refusal.value.path.name) == ("bench.unreadable", "little.json")


@pytest.mark.parametrize("text", ["", "[]", '{"patients": NaN}', "\x00", '{"distances": [[1e999]]}'])
@pytest.mark.parametrize("family", ["hhcrsp", "uhhc"])
def test_what_is_no_such_document_is_refused(tmp_path: Path, family: str, text: str) -> None:
    (tmp_path / "odd.json").write_text(text, encoding="utf-8")

    with pytest.raises(EngineError, match=r"odd\.json"):
        read(tmp_path / "odd.json", family)


@pytest.mark.parametrize("family", ["hhcrsp", "uhhc", "vrptw"])
def test_a_missing_file_is_refused(tmp_path: Path, family: str) -> None:
    with pytest.raises(UnreadableInstance):
        read(tmp_path / "nothing.json", family)


def test_weight_on_a_component_nobody_defined_is_refused(tmp_path: Path) -> None:
    metadata = {"time_window_met": "at_service_end", "cost_components": {"workload_balance": 1}}

    with pytest.raises(UnreadableInstance):
        written(tmp_path, a_real_day(metadata=metadata), "uhhc")


def test_an_unknown_family_is_told_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownFamily, match="hhcrsp, uhhc, vrptw"):
        read(tmp_path / "little.json", "cvrp")


def test_the_best_known_value_is_the_smallest_of_the_same_objective(tmp_path: Path) -> None:
    folder = tmp_path / "kummer"
    folder.mkdir()
    (tmp_path / "bks.csv").write_text(TABLE, encoding="utf-8")

    instance = written(folder, two_patients(), "hhcrsp")

    assert (instance.family, instance.best_known) == ("kummer", 29.5)
    assert written(folder, a_real_day(), "uhhc").best_known == 7
    assert three_customers(folder).best_known is None


def test_without_a_table_there_is_no_best_known_value(tmp_path: Path) -> None:
    assert written(tmp_path, two_patients(), "hhcrsp").best_known is None


def test_a_table_without_values_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bks.csv").write_text("instance,objective\nlittle,mean3\n", encoding="utf-8")

    with pytest.raises(UnreadableInstance, match=r"bks\.csv"):
        written(tmp_path, two_patients(), "hhcrsp")


def test_a_default_duration_stands_in_where_a_service_tells_none(tmp_path: Path) -> None:
    instance = written(tmp_path, two_patients(), "hhcrsp")

    assert instance.problem.service_seconds[:, 0].tolist() == [20, 30, 30]


def test_a_service_without_time_is_refused(tmp_path: Path) -> None:
    document = json.loads(json.dumps(two_patients()))
    document["patients"][0]["required_caregivers"][0]["duration"] = 0

    with pytest.raises(UnreadableInstance):
        written(tmp_path, document, "hhcrsp")
