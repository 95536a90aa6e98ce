"""Short ways to ask what an event's bytes are answered with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consumers.contracts import Known, ParsedEvent, Problem, Unreadable, parse
from tests.builders import ZONE
from tests.office import VISIT_TYPES, an_event

KNOWN = Known(visit_types=VISIT_TYPES, zone=ZONE)


def problems(raw: bytes | None) -> tuple[Problem, ...]:
    parsed = parse(raw)
    assert isinstance(parsed, Unreadable)
    assert all(each.code and each.sentence and each.remedy for each in parsed.problems)
    return parsed.problems


def only_problem(raw: bytes | None) -> tuple[str, str]:
    (problem,) = problems(raw)
    return problem.path, problem.code


def command(kind: str, data: Mapping[str, Any], **attributes: Any) -> Any:
    parsed = parse(an_event(kind, data, **attributes))
    assert isinstance(parsed, ParsedEvent), parsed
    return parsed.command(KNOWN)
