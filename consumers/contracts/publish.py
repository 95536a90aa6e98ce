"""Writes the contracts down: `python -m consumers.contracts.publish`.

Makes `docs/schemas/events/*.json`, `docs/asyncapi.json` and `docs/events.md` from the models; a test says when they
are out of date. Edit the models, not the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from consumers.contracts.asyncapi import asyncapi
from consumers.contracts.handbook import handbook
from consumers.contracts.schemas import all_schemas

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"


def documents() -> Mapping[str, str]:
    """Every file by its path below `docs/`, with its text."""
    schemas = all_schemas()
    made = {f"schemas/events/{wire_type}.json": _json(schema) for wire_type, schema in schemas.items()}
    return made | {"asyncapi.json": _json(asyncapi(schemas)), "events.md": handbook(schemas)}


def write(docs: Path = DOCS) -> None:
    """Files of types that are spoken no longer are removed."""
    wanted = documents()
    for old in (docs / "schemas" / "events").glob("*.json"):
        if f"schemas/events/{old.name}" not in wanted:
            old.unlink()
    for name, text in wanted.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
