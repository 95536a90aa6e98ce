"""Bytes → one JSON object, or the reasons why not. Nothing here raises, whatever the bytes are.

Limits come first and cost next to nothing: a payload that is too large or too deep is refused before it is parsed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, Self

from consumers.contracts.problems import Problem, path_of

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 12  # the deepest event of ours needs 6
MOST_ENTRIES: Final = 500  # of one list, whatever it is of; most lists have lower limits of their own

# A string that is never closed runs to the end; possessive, so that each byte is looked at once.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?+', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_SEND_JSON: Final = "Send one JSON object, encoded as UTF-8."


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


def read_object(raw: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """The object and what is wrong with it. An empty object comes with at least one problem."""
    if refusal := _refusal(raw):
        return {}, [refusal]
    value = _read(raw)
    if isinstance(value, Problem):
        return {}, [value]
    if not value:
        return {}, [_whole("event.empty", "The event has no attributes.", "Send the attributes and data of one event.")]
    if too_long := list(_too_long(value, ())):
        return {}, too_long
    return value, list(_repeated(value, ()))


def _read(raw: bytes) -> _Object | Problem:
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_Object.of, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return _whole("json.not_utf8", f"Byte {error.start + 1} is not UTF-8.", "Encode the event as UTF-8.")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return _whole("json.malformed", f"This is not JSON: {error.msg} at {place}.", _SEND_JSON)
    except _NotANumber:
        return _whole("json.not_a_number", "NaN and Infinity are not JSON.", "Leave the field out instead.")
    except ValueError:  # Python refuses to read thousands of digits
        return _whole("json.malformed", "A number has too many digits.", "Give numbers as people write them.")
    if isinstance(value, _Object):
        return value
    return _whole("json.not_an_object", "The event is not a JSON object.", _SEND_JSON)


def _refusal(raw: bytes) -> Problem | None:
    if len(raw) > MOST_BYTES:
        return _whole(
            "event.too_large",
            f"The event has {len(raw)} bytes; {MOST_BYTES} are the most.",
            "Send several smaller events.",
        )
    if not raw.strip():
        return _whole("event.empty", "The event is empty (a tombstone).", "Send a cancelling or ending event instead.")
    if _depth(raw) > MOST_DEPTH:
        return _whole("json.too_deep", f"The event is nested deeper than {MOST_DEPTH} levels.", "Flatten it.")
    return None


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_constant(_: str) -> float:
    raise _NotANumber


def _too_long(value: Any, at: tuple[int | str, ...]) -> Iterator[Problem]:
    """Lists that would take long to judge entry by entry."""
    if isinstance(value, list) and len(value) > MOST_ENTRIES:
        yield Problem(
            path=path_of(at),
            code="field.too_many",
            sentence="There are too many entries.",
            remedy=f"Give {MOST_ENTRIES} or fewer.",
        )
        return
    for place, inner in _entries(value):
        yield from _too_long(inner, (*at, place))


def _entries(value: Any) -> Iterable[tuple[int | str, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _repeated(value: Any, at: tuple[int | str, ...]) -> Iterator[Problem]:
    if isinstance(value, _Object):
        for name in value.repeated:
            yield Problem(
                path=path_of((*at, name)),
                code="json.repeated_field",
                sentence="This field is given more than once.",
                remedy="Give it once.",
            )
    for place, inner in _entries(value):
        yield from _repeated(inner, (*at, place))


def _whole(code: str, sentence: str, remedy: str) -> Problem:
    return Problem(path="", code=code, sentence=sentence, remedy=remedy)
