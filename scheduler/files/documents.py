"""A JSON document of ours, read strictly: the object, or `InvalidFile` with every reason why not."""

from __future__ import annotations

from typing import Any, Final

from scheduler.files.problems import InvalidFile, Problem
from scheduler.files.strict_json import read_json_object, repeated_fields

MOST_DEPTH: Final = 32


def read_document(raw: bytes, *, name: str) -> dict[str, Any]:
    """Raises `InvalidFile`."""
    said = read_json_object(raw, most_depth=MOST_DEPTH)
    problems = [said] if isinstance(said, Problem) else list(repeated_fields(said))
    if isinstance(said, Problem) or problems:
        raise InvalidFile(name, problems)
    return said
