"""What is wrong with something that was given: every problem at once, each with its path, code and remedy.

Values that were given are never repeated: they may be a patient's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scheduler.domain.errors import Invalid

_REMEDIES = {
    "missing": "Add this field.",
    "extra_forbidden": "Remove this field, or correct its name.",
    "enum": "Use one of the values named.",
    "literal_error": "Use one of the values named.",
    "timezone_aware": "Add the offset from UTC, such as 2026-11-23T08:00:00-05:00.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`path` such as `visits[3].windows[0].closes`; empty for the whole."""

    path: str
    code: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path or 'file'}: {self.sentence} [{self.code}] {self.remedy}"


class InvalidFile(Invalid):
    """A file (or setting) with one or more problems; all of them are listed."""

    code = "file.invalid"
    remedy = "Correct what is listed and try again."

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        self.name, self.problems = name, tuple(problems)
        super().__init__(f"{name} has {counted(len(self.problems), 'problem')}.")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def path_of(parts: Iterable[int | str]) -> str:
    """`("visits", 3, "windows")` → `visits[3].windows`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def problems_of(error: ValidationError) -> list[Problem]:
    """In the words of a person, without the values that were given."""
    return [_problem(detail) for detail in error.errors(include_url=False, include_input=False)]


def _problem(detail: ErrorDetails) -> Problem:
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, Invalid):
        return Problem(path=path_of(detail["loc"]), code=cause.code, sentence=str(cause), remedy=cause.remedy)
    kind = detail["type"]
    return Problem(
        path=path_of(detail["loc"]),
        code=f"field.{kind}",
        sentence=detail["msg"].removeprefix("Value error, ").rstrip(".") + ".",
        remedy=_REMEDIES.get(kind, "Correct this field."),
    )
