"""Bytes → one JSON value, read strictly: UTF-8, no NaN, no number of thousands of digits, not nested beyond reason.

The one reader of files and events. Nothing here raises, whatever the bytes are; problems say where, never what stood
there. Depth is looked at before anything is parsed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, Self

from scheduler.files.problems import Problem, path_of

# A string that is never closed runs to the end; possessive, so that each byte is looked at once.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?+', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
SEND_JSON: Final = "Send one JSON object, encoded as UTF-8."


class _NotANumber(ValueError):
    """`NaN` and `Infinity` are not JSON."""


class _Object(dict[str, Any]):
    """An object that remembers which of its keys were given twice."""

    repeated: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> Self:
        made = cls(pairs)
        if len(made) < len(pairs):
            times = Counter(name for name, _ in pairs)
            made.repeated = tuple(sorted(name for name, given in times.items() if given > 1))
        return made


def read_json_object(raw: bytes, *, most_depth: int) -> dict[str, Any] | Problem:
    """The object, or the first reason why there is none. See `repeated_fields` for what else may be wrong."""
    if depth(raw) > most_depth:
        return whole("json.too_deep", f"This is nested deeper than {most_depth} levels.", "Flatten it.")
    value = _parsed(raw)
    if isinstance(value, _Object | Problem):
        return value
    return whole("json.not_an_object", "This is not a JSON object.", SEND_JSON)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_Object.of, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return whole("json.not_utf8", f"Byte {error.start + 1} is not UTF-8.", "Encode it as UTF-8.")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return whole("json.malformed", f"This is not JSON: {error.msg} at {place}.", SEND_JSON)
    except _NotANumber:
        return whole("json.not_a_number", "NaN and Infinity are not JSON.", "Leave the field out instead.")
    except ValueError:  # Python refuses to read thousands of digits
        return whole("json.malformed", "A number has too many digits.", "Give numbers as people write them.")


def repeated_fields(value: Any, at: tuple[int | str, ...] = ()) -> Iterator[Problem]:
    """Names that stand twice in one object: which of the two was meant is anybody's guess."""
    if isinstance(value, _Object):
        for name in value.repeated:
            yield Problem(
                path=path_of((*at, name)),
                code="json.repeated_field",
                sentence="This field is given more than once.",
                remedy="Give it once.",
            )
    for place, inner in entries(value):
        yield from repeated_fields(inner, (*at, place))


def entries(value: Any) -> Iterable[tuple[int | str, Any]]:
    """What an object or a list holds, with the place of each."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def whole(code: str, sentence: str, remedy: str) -> Problem:
    """A problem of the whole, not of one field."""
    return Problem(path="", code=code, sentence=sentence, remedy=remedy)


def depth(raw: bytes) -> int:
    """How deep brackets stand in brackets, looked at before anything is parsed: parsers differ in what they bear."""
    level = deepest = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _NO_BRACKETS):
        level += 1 if bracket in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


def _no_constant(_: str) -> float:
    raise _NotANumber
