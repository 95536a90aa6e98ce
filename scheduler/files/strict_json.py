"""JSON read strictly: UTF-8, no NaN or Infinity, no name twice in one object, not nested beyond reason."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from scheduler.domain.errors import Invalid

DEEPEST = 32


class NotJson(Invalid):
    """Bytes that are not one strict JSON document. The sentence says where, never what stood there."""

    code = "json.malformed"
    remedy = "Send one JSON document in UTF-8, as RFC 8259 has it."


def read_json(raw: bytes) -> Any:
    """Raises `NotJson`."""
    try:
        said = json.loads(raw.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_each_name_once)
    except UnicodeDecodeError as error:
        raise NotJson(f"Byte {error.start} is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise NotJson("It is nested too deeply.") from None
    if _depth_passes(said, DEEPEST):
        raise NotJson(f"It is nested deeper than {DEEPEST} levels.")
    return said


def _refuse(constant: str) -> NoReturn:
    raise NotJson(f"{constant} is not a JSON number.")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise NotJson("An object holds the same name twice.")
    return names


def _depth_passes(said: Any, limit: int) -> bool:
    level = [said]
    for _ in range(limit):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True
