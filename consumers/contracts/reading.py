"""Bytes of an event → one JSON object, or the reasons why not. Nothing here raises, whatever the bytes are.

Limits come first and cost next to nothing: a payload that is too large or too deep is refused before it is parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from consumers.contracts.problems import Problem, path_of
from scheduler.files.strict_json import entries, read_json_object, repeated_fields, whole

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 12  # the deepest event of ours needs 6
MOST_ENTRIES: Final = 500  # of one list, whatever it is of; most lists have lower limits of their own


def read_object(raw: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """The object and what is wrong with it. An empty object comes with at least one problem."""
    if refusal := _refusal(raw):
        return {}, [refusal]
    value = read_json_object(raw, most_depth=MOST_DEPTH)
    if isinstance(value, Problem):
        return {}, [value]
    if not value:
        return {}, [whole("event.empty", "The event has no attributes.", "Send the attributes and data of one event.")]
    if too_long := list(_too_long(value, ())):
        return {}, too_long
    return value, list(repeated_fields(value))


def _refusal(raw: bytes) -> Problem | None:
    if len(raw) > MOST_BYTES:
        return whole(
            "event.too_large",
            f"The event has {len(raw)} bytes; {MOST_BYTES} are the most.",
            "Send several smaller events.",
        )
    if not raw.strip():
        return whole("event.empty", "The event is empty (a tombstone).", "Send a cancelling or ending event instead.")
    return None


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
    for place, inner in entries(value):
        yield from _too_long(inner, (*at, place))
