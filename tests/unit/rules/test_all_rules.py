"""What holds for every rule: it is in the list, its codes are its own, and the documents know them."""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.people import CaseManager, Patient
from scheduler.domain.policy import Limits, Prices
from scheduler.domain.violation import Severity
from scheduler.domain.visit import Visit
from scheduler.planning import rules
from scheduler.planning.rules import RULES, codes
from scheduler.planning.rules.catalogue import catalogue
from scheduler.planning.rules.rule import PairRule, sayings
from tests.builders import a_day, a_plan
from tests.unit.rules.asking import drafted

SHARED = {"catalogue", "links", "load", "rule", "stops", "words"}
"""Files of the folder that are no rules."""
FACTS: Mapping[str, type[Any]] = {
    "prices": Prices,
    "limits": Limits,
    "visit": Visit,
    "patient": Patient,
    "case_manager": CaseManager,
}
DOCUMENT = Path(__file__).parents[3] / "docs" / "rules.md"


def test_every_file_of_the_folder_is_in_the_list() -> None:
    files = {module.name for module in pkgutil.iter_modules(rules.__path__)} - SHARED

    assert {import_module(f"{rules.__name__}.{name}").__name__ for name in files} == {
        getattr(rule, "__name__", "") for rule in RULES
    }
    assert len(files) == len(RULES)


def test_no_two_rules_share_a_code() -> None:
    times = Counter(code for rule in RULES for code in sayings(rule))

    assert [code for code, count in times.items() if count > 1] == []
    assert set(times) == set(codes())


@pytest.mark.parametrize("code", codes())
def test_a_code_says_its_room_its_severity_and_its_title(code: str) -> None:
    severity, title = codes()[code]

    assert code.count(".") == 1
    assert isinstance(severity, Severity)
    assert title.endswith(".")


def test_what_governs_a_rule_is_a_fact_or_a_policy_value() -> None:
    named = {name for rule in RULES for said in sayings(rule).values() for name in said.governed_by.split(", ")}

    assert [name for name in sorted(named) if not _exists(name)] == []


def test_every_price_and_limit_of_the_rules_governs_one() -> None:
    named = {name for rule in RULES for said in sayings(rule).values() for name in said.governed_by.split(", ")}
    known = {f"{room}.{one.name}" for room in ("prices", "limits") for one in fields(FACTS[room])}

    assert sorted(known - named) == []


def test_a_rule_that_forbids_pairs_can_say_why() -> None:
    forbidding = {rule for rule in RULES if "draft.forbid(" in _source(rule) or "draft.exclude(" in _source(rule)}

    assert all(isinstance(rule, PairRule) for rule in forbidding)


def test_a_code_that_forbids_nothing_has_no_reason() -> None:
    day = a_day(visits=["ada"])

    with pytest.raises(KeyError):
        rules.reason("licence.wasted_rn", day, day.visits[0], day.shifts[0])


def test_an_ordinary_day_breaks_nothing_hard() -> None:
    day = a_day(visits=["ada", "ben"])
    plan = a_plan(day, kim="09:00 ada, 10:00 ben")

    assert [v.sentence for v in rules.check_all(day, plan) if v.severity is Severity.HARD] == []


def test_an_ordinary_day_forbids_nothing() -> None:
    day = a_day(visits=["ada", "ben"], shifts=["kim", "lee"])

    assert {code for rule in RULES for codes in drafted(rule, day).reasons.values() for code in codes} == set()


def test_all_rules_together_make_a_problem_the_engine_accepts() -> None:
    day = a_day(visits=["ada", "ben"], shifts=["kim", "lee"])

    class Everything:
        compile = staticmethod(rules.compile_all)
        check = staticmethod(rules.check_all)

    problem = drafted(Everything(), day).build()

    assert problem.allowed.all()


def test_the_document_says_what_the_rules_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == catalogue(), (
        "write it again: python -m scheduler.planning.rules.catalogue > docs/rules.md"
    )


def _exists(name: str) -> bool:
    room, _, field = name.partition(".")
    return room in FACTS and field in {one.name for one in fields(FACTS[room])}


def _source(rule: object) -> str:
    return Path(str(getattr(rule, "__file__", ""))).read_text(encoding="utf-8")
