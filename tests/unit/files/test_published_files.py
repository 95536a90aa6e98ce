"""What is published about files is what the code does: schemas, policy, visit types."""

from __future__ import annotations

import json

import jsonschema
import pytest

from config.settings import HERE, read_toml
from scheduler.domain.policy import Policy
from scheduler.files.policy import policy_from
from scheduler.files.problems import InvalidFile
from scheduler.files.schema import schema_files
from scheduler.files.visit_types import visit_types_from
from tests.unit.files.test_day_reading import a_day_file


def test_the_published_schemas_are_current() -> None:
    for path, text in schema_files().items():
        assert path.read_text(encoding="utf-8") == text, f"run python -m scheduler.files.schema for {path.name}"


def test_a_day_file_fits_the_published_schema_and_a_wrong_one_does_not() -> None:
    schema = json.loads(next(text for path, text in schema_files().items() if path.name.startswith("day")))

    jsonschema.validate(a_day_file(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(a_day_file(policy={"prices": {"drive_hours": 1}}), schema)


def test_the_policy_file_says_what_the_code_defaults_to() -> None:
    assert policy_from(read_toml(HERE / "policy.toml")) == Policy()


def test_an_override_changes_one_price_and_keeps_the_rest() -> None:
    policy = policy_from({"prices": {"drive_hour": 1}})

    assert policy.prices.drive_hour == 1
    assert policy.prices.kilometre == Policy().prices.kilometre


@pytest.mark.parametrize(
    ("section", "name", "number"),
    [
        ("prices", "drive_hour", -1),
        ("limits", "daily_hours", -0.5),
        ("planning", "threads", 0),
        ("planning", "threads", 65),
        ("planning", "gap_percent", -0.1),
        ("planning", "gap_percent", 101),
        ("planning", "effort", 1000),
    ],
)
def test_a_number_that_cannot_be_right_is_refused(section: str, name: str, number: float) -> None:
    with pytest.raises(InvalidFile) as caught:
        policy_from({section: {name: number}})

    assert [(p.path, p.code) for p in caught.value.problems] == [
        (f"{section}.{name}", "field.too_small" if number < 1 else "field.too_large")
    ]


def test_the_visit_types_of_the_agency_are_all_duties_of_the_job() -> None:
    types = visit_types_from(read_toml(HERE / "visit_types.toml"))

    assert len(types) == 17
    assert (types["soc"].minutes, types["soc"].centipoints) == (120, 200)
    assert types["phone"].is_remote


def test_every_wrong_visit_type_is_told() -> None:
    with pytest.raises(InvalidFile) as caught:
        visit_types_from({"a": {"title": "A", "minutes": 1, "points": 1, "licences": []}, "b": {}})

    assert {p.path for p in caught.value.problems} >= {"a.minutes", "a.licences", "b.title", "b.minutes"}
