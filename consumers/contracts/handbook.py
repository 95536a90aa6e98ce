"""The contracts for people: `docs/events.md`, made from the schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from consumers.contracts.asyncapi import DEAD_TOPIC, EVENTS_TOPIC, SCHEDULE_TOPIC
from consumers.contracts.incoming import INCOMING
from consumers.contracts.reading import MOST_BYTES, MOST_DEPTH
from consumers.contracts.refusals import refusals

_HEAD: Final = f"""# Events

Made from the models by `python -m consumers.contracts.publish`; do not edit. Schemas: `docs/schemas/events/`, AsyncAPI:
`docs/asyncapi.json`.

Every event is a [CloudEvents 1.0](https://cloudevents.io) JSON object of at most {MOST_BYTES // 1024} KB
and {MOST_DEPTH} levels. Three doors lead to the same contract:

- Kafka, topic `{EVENTS_TOPIC}` (`ROUNDS_KAFKA_EVENTS_TOPIC`), keyed by branch; structured mode, or binary
  mode with `ce_` headers;
- `POST /api/events`, one event or a batch in the body;
- a file with one event a line: `rounds run EVENTS.jsonl`.

Schedules go out on `{SCHEDULE_TOPIC}` (`ROUNDS_KAFKA_SCHEDULE_TOPIC`), keyed by branch, or to a file. Of events
that came by Kafka and were refused, `{DEAD_TOPIC}` (`ROUNDS_KAFKA_DEAD_TOPIC`) tells the place and the reason's
code: see [dead letters](operations.md#dead-letters).

## Promises

- An event takes effect once. Sent again with the same `source`, `id` and content, it changes nothing.
- The same `id` with other content is refused: `event.conflict`.
- `entityversion` orders the facts of one branch, person, care plan or visit (`changed`, `created`, `requested`): older
  ones that arrive after newer ones change nothing. Leave it out, and facts count as they arrive; give it for all
  facts of a thing or for none. What happens to a thing (`cancelled`, `started`, `absent`, …) needs no version.
- What cannot take effect is kept as a dead letter with its reasons, all of them at once, and can be replayed. What
  was refused had no effect, so the very same event may be sent again once the reason is gone. On Kafka that is a new
  record: one that is only delivered again, after a crash or because the group was set back, stays refused, unless more
  than 4096 records of its partition came after it.
- What is published may arrive more than once, with the same `id` and the same bytes, in order for each branch.
- Names, addresses and coordinates come in with facts about people and never go out, nor into a log or a refusal.

## Envelope

| attribute | | |
| --- | --- | --- |
"""


def handbook(schemas: Mapping[str, Mapping[str, Any]]) -> str:
    first = schemas[next(iter(INCOMING))]
    envelope = [line for line in _rows(first, first) if not line.startswith(("| `data`", "| `type`"))]
    envelope.append("| `type` | text | required; one of the types below. |")
    parts = [_HEAD + "\n".join(envelope), "## Coming in"]
    parts += [_section(wire_type, schemas[wire_type]) for wire_type in schemas if wire_type in INCOMING]
    parts.append("## Going out")
    parts += [_section(wire_type, schemas[wire_type]) for wire_type in schemas if wire_type not in INCOMING]
    parts.append(_refusals())
    return "\n\n".join(parts) + "\n"


def _section(wire_type: str, schema: Mapping[str, Any]) -> str:
    data = _resolved(schema["properties"]["data"], schema)
    rows = "\n".join(_rows(data, schema))
    text = f"### `{wire_type}`\n\n{_one_line(schema)}\n\n| data | | |\n| --- | --- | --- |\n{rows}"
    for example in schema.get("examples", ()):
        text += f"\n\n```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```"
    return text


def _rows(part: Mapping[str, Any], root: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    required = part.get("required", ())
    for name, field in part["properties"].items():
        need = "required" if name in required and not prefix else "required in it" if name in required else ""
        yield f"| `{prefix}{name}` | {_kind(field, root)} | {'; '.join(filter(None, (need, _said(field, root))))} |"
        inner = _inner(field, root)
        if inner is not None and f"{prefix}{name}" != "data":
            yield from _rows(inner, root, f"{prefix}{name}.")


def _said(field: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """What the field says of itself, else what its kind says."""
    chosen = _chosen(field)
    said: str = field.get("description") or chosen.get("description") or _resolved(field, root).get("description", "")
    return " ".join(said.split())


def _inner(field: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = _resolved(field, root)
    if found.get("type") == "array":
        found = _resolved(found["items"], root)
    return found if "properties" in found else None


def _kind(field: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    found = _resolved(field, root)
    if "const" in found:
        return f"`{found['const']}`"
    if "enum" in found:
        return ", ".join(f"`{each}`" for each in found["enum"])
    if found.get("type") == "array":
        return f"list of {_kind(found['items'], root)}"
    words = {"object": "object", "integer": "whole number", "number": "number", "boolean": "true or false"}
    formats = {"date-time": "moment", "date": "date"}
    return formats.get(found.get("format", ""), words.get(found.get("type", ""), "text"))


def _resolved(field: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    chosen = _chosen(field)
    if "$ref" not in chosen:
        return chosen
    found: Mapping[str, Any] = root["$defs"][chosen["$ref"].rsplit("/", 1)[1]]
    return found


def _chosen(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the null that an optional field also takes."""
    if "anyOf" not in field:
        return field
    (chosen,) = (each for each in field["anyOf"] if each.get("type") != "null")
    found: Mapping[str, Any] = chosen
    return found


def _one_line(schema: Mapping[str, Any]) -> str:
    return " ".join(str(schema["description"]).split())


def _refusals() -> str:
    rows = "\n".join(f"| `{code}` | {remedy} |" for code, remedy in refusals().items())
    return f"## Refusals\n\n| code | what to do |\n| --- | --- |\n{rows}"
