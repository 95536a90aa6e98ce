"""The published JSON Schemas of the day file and the plan file. `python -m scheduler.files.schema` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from scheduler.domain.plan import Plan
from scheduler.files.day_model import DayFile
from scheduler.files.plan_file import FORMAT
from scheduler.files.policy import PolicyModel

FOLDER: Final = Path(__file__).parents[2] / "docs" / "schemas"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def day_schema() -> dict[str, Any]:
    schema = DayFile.model_json_schema()
    policy = PolicyModel.model_json_schema(ref_template="#/$defs/{model}")
    schema["$defs"] |= policy.pop("$defs", {}) | {"Policy": policy}
    schema["properties"]["policy"] = {"$ref": "#/$defs/Policy"}
    return {"$schema": _DIALECT, **schema}


def plan_schema() -> dict[str, Any]:
    schema = TypeAdapter(Plan).json_schema()
    schema["properties"] |= {"format": {"const": FORMAT}}
    schema["required"] = sorted([*schema["required"], "format"])
    return {"$schema": _DIALECT, **schema}


def schema_files() -> dict[Path, str]:
    """Path and text of each."""
    return {
        FOLDER / f"{name}.schema.json": json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        for name, schema in (("day", day_schema()), ("plan", plan_schema()))
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in schema_files().items():
        path.write_text(text, encoding="utf-8")
