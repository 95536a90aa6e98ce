"""Plan files: a `Plan` as canonical JSON, format `rounds-plan/1`, and back. Equal plans give equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from scheduler.domain.plan import Plan
from scheduler.files.documents import read_document
from scheduler.files.problems import InvalidFile, Problem, problems_of

FORMAT: Final = "rounds-plan/1"
_PLAN: Final = TypeAdapter(Plan)


def plan_bytes(plan: Plan) -> bytes:
    """Sorted names, two spaces, a newline at the end."""
    said = {"format": FORMAT, **_PLAN.dump_python(plan, mode="json")}
    return (json.dumps(said, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def read_plan(raw: bytes, *, name: str = "plan file") -> Plan:
    """Raises `InvalidFile` with every problem."""
    return plan_from(read_document(raw, name=name), name=name)


def plan_from(said: Any, *, name: str = "plan file") -> Plan:
    if not isinstance(said, Mapping) or said.get("format") != FORMAT:
        problem = Problem(
            path="format", code="plan.format", sentence=f"This is not a {FORMAT} file.", remedy="Give a plan file."
        )
        raise InvalidFile(name, [problem])
    try:
        return _PLAN.validate_json(json.dumps({key: value for key, value in said.items() if key != "format"}))
    except ValidationError as error:
        raise InvalidFile(name, problems_of(error)) from None
