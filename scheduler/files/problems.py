"""What is wrong with something that was given: every problem at once, each with its path, code and remedy.

Serves files and events alike. Says where and why, never what was given: values may be a patient's, and so may the
name of an unknown field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from scheduler.domain.errors import Invalid

_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_HIDDEN = "(unknown)"

# pydantic's kind → our code, sentence and remedy; braces are filled from the rule that was broken.
SAID: Final[Mapping[str, tuple[str, str, str]]] = {
    "missing": ("field.missing", "This field is missing.", "Add it."),
    "extra_forbidden": ("field.unknown", "There is no such field.", "Remove it, or correct its name."),
    "literal_error": ("field.not_one_of", "This is not one of {expected}.", "Use one of those."),
    "enum": ("field.not_one_of", "This is not one of {expected}.", "Use one of those."),
    "greater_than_equal": ("field.too_small", "This is less than {ge}.", "Give {ge} or more."),
    "less_than_equal": ("field.too_large", "This is more than {le}.", "Give {le} or less."),
    "string_too_short": ("field.too_short", "This text is too short.", "Give {min_length} characters or more."),
    "string_too_long": ("field.too_long", "This text is too long.", "Give {max_length} characters or fewer."),
    "string_pattern_mismatch": ("field.pattern", "This text has another shape than allowed.", "Match {pattern}."),
    "too_short": ("field.too_few", "There are too few entries.", "Give {min_length} or more."),
    "too_long": ("field.too_many", "There are too many entries.", "Give {max_length} or fewer."),
    "finite_number": ("field.not_finite", "This number is not finite.", "Give an ordinary number."),
    "json_invalid": ("json.malformed", "This is not JSON: {error}.", "Send one JSON object, encoded as UTF-8."),
}
_WRONG_TYPES: Final[Mapping[str, str]] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "an object",
    "model_attributes_type": "an object",
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


def fault(code: str, sentence: str, remedy: str) -> PydanticCustomError:
    """What a validator of ours raises; it comes out of `problems_of` word for word."""
    return PydanticCustomError("fault", "{sentence}", {"code": code, "sentence": sentence, "remedy": remedy})


def problems_of(error: ValidationError) -> list[Problem]:
    return [_problem(detail) for detail in error.errors(include_url=False, include_input=False)]


def path_of(parts: Iterable[int | str]) -> str:
    """`("visits", 3, "windows")` → `visits[3].windows`; a name that is no plain word is hidden."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if _PLAIN_NAME.fullmatch(part) else _HIDDEN
            path += f".{name}" if path else name
    return path


def _problem(detail: ErrorDetails) -> Problem:
    code, sentence, remedy = _words(detail["type"], detail.get("ctx", {}), detail["msg"])
    return Problem(path=path_of(detail["loc"]), code=code, sentence=sentence, remedy=remedy)


def _words(kind: str, rule: Mapping[str, Any], message: str) -> tuple[str, str, str]:
    if kind == "fault":
        return rule["code"], rule["sentence"], rule["remedy"]
    if isinstance(cause := rule.get("error"), Invalid):
        return cause.code, str(cause), cause.remedy
    if kind in SAID:
        code, sentence, remedy = SAID[kind]
        return code, sentence.format_map(rule), remedy.format_map(rule)
    if kind in _WRONG_TYPES:
        return "field.wrong_type", f"This is not {_WRONG_TYPES[kind]}.", f"Give {_WRONG_TYPES[kind]}."
    return f"field.{kind}", message.rstrip(".") + ".", "Correct this field."
