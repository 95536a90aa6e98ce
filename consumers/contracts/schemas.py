"""The contracts as JSON Schema 2020-12: one whole event for each type, coming in and going out."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import create_model

from consumers.contracts.examples import EXAMPLES, envelope_of
from consumers.contracts.incoming import INCOMING, IncomingEvent
from consumers.contracts.outgoing import OUTGOING, SCHEMAS, OutgoingEnvelope, wire_type_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def incoming_schema(wire_type: str) -> dict[str, Any]:
    """Attributes we do not name must be extensions: short texts, whole numbers, true or false."""
    model = INCOMING[wire_type]
    schema = model.model_json_schema()
    schema["title"] = _title(model)
    schema["additionalProperties"] = {"type": ["string", "integer", "boolean"]}
    schema["propertyNames"] = {"pattern": "^[a-z0-9]{1,20}$"}
    schema["examples"] = [envelope_of(wire_type, EXAMPLES[wire_type])]
    return _headed(wire_type, schema)


def outgoing_schema(domain_type: str) -> dict[str, Any]:
    data, wire_type = OUTGOING[domain_type], wire_type_of(domain_type)
    fields: dict[str, Any] = {"type": (Literal[wire_type], ...), "data": (data, ...)}
    model = create_model(data.__name__.removesuffix("Data"), __base__=OutgoingEnvelope, __doc__=data.__doc__, **fields)
    return _headed(wire_type, model.model_json_schema(mode="serialization"))


def all_schemas() -> dict[str, dict[str, Any]]:
    """By type on the wire, those that come in first."""
    coming = {wire_type: incoming_schema(wire_type) for wire_type in INCOMING}
    return coming | {wire_type_of(each): outgoing_schema(each) for each in OUTGOING}


def _headed(wire_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": f"{SCHEMAS}/{wire_type}.json"} | schema


def _title(model: type[IncomingEvent]) -> str:
    return model.__name__
